using TrailLake.Parquet.Compression;

namespace TrailLake.Parquet.Chunks;

/// <summary>The row groups' parts of the footer of a file that waits for more of them, compressed: they name every column again and again,
/// and where memory is short thousands of files wait.</summary>
sealed class PackedRowGroups
{
    readonly record struct Part(ParquetCodec Codec, int Length, byte[] Bytes);

    Part[] _parts = []; // nearly always one or two

    public bool IsEmpty => _parts.Length == 0;

    /// <summary>Adds a row group's part.</summary>
    public void Add(ReadOnlySpan<byte> part, PageWriter pages) => _parts = [.. _parts, new(pages.Codec, part.Length, pages.Pack(part))];

    /// <summary>Writes the parts as they were.</summary>
    public void WriteTo(ByteBuffer target, Decompressor decompressor)
    {
        foreach (var part in _parts)
        {
            if (!decompressor.TryDecompress(part.Codec, part.Bytes, target.Reserve(part.Length)[..part.Length]))
            {
                throw new InvalidOperationException($"What {part.Codec} made of a row group's part of the footer does not become that again.");
            }
            target.Advance(part.Length);
        }
    }
}
