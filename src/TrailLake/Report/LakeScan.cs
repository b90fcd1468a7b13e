using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Parquet;
using TrailLake.Parquet.Buffers;
using TrailLake.Sql;

namespace TrailLake.Report;

// DuckDB takes a millisecond and more for each file that it opens, of which a month of many services and regions has 70,000; the lake's own reader takes
// a tenth of that for the dozen columns that a report is made of. So the files are read here, each once, and DuckDB gets the counts.

/// <summary>Counts what a report takes out of a lake's events, in one pass over the files of its days. A core has a thread, and each thread its own counts.</summary>
sealed class LakeScan : IDisposable
{
    // Where a thread has so many together it hands them over, so that memory stays small however many there are.
    const int MostCallers = 100_000, MostTextBytes = 16 << 20;

    readonly ScanTables _tables;
    readonly ReportPeriod _period;
    readonly IReadOnlyList<FindingRule> _rules;
    readonly WorkProgress _progress;
    readonly int _mostCallers;
    readonly ConcurrentBag<Worker> _idle = [];
    long _files;

    LakeScan(LakeCatalog catalog, ReportPeriod period, IReadOnlyList<FindingRule> rules, WorkProgress progress, int mostCallers)
    {
        (_period, _rules, _progress, _mostCallers) = (period, rules, progress, mostCallers);
        _tables = new(catalog, FindingRows.ColumnsOf(rules));
    }

    /// <summary>Fills the tables of <see cref="ScanTables"/>, and returns how many files it opened.</summary>
    /// <param name="folders">The folders of services and days; those before the period's first day tell what is new in it.</param>
    /// <param name="rules">What the CIS views look for.</param>
    /// <param name="progress">Counts the folders and their events.</param>
    /// <param name="mostCallers">How many callers a thread keeps before it hands them over.</param>
    /// <param name="cancel">Ends it before the next folder.</param>
    /// <exception cref="ParquetException">A file is damaged.</exception>
    /// <exception cref="LakeException">A file is not the lake's.</exception>
    public static long Run(
        LakeCatalog catalog, ReportPeriod period, IEnumerable<(string Service, DateOnly Day, DirectoryInfo Folder)> folders, IReadOnlyList<FindingRule> rules, WorkProgress progress,
        int mostCallers = MostCallers, CancellationToken cancel = default)
    {
        // By days, so that a caller's calls of many services come together before they are handed over.
        var ordered = folders.OrderBy(folder => folder.Day).ToList();
        progress.Begin("reading", "folders", ordered.Count);
        catalog.Empty(LakeTable.Events); // counts are called events, too
        using var scan = new LakeScan(catalog, period, rules, progress, mostCallers);
        WaitingThreads.Run(Environment.ProcessorCount, ordered.Count, number => scan.Read(ordered[number].Folder, ordered[number].Day), cancel);
        foreach (var worker in scan._idle)
            worker.Complete();
        scan._tables.Complete();
        return scan._files;
    }

    void Read(DirectoryInfo folder, DateOnly day)
    {
        if (!_idle.TryTake(out var worker))
            worker = new(_rules, _tables, _period, _mostCallers);
        try
        {
            var events = 0L;
            foreach (var region in Directory.EnumerateDirectories(folder.FullName, "region=*"))
                events += Read(worker, $"{folder.Parent!.Parent!.Name}/{folder.Parent.Name}/{folder.Name}", region, day >= _period.Since);
            _progress.Add(1, events);
        }
        finally
        {
            _idle.Add(worker);
        }
    }

    long Read(Worker worker, string dayKey, string region, bool isInPeriod)
    {
        var events = 0L;
        using var files = PartitionFiles.Open(region);
        foreach (var (path, handle) in files.All)
        {
            Interlocked.Increment(ref _files);
            if (PartitionPlace.TryParse($"{dayKey}/{Path.GetFileName(region)}/{Path.GetFileName(path)}", out var place, out _))
                events += worker.Read(place, path, handle, isInPeriod);
        }
        return events;
    }

    public void Dispose()
    {
        foreach (var worker in _idle)
            worker.Dispose();
        _tables.Dispose();
    }

    /// <summary>What a thread has of its own.</summary>
    sealed class Worker : IDisposable
    {
        readonly ParquetWorkspace _workspace;
        readonly ColumnValues _values = new();
        readonly TextDictionary _texts = new();
        readonly ScannedRows _rows;
        readonly FindingRows _findings;
        readonly CallCounts _calls;
        readonly CallerCounts _callers;
        readonly int _mostCallers;
        string _day = "";

        public Worker(IReadOnlyList<FindingRule> rules, ScanTables tables, ReportPeriod period, int mostCallers)
        {
            _workspace = new(ScannedRows.Columns.Concat(FindingRows.ColumnsOf(rules).Select(column => column.Name)));
            _rows = new(_texts);
            _findings = new(rules, _texts, tables);
            _calls = new(_texts, tables, period);
            _callers = new(_texts, tables);
            _mostCallers = mostCallers;
        }

        public long Read(PartitionPlace place, string path, SafeFileHandle handle, bool isInPeriod)
        {
            if (place.Day != _day)
                HandOver();
            _day = place.Day;
            _calls.Enter(place);
            using var reader = new ParquetReader(path, RandomAccess.GetLength(handle), (offset, target) => ReadAt(handle, offset, target), _workspace);
            for (var group = 0; group < reader.RowGroups.Length; group++)
            {
                var columns = new ScannedGroup(path, reader, group, _values);
                _rows.Read(columns);
                _calls.Add(_rows, isInPeriod);
                _callers.Add(_rows);
                if (isInPeriod)
                    _findings.Add(place, columns, _rows);
                if (Math.Max(_callers.Count, _findings.Count) >= _mostCallers || _texts.Bytes >= MostTextBytes)
                    HandOver();
            }
            return reader.Rows;
        }

        public void Complete()
        {
            HandOver();
            _calls.HandOverHours();
        }

        void HandOver()
        {
            _calls.HandOver();
            _callers.HandOver(_day);
            _findings.HandOver(_day);
            _texts.Clear(); // what was handed over was the last to know their numbers
        }

        static void ReadAt(SafeFileHandle handle, long offset, Span<byte> target)
        {
            for (var done = 0; done < target.Length;)
            {
                var read = RandomAccess.Read(handle, target[done..], offset + done);
                done += read > 0 ? read : throw new EndOfStreamException();
            }
        }

        public void Dispose()
        {
            _findings.Dispose();
            _rows.Dispose();
            _texts.Dispose();
            _values.Dispose();
            _workspace.Dispose();
        }
    }
}
