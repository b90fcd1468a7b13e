using TrailLake.CloudTrail;
using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake.Lake;

/// <summary>Makes one file of several of a partition: small row groups become large ones, in time order. One a thread.</summary>
/// <remarks>Row groups are taken whole, by their first time, until a new one is full, and go through memory column by column.</remarks>
sealed class FileMerge : IDisposable
{
    /// <summary>Rows of a row group, as ingest makes them, and their bytes before compression.</summary>
    const int MaxRows = 65_536;
    const long MaxBytes = 24 << 20;

    readonly RowGroupEncoder _encoder = new();
    readonly MergedColumns _columns = new();

    /// <summary>What a merge made.</summary>
    public readonly record struct Result(long Rows, long SizeBytes);

    /// <summary>A row group of a file.</summary>
    public readonly record struct Source(ParquetReader Reader, int Group, IReadOnlySet<int>? Dropped)
    {
        public ParquetRowGroup Facts => Reader.RowGroups[Group];
    }

    /// <summary>True where a file has no column that this release does not know, and would lose.</summary>
    public static bool CanTake(ParquetReader reader, TableLayout layout) =>
        reader.Schema.Columns.All(column => layout.Schema.IndexOf(column.Name) >= 0);

    /// <summary>Writes the rows of files, without those that are dropped.</summary>
    /// <param name="numbers">Which of the files.</param>
    /// <param name="duplicates">Rows to leave out, by file and row group.</param>
    /// <exception cref="OperationCanceledException">It was asked to end, between two row groups.</exception>
    public Result Write(TableLayout layout, IEnumerable<int> numbers, IReadOnlyList<ParquetReader> files, StoredDuplicates? duplicates, ParquetOptions options, ObjectWrite target, CancellationToken cancel)
    {
        var footer = new ParquetFooter(layout.Schema, options);
        var sources = new List<Source>();
        foreach (var file in numbers)
        {
            for (var group = 0; group < files[file].RowGroups.Length; group++)
                sources.Add(new Source(files[file], group, duplicates?.Of(file, group)));
        }
        List<List<Source>> groups = [.. Grouped(sources.OrderBy(source => TimeOf(source, layout)))];
        var isWholeFile = groups.Count == 1; // as nearly every one is
        var size = 0L;
        foreach (var together in groups)
        {
            cancel.ThrowIfCancellationRequested();
            if (!_columns.Begin(layout, together))
                continue; // nothing but duplicates
            _encoder.Begin(footer, _columns.Rows, isWholeFile);
            for (var i = 0; i < layout.Columns.Length; i++)
                _columns.Write(i, _encoder);
            Append(isWholeFile ? _encoder.EndFile() : _encoder.End());
        }
        if (!isWholeFile || footer.RowGroups == 0)
            Append(footer.Encode());
        return new(footer.Rows, size);

        void Append(ReadOnlySpan<byte> bytes)
        {
            target.Append(bytes);
            size += bytes.Length;
        }
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _columns.Dispose();
    }

    static long TimeOf(Source source, TableLayout layout) =>
        source.Facts.Chunks[source.Reader.Schema.IndexOf(layout.Schema.Columns[layout.Time].Name)].LeastInt64 ?? long.MinValue;

    static IEnumerable<List<Source>> Grouped(IEnumerable<Source> sources)
    {
        var together = new List<Source>();
        var (rows, bytes) = (0L, 0L);
        foreach (var source in sources)
        {
            var more = source.Facts.Chunks.Sum(chunk => chunk.UncompressedBytes);
            if (together.Count > 0 && (rows + source.Facts.Rows > MaxRows || bytes + more > MaxBytes))
            {
                yield return together;
                (together, rows, bytes) = ([], 0, 0);
            }
            together.Add(source);
            (rows, bytes) = (rows + source.Facts.Rows, bytes + more);
        }
        if (together.Count > 0)
            yield return together;
    }
}
