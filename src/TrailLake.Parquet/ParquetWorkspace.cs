using TrailLake.Parquet.Compression;
using TrailLake.Parquet.Reading;

namespace TrailLake.Parquet;

/// <summary>What reading takes of memory beside the values, kept from one file to the next. One reader at a time, on one thread.</summary>
public sealed class ParquetWorkspace : IDisposable
{
    const int FirstRead = 16 << 10; // a small file's footer comes with the first read

    readonly Decompressor _decompressor = new();

    /// <summary>An empty workspace.</summary>
    public ParquetWorkspace() => Decoder = new(_decompressor);

    internal ChunkDecoder Decoder { get; }

    /// <summary>The end of the file that was opened last.</summary>
    internal byte[] Tail { get; } = new byte[FirstRead];

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _decompressor.Dispose();
}
