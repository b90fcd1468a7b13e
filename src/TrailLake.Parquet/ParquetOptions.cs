using System.Reflection;

namespace TrailLake.Parquet;

/// <summary>How a file is written. What is not set is a good choice for files that Athena, DuckDB, Spark and pandas shall read.</summary>
public sealed class ParquetOptions
{
    /// <summary>How pages are compressed. Where <see cref="ParquetCodec.Zstd"/> is asked for and <see cref="HasZstd"/> is
    /// false, Snappy is used.</summary>
    public ParquetCodec Codec { get; init; } = ParquetCodec.Zstd;

    /// <summary>The level of Zstd (1 to 22) or Gzip (1 to 9). Measured on log data, Zstd's 3 takes 1.5 times as long as 1 and saves nothing.</summary>
    public int CompressionLevel { get; init; } = 1;

    /// <summary>A page ends when its values have this many bytes, before compression.</summary>
    public int PageBytes { get; init; } = 1 << 20;

    /// <summary>A page ends after this many rows, so that the page index is worth reading; 20,000 is what other writers use.</summary>
    public int PageRows { get; init; } = 20_000;

    /// <summary>A dictionary of more bytes is not written; the values stand in the pages then.</summary>
    public int DictionaryBytes { get; init; } = 4 << 20;

    /// <summary>Integers and lengths of texts as differences. In files of 416 rows, Zstd, UUIDs take 19.0 bytes against 21.7 in PLAIN, sorted times 2.6
    /// against 3.2. False for readers that know only PLAIN and dictionaries.</summary>
    public bool UsesDelta { get; init; } = true;

    /// <summary>A row group ends after this many rows. Readers share a file out by row groups, and skip by them: enough rows to compress
    /// well, few enough that one is encoded in a moment.</summary>
    public int RowGroupRows { get; init; } = 65_536;

    /// <summary>A <see cref="ParquetWriter"/> ends a row group when its waiting values take this many bytes of memory.</summary>
    public long RowGroupBytes { get; init; } = 128 << 20;

    /// <summary>The program that wrote the file, as the footer names it.</summary>
    public string CreatedBy { get; init; } = $"traillake version {Release}";

    /// <summary>What else the footer shall say, in this order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> KeyValueMetadata { get; init; } = [];

    /// <summary>The columns that every row group is sorted by, most significant first; the writer believes it and does not sort.</summary>
    public IReadOnlyList<string> SortedBy { get; init; } = [];

    /// <summary>Whether libzstd was found on this machine.</summary>
    public static bool HasZstd => Compression.ZstdLibrary.IsPresent;

    /// <summary>The codec that is really used: <see cref="Codec"/>, or Snappy where that is Zstd and libzstd is missing.</summary>
    public ParquetCodec EffectiveCodec => Codec == ParquetCodec.Zstd && !HasZstd ? ParquetCodec.Snappy : Codec;

    static string Release => typeof(ParquetOptions).Assembly.GetName().Version?.ToString(3) ?? "0";
}
