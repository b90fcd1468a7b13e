using System.Text;
using TrailLake.CloudTrail;
using TrailLake.Parquet;

namespace TrailLake.Lake;

/// <summary>A run's part of the ledger as a Parquet file, so that it can be queried as <c>ingested_objects</c>.</summary>
sealed class LedgerFile : IDisposable
{
    /// <summary>The columns; their names are a promise to whoever queries them.</summary>
    public static readonly ParquetSchema Schema = new(
        new ParquetColumn("object_key", ParquetType.Text) { NeverDictionary = true },
        new ParquetColumn("size_bytes", ParquetType.Int64),
        new ParquetColumn("etag", ParquetType.Text) { NeverDictionary = true },
        new ParquetColumn("outcome", ParquetType.Text),
        new ParquetColumn("records_read", ParquetType.Int64),
        new ParquetColumn("records_written", ParquetType.Int64),
        new ParquetColumn("duplicates", ParquetType.Int64),
        new ParquetColumn("records_quarantined", ParquetType.Int64),
        new ParquetColumn("bytes_json", ParquetType.Int64),
        new ParquetColumn("first_event_time", ParquetType.TimestampMillis),
        new ParquetColumn("last_event_time", ParquetType.TimestampMillis),
        new ParquetColumn("run_id", ParquetType.Text),
        new ParquetColumn("ingested_at", ParquetType.TimestampMillis));

    /// <summary>Rows of a row group.</summary>
    const int MaxRows = 100_000;

    readonly NativeArena _texts = new(1 << 20);
    readonly RowGroupEncoder _encoder = new();

    /// <summary>The file's bytes.</summary>
    public byte[] Encode(string runId, DateTimeOffset now, IReadOnlyList<LedgerEntry> entries)
    {
        using var file = new MemoryStream();
        var footer = new ParquetFooter(Schema, new ParquetOptions());
        foreach (var rows in entries.Chunk(MaxRows))
        {
            _encoder.Begin(footer, rows.Length);
            WriteText(rows, entry => entry.Key);
            WriteNumber(rows, entry => entry.SizeBytes);
            WriteText(rows, entry => entry.ETag);
            WriteText(rows, entry => entry.Outcome);
            WriteNumber(rows, entry => entry.RecordsRead);
            WriteNumber(rows, entry => entry.RecordsRead - entry.Duplicates - entry.RecordsQuarantined);
            WriteNumber(rows, entry => entry.Duplicates);
            WriteNumber(rows, entry => entry.RecordsQuarantined);
            WriteNumber(rows, entry => entry.BytesJson);
            WriteNumber(rows, entry => entry.FirstEventTime);
            WriteNumber(rows, entry => entry.LastEventTime);
            WriteText(rows, _ => runId);
            WriteNumber(rows, _ => now.ToUnixTimeMilliseconds());
            file.Write(_encoder.End());
            _texts.Reset();
        }
        file.Write(footer.Encode());
        return file.ToArray();
    }

    public void Dispose()
    {
        _texts.Dispose();
        _encoder.Dispose();
    }

    void WriteNumber(LedgerEntry[] rows, Func<LedgerEntry, long?> value)
    {
        var present = Array.ConvertAll(rows, row => value(row) is null ? (byte)0 : (byte)1);
        _encoder.WriteInt64(Array.ConvertAll(rows, row => value(row) ?? 0), present);
    }

    void WriteText(LedgerEntry[] rows, Func<LedgerEntry, string> value)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var distinct = new List<ByteSlice>();
        var indexes = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            var text = value(rows[i]);
            if (!places.TryGetValue(text, out indexes[i]))
            {
                places.Add(text, indexes[i] = distinct.Count);
                distinct.Add(ByteSlice.OfFixed(_texts.Keep(Encoding.UTF8.GetBytes(text))));
            }
        }
        _encoder.WriteText(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(distinct), indexes);
    }
}
