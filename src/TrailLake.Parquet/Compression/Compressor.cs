using System.IO.Compression;

namespace TrailLake.Parquet.Compression;

/// <summary>What compresses pages; one a thread.</summary>
abstract class Compressor : IDisposable
{
    public abstract ParquetCodec Codec { get; }

    /// <summary>Appends the compressed bytes and returns how many they are. <paramref name="lettersOnly"/>: nothing repeats in the source.</summary>
    public abstract int Compress(ReadOnlySpan<byte> source, ByteBuffer target, bool lettersOnly);

    public abstract void Dispose();

    public static Compressor For(ParquetOptions options) => options.EffectiveCodec switch
    {
        ParquetCodec.Zstd => new ZstdCompressor(options.CompressionLevel),
        ParquetCodec.Snappy => new SnappyCompressor(),
        ParquetCodec.Gzip => new GzipCompressor(options.CompressionLevel),
        ParquetCodec.None => new NoCompressor(),
        var unknown => throw new ParquetException($"Expected a codec of None, Snappy, Gzip or Zstd, found {unknown}."),
    };
}

sealed class NoCompressor : Compressor
{
    public override ParquetCodec Codec => ParquetCodec.None;

    public override int Compress(ReadOnlySpan<byte> source, ByteBuffer target, bool lettersOnly)
    {
        target.Write(source);
        return source.Length;
    }

    public override void Dispose() { }
}

sealed class GzipCompressor(int level) : Compressor
{
    readonly ZLibCompressionOptions _options = new() { CompressionLevel = Math.Clamp(level, 1, 9) };
    readonly MemoryStream _compressed = new();

    public override ParquetCodec Codec => ParquetCodec.Gzip;

    public override int Compress(ReadOnlySpan<byte> source, ByteBuffer target, bool lettersOnly)
    {
        _compressed.SetLength(0);
        using (var gzip = new GZipStream(_compressed, _options, leaveOpen: true))
        {
            gzip.Write(source);
        }
        var bytes = _compressed.GetBuffer().AsSpan(0, (int)_compressed.Length);
        target.Write(bytes);
        return bytes.Length;
    }

    public override void Dispose() => _compressed.Dispose();
}
