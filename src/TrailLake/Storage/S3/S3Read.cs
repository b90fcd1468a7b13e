using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace TrailLake.Storage.S3;

/// <summary>A large object that is read once, piece by piece; every piece is of the version that the first was.</summary>
/// <remarks>A piece is a request of its own: one that fails is made again, and nobody waits for a connection that stands still while rows are written.</remarks>
sealed class S3Read(S3Bucket bucket, string key, S3Version version) : ReadOnceStream
{
    const int PieceBytes = 4 << 20;

    readonly byte[] _piece = new byte[(int)Math.Min(PieceBytes, version.SizeBytes)];
    readonly IncrementalHash? _hash = version.Md5 is null ? null : NewHash(); // of a piece S3 tells no checksum, of the whole it often does
    int _used, _held;
    long _fetched;

    /// <summary>True where its bytes are all there and are not those that were put.</summary>
    public bool IsWrong { get; private set; }

    public override long Position => _fetched - _held + _used;

    public override int Read(Span<byte> buffer)
    {
        if (_used == _held && !Fetch())
            return 0;
        var count = Math.Min(buffer.Length, _held - _used);
        _piece.AsSpan(_used, count).CopyTo(buffer);
        _used += count;
        return count;
    }

    bool Fetch()
    {
        var count = (int)Math.Min(_piece.Length, version.SizeBytes - _fetched);
        if (count == 0)
            return false;
        bucket.GetRangeAsync(key, _fetched, _piece.AsMemory(0, count), version.ETag).GetAwaiter().GetResult();
        _hash?.AppendData(_piece, 0, count);
        (_used, _held) = (0, count);
        _fetched += count;
        if (_fetched != version.SizeBytes || _hash is null || Convert.ToHexStringLower(_hash.GetHashAndReset()) is var found && found == version.Md5)
            return true;
        IsWrong = true;
        throw new StoreException($"{bucket.Locate(key)}: cannot read it: expected the checksum {version.Md5}, found {found}: bytes were changed on their way; run again.");
    }

    protected override void Dispose(bool disposing)
    {
        _hash?.Dispose();
        base.Dispose(disposing);
    }

    [SuppressMessage("Security", "CA5351", Justification = S3Version.WhyMd5)]
    static IncrementalHash NewHash() => IncrementalHash.CreateHash(HashAlgorithmName.MD5);
}
