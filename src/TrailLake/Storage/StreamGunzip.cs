using System.IO.Compression;

namespace TrailLake.Storage;

/// <summary>The plain way, by <see cref="GZipStream"/>: where the runtime keeps its zlib to itself, and as judge in the tests.</summary>
sealed class StreamGunzip : Gunzip
{
    readonly byte[] _head = new byte[2];
    Stream _content = Stream.Null;
    Counted _counted = new(default, Stream.Null);

    public override void Open(Stream stored)
    {
        var read = stored.ReadAtLeast(_head, _head.Length, throwOnEndOfStream: false);
        IsGzip = LooksLikeGzip(_head.AsSpan(0, read));
        Fault = GunzipFault.None;
        StoredBytes = read;
        TrailingBytes = 0; // GZipStream ignores what follows and does not tell
        _counted = new(_head.AsMemory(0, read), stored);
        _content = IsGzip ? new GZipStream(_counted, CompressionMode.Decompress) : _counted;
    }

    public override int Read(Span<byte> target)
    {
        var done = 0;
        try
        {
            while (done < target.Length && _content.Read(target[done..]) is > 0 and var more)
            {
                done += more;
            }
        }
        catch (InvalidDataException error)
        {
            // Its messages are all that tells a cut from damage.
            Fault = error.Message.Contains("truncated", StringComparison.OrdinalIgnoreCase) ? GunzipFault.Truncated
                : _counted.IsAtEnd && done == 0 ? GunzipFault.BadChecksum
                : GunzipFault.Corrupt;
            _content = Stream.Null;
        }
        StoredBytes = _counted.Bytes;
        return done;
    }

    protected override void Dispose(bool disposing) => _content.Dispose();

    /// <summary>The bytes that were looked at, then the rest of the object.</summary>
    sealed class Counted(ReadOnlyMemory<byte> head, Stream rest) : ReadOnceStream
    {
        ReadOnlyMemory<byte> _head = head;

        public long Bytes { get; private set; }
        public bool IsAtEnd { get; private set; }

        public override long Position => Bytes;

        public override int Read(Span<byte> buffer)
        {
            int read;
            if (_head.Length > 0)
            {
                read = Math.Min(_head.Length, buffer.Length);
                _head.Span[..read].CopyTo(buffer);
                _head = _head[read..];
            }
            else
            {
                read = rest.Read(buffer);
                IsAtEnd |= read == 0 && buffer.Length > 0;
            }
            Bytes += read;
            return read;
        }
    }
}
