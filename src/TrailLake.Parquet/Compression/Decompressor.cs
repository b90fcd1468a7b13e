using System.Buffers.Binary;
using System.IO.Compression;

namespace TrailLake.Parquet.Compression;

/// <summary>Undoes the codecs. The caller says how many bytes must come out; each codec notes that length itself, and the two must agree
/// before memory is taken for it.</summary>
sealed unsafe class Decompressor : IDisposable
{
    const ulong UnknownSize = ulong.MaxValue, WrongFrame = ulong.MaxValue - 1; // of zstd.h

    nint _zstd;

    /// <summary>How many bytes the compressed ones say they become, or -1 where they are none of the codec's.</summary>
    public static long SizeOf(ParquetCodec codec, ReadOnlySpan<byte> source) => codec switch
    {
        ParquetCodec.Snappy => SnappyDecompressor.SizeOf(source),
        ParquetCodec.Gzip => source.Length < 18 ? -1 : BinaryPrimitives.ReadUInt32LittleEndian(source[^4..]),
        ParquetCodec.Zstd => ZstdSizeOf(source),
        _ => source.Length,
    };

    /// <summary>Fills the target exactly; false where the source does not give so much, or more.</summary>
    public bool TryDecompress(ParquetCodec codec, ReadOnlySpan<byte> source, Span<byte> target)
    {
        switch (codec)
        {
            case ParquetCodec.Snappy:
                return SnappyDecompressor.TryDecompress(source, target);
            case ParquetCodec.Gzip:
                return TryGunzip(source, target);
            case ParquetCodec.Zstd:
                return TryZstd(source, target);
            default:
                return source.TryCopyTo(target) && source.Length == target.Length;
        }
    }

    static long ZstdSizeOf(ReadOnlySpan<byte> source)
    {
        RequireZstd();
        fixed (byte* from = source)
        {
            var size = ZstdLibrary.FrameContentSize(from, (nuint)source.Length);
            return size is UnknownSize or WrongFrame or > int.MaxValue ? -1 : (long)size;
        }
    }

    bool TryZstd(ReadOnlySpan<byte> source, Span<byte> target)
    {
        RequireZstd();
        if (_zstd == 0)
        {
            _zstd = ZstdLibrary.CreateDecompression();
        }
        fixed (byte* from = source, to = target)
        {
            var size = ZstdLibrary.Decompress(_zstd, to, (nuint)target.Length, from, (nuint)source.Length);
            return ZstdLibrary.IsError(size) == 0 && size == (nuint)target.Length;
        }
    }

    static void RequireZstd()
    {
        if (!ZstdLibrary.IsPresent)
        {
            throw new ParquetException("Expected libzstd on this machine to read pages that are compressed with Zstd, found none; install it (Debian: apt-get install libzstd1).");
        }
    }

    static bool TryGunzip(ReadOnlySpan<byte> source, Span<byte> target)
    {
        fixed (byte* from = source)
        {
            using var stream = new UnmanagedMemoryStream(from, source.Length);
            using var gzip = new GZipStream(stream, CompressionMode.Decompress);
            try
            {
                return gzip.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) == target.Length && gzip.ReadByte() < 0;
            }
            catch (InvalidDataException)
            {
                return false;
            }
        }
    }

    public void Dispose()
    {
        if (_zstd != 0)
        {
            ZstdLibrary.FreeDecompression(_zstd);
            _zstd = 0;
        }
    }
}
