using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake.Lake;

/// <summary>A run's part of the ledger as a Parquet file, so that it can be queried as <c>ingested_objects</c>.</summary>
static class LedgerFile
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

    /// <summary>Appends the file's bytes.</summary>
    public static void Write(ObjectWrite target, string runId, DateTimeOffset now, IReadOnlyList<LedgerEntry> entries)
    {
        using var file = new ListFile<LedgerEntry>(
            Schema,
            Distinct(entry => entry.Source.Key),
            Number(entry => entry.SizeBytes),
            Distinct(entry => entry.Source.ETag),
            Text(entry => entry.Outcome),
            Number(entry => entry.RecordsRead),
            Number(entry => entry.RecordsRead - entry.Duplicates - entry.RecordsQuarantined),
            Number(entry => entry.Duplicates),
            Number(entry => entry.RecordsQuarantined),
            Number(entry => entry.BytesJson),
            Number(entry => entry.FirstEventTime),
            Number(entry => entry.LastEventTime),
            Text(_ => runId),
            Number(_ => now.ToUnixTimeMilliseconds()));
        file.Write(target, entries);
    }

    /// <summary>Reads some of its columns, one row group after the other.</summary>
    /// <param name="take">Given a group's values, in the order of the columns.</param>
    /// <exception cref="LakeException">It is damaged, or lacks one of them.</exception>
    public static void Read(ObjectStore lake, StoredObject file, string[] columns, Action<ColumnValues[]> take)
    {
        var values = Array.ConvertAll(columns, _ => new ColumnValues());
        try
        {
            using var reader = LakeFile.Open(lake, file, Schema, Array.ConvertAll(columns, Schema.IndexOf));
            for (var group = 0; group < reader.RowGroups.Length; group++)
            {
                for (var i = 0; i < columns.Length; i++)
                    reader.Read(group, reader.Schema.IndexOf(columns[i]), values[i]);
                take(values);
            }
        }
        catch (ParquetException e)
        {
            throw new LakeException($"{e.Message} Restore the file from a backup, or remove it: its objects are then read again, and no event is kept twice.");
        }
        finally
        {
            Array.ForEach(values, value => value.Dispose());
        }
    }

    // Two objects may have the same ETag: without a dictionary that does no harm.
    static ListFile<LedgerEntry>.Value Distinct(Func<LedgerEntry, ByteSlice> value) => value;

    static ListFile<LedgerEntry>.Value Text(Func<LedgerEntry, string> value) => value;

    static ListFile<LedgerEntry>.Value Number(Func<LedgerEntry, long?> value) => value;
}
