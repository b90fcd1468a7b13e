using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace TrailLake.Parquet;

/// <summary>What the footer says of a row group.</summary>
/// <param name="Rows">Its rows.</param>
/// <param name="Chunks">Its columns, in the schema's order.</param>
public sealed record ParquetRowGroup(int Rows, ImmutableArray<ParquetChunk> Chunks);

/// <summary>What the footer says of one column in one row group.</summary>
public sealed class ParquetChunk
{
    /// <summary>Stands for a column that a <see cref="ParquetWorkspace"/> was not told of.</summary>
    internal static readonly ParquetChunk PassedOver = new();

    /// <summary>How its pages are compressed.</summary>
    public ParquetCodec Codec { get; internal set; }

    /// <summary>Its values with nulls; of a list, its elements, and one for each list without any.</summary>
    public long Values { get; internal set; }

    /// <summary>Its bytes in the file.</summary>
    public long CompressedBytes { get; internal set; }

    /// <summary>Its bytes before compression.</summary>
    public long UncompressedBytes { get; internal set; }

    /// <summary>How many of its values are null; null where the file does not say.</summary>
    public long? Nulls { get; internal set; }

    /// <summary>Its least value as PLAIN bytes; null where the file does not say.</summary>
    public byte[]? Least { get; internal set; }

    /// <summary>Its greatest value as PLAIN bytes; null where the file does not say.</summary>
    public byte[]? Greatest { get; internal set; }

    /// <summary>Whether <see cref="Least"/> occurs; a long text is cut, and then stands before every value.</summary>
    public bool IsLeastExact { get; internal set; } = true;

    /// <summary>Whether <see cref="Greatest"/> occurs; a long text is cut and raised, and then stands behind every value.</summary>
    public bool IsGreatestExact { get; internal set; } = true;

    /// <summary>Whether there is a dictionary page.</summary>
    public bool HasDictionary => DictionaryAt >= 0;

    /// <summary>Whether there is a bloom filter, which <see cref="ParquetReader.MayContain"/> asks.</summary>
    public bool HasBloomFilter => BloomAt >= 0;

    /// <summary>Whether there is an offset index, which says where each page begins.</summary>
    public bool HasPageIndex { get; internal set; }

    /// <summary>The least of integers or timestamps; null where the file does not say.</summary>
    public long? LeastInt64 => Integer(Least);

    /// <summary>The greatest of integers or timestamps; null where the file does not say.</summary>
    public long? GreatestInt64 => Integer(Greatest);

    /// <summary>The least of texts; null where the file does not say.</summary>
    public string? LeastText => Least is null ? null : Encoding.UTF8.GetString(Least);

    /// <summary>The greatest of texts; null where the file does not say.</summary>
    public string? GreatestText => Greatest is null ? null : Encoding.UTF8.GetString(Greatest);

    internal long DataAt { get; set; } = -1;

    internal long DictionaryAt { get; set; } = -1;

    internal long BloomAt { get; set; } = -1;

    internal long BloomLength { get; set; }

    static long? Integer(byte[]? bytes) => bytes?.Length switch
    {
        sizeof(long) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        sizeof(int) => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        _ => null,
    };
}
