using System.Runtime.InteropServices;

namespace TrailLake.Storage;

/// <summary>What was wrong with a gzip'd object; what was inflated before it is good.</summary>
public enum GunzipFault
{
    None,

    /// <summary>The object ends within a member.</summary>
    Truncated,

    /// <summary>All was inflated, and some of it is not what was once compressed.</summary>
    BadChecksum,

    /// <summary>The compressed data is damaged.</summary>
    Corrupt,
}

/// <summary>
/// Reads an object, inflating it where it is gzip: its first bytes tell, not its name. An instance serves one thread,
/// object after object.
/// </summary>
//   an object:  member | member | … | anything else, which is not read: zeros are padding, other bytes may be a member with a damaged begin
//   a member:   1f 8b 08 … | deflated data | CRC-32 | length        (RFC 1952)
public abstract class Gunzip : IDisposable
{
    /// <summary>Whether the object began as gzip does.</summary>
    public bool IsGzip { get; protected set; }

    /// <summary>Set when the end was read.</summary>
    public GunzipFault Fault { get; protected set; }

    /// <summary>Bytes after the last member, such as padding: not read.</summary>
    public long TrailingBytes { get; protected set; }

    /// <summary>Whether these are more than a padding of zeros.</summary>
    public bool HasTrailingData { get; protected set; }

    /// <summary>Bytes of the object that were read so far.</summary>
    public long StoredBytes { get; protected set; }

    public static Gunzip Create() => Inflate.IsAvailable ? new NativeGunzip() : new StreamGunzip();

    /// <summary>Begins an object; the stream stays its caller's.</summary>
    public abstract void Open(Stream stored);

    /// <summary>Fills the target as far as the object reaches: fewer bytes than asked for mean that it is at its end.</summary>
    public abstract int Read(Span<byte> target);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    protected static bool LooksLikeGzip(ReadOnlySpan<byte> head) => head is [0x1f, 0x8b, ..];
}

/// <summary>The fast way: the runtime's zlib, called directly.</summary>
sealed unsafe class NativeGunzip : Gunzip
{
    const int InputBytes = 256 * 1024; // more than nearly every log file, which is then read with one call

    readonly byte* _input = (byte*)NativeMemory.Alloc(InputBytes);
    readonly Inflate.State* _state = (Inflate.State*)NativeMemory.AllocZeroed((nuint)sizeof(Inflate.State));
    Stream _stored = Stream.Null;
    byte* _next;
    int _available;
    bool _isInMember;
    bool _isAtEnd;

    public NativeGunzip()
    {
        if (Inflate.Init(_state, Inflate.GzipWindow) != Inflate.Ok)
        {
            throw new InvalidOperationException("zlib could not be initialised: out of memory.");
        }
    }

    public override void Open(Stream stored)
    {
        _stored = stored;
        Fault = GunzipFault.None;
        StoredBytes = TrailingBytes = 0;
        HasTrailingData = false;
        _available = 0;
        _isAtEnd = false;
        Fill(2);
        IsGzip = LooksLikeGzip(new(_next, _available));
        if (IsGzip)
        {
            Begin();
        }
    }

    public override int Read(Span<byte> target)
    {
        var done = 0;
        fixed (byte* start = target)
        {
            while (done < target.Length)
            {
                var more = IsGzip ? InflateInto(start + done, target.Length - done) : Copy(target[done..]);
                if (more == 0)
                {
                    break;
                }
                done += more;
            }
        }
        return done;
    }

    int Copy(Span<byte> target)
    {
        if (_available == 0 && !Fill(1))
        {
            return 0;
        }
        var count = Math.Min(_available, target.Length);
        new ReadOnlySpan<byte>(_next, count).CopyTo(target);
        Take(count);
        return count;
    }

    int InflateInto(byte* target, int room)
    {
        _state->NextOut = target;
        _state->AvailableOut = (uint)room;
        while (_isInMember && _state->AvailableOut == room)
        {
            // Also without more input there may be output: what did not fit into the target before.
            var isExhausted = _available == 0 && !Fill(1);
            _state->NextIn = _next;
            _state->AvailableIn = (uint)_available;
            var result = Inflate.Run(_state, Inflate.NoFlush);
            Take(_available - (int)_state->AvailableIn);
            switch (result)
            {
                case Inflate.StreamEnd:
                    NextMember();
                    break;
                case Inflate.Ok or Inflate.BufferError:
                    if (isExhausted && _state->AvailableOut == room)
                    {
                        return End(GunzipFault.Truncated);
                    }
                    break;
                default:
                    if (!PassesChecksum())
                    {
                        End(GunzipFault.Corrupt);
                        return room - (int)_state->AvailableOut;
                    }
                    break;
            }
        }
        return room - (int)_state->AvailableOut;
    }

    int End(GunzipFault fault)
    {
        Fault = fault;
        _isInMember = false;
        return 0;
    }

    string? Message() => Marshal.PtrToStringUTF8((nint)_state->Message);

    void Begin()
    {
        _ = Inflate.Reset(_state, Inflate.GzipWindow);
        _isInMember = true;
    }

    void NextMember()
    {
        _isInMember = false;
        Fill(2);
        if (LooksLikeGzip(new(_next, _available)))
        {
            Begin();
            return;
        }
        do
        {
            TrailingBytes += _available;
            HasTrailingData |= new ReadOnlySpan<byte>(_next, _available).ContainsAnyExcept((byte)0);
            _available = 0;
        }
        while (Fill(1));
    }

    // All of a member whose checksum is wrong was inflated, so that the next one can be read.
    bool PassesChecksum()
    {
        var left = Message() switch { "incorrect data check" => sizeof(uint), "incorrect length check" => 0, _ => -1 };
        if (left < 0)
        {
            return false;
        }
        Fault = GunzipFault.BadChecksum;
        Fill(left);
        Take(Math.Min(left, _available)); // its length, which is not asked for any more
        NextMember();
        return true;
    }

    void Take(int count)
    {
        _next += count;
        _available -= count;
    }

    // Sees to it that so many bytes are at hand; false at the end of the object.
    bool Fill(int wanted)
    {
        if (_available > 0)
        {
            Buffer.MemoryCopy(_next, _input, InputBytes, _available);
        }
        _next = _input;
        while (_available < wanted && !_isAtEnd)
        {
            var read = _stored.Read(new Span<byte>(_input + _available, InputBytes - _available));
            _available += read;
            StoredBytes += read;
            _isAtEnd = read == 0;
        }
        return _available >= wanted;
    }

    protected override void Dispose(bool disposing)
    {
        _ = Inflate.End(_state);
        NativeMemory.Free(_state);
        NativeMemory.Free(_input);
    }
}
