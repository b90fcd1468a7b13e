using System.Collections.Concurrent;
using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake;

/// <summary>Which partitions to merge, and how.</summary>
sealed record CompactOptions
{
    /// <summary>The first day of events, in UTC.</summary>
    public DateOnly? Since { get; init; }

    /// <summary>The last day of events, in UTC.</summary>
    public DateOnly? Until { get; init; }

    public IReadOnlyList<string> Services { get; init; } = [];
    public int Threads { get; init; } = Environment.ProcessorCount;
    public bool IsDryRun { get; init; }

    /// <summary>Waits for others that write to the lake.</summary>
    public bool Waits { get; init; }
    public ParquetOptions Parquet { get; init; } = new();
    public TimeProvider Clock { get; init; } = TimeProvider.System;
    public Action<string> Warn { get; init; } = static _ => { };

    /// <summary>Counts the partitions.</summary>
    public WorkProgress Progress { get; init; } = new();
    public CancellationToken Cancel { get; init; }

    public bool Takes(PartitionPlace place) =>
        (Since is null || string.CompareOrdinal(place.Day, $"{Since:yyyy-MM-dd}") >= 0)
        && (Until is null || string.CompareOrdinal(place.Day, $"{Until:yyyy-MM-dd}") <= 0)
        && (Services.Count == 0 || Services.Contains(place.Service, StringComparer.OrdinalIgnoreCase));
}

/// <summary>What a compaction did; its JSON is what <c>traillake compact --json</c> prints. Sizes in bytes.</summary>
/// <param name="Partitions">Partitions looked at.</param>
/// <param name="PartitionsCompacted">Of them, those whose files were merged (in a dry run: would be).</param>
/// <param name="FilesBefore">Files of these.</param>
/// <param name="FilesAfter">Files that they are now.</param>
/// <param name="Duplicates">Rows that were in two files, such as those of two shards, and are now in one.</param>
public sealed record CompactReport(
    string RunId, string Lake, bool DryRun, long Partitions, long PartitionsCompacted, long FilesBefore, long FilesAfter, long Rows, long Duplicates, long BytesRead, long BytesWritten, double Seconds);

/// <summary>Merges the small files of partitions, which shards and late files leave.</summary>
/// <remarks>A killed compaction loses nothing: partition by partition the old files are there, or the merged one (see <see cref="PublishedFiles"/>).</remarks>
sealed class Compact : IDisposable
{
    /// <summary>So many partitions' merged files are made visible together.</summary>
    const int Together = 64;

    readonly ObjectStore _lake;
    readonly string _runId;
    readonly CompactOptions _options;
    readonly ConcurrentBag<FileMerge> _merges = [];
    readonly ConcurrentBag<ReadyFile> _ready = [];
    long _partitions, _compacted, _before, _after, _rows, _duplicates, _read, _written;

    Compact(ObjectStore lake, string runId, CompactOptions options) => (_lake, _runId, _options) = (lake, runId, options);

    /// <summary>Runs it.</summary>
    /// <exception cref="LakeException">Another run writes to the lake, or it holds a file that is not its own.</exception>
    /// <exception cref="StoreException">The lake failed; nothing is lost, and it can be tried again.</exception>
    /// <exception cref="ParquetException">A file of the lake is damaged.</exception>
    public static CompactReport Run(ObjectStore lake, CompactOptions options)
    {
        var started = options.Clock.GetTimestamp();
        var runId = RunIds.New(options.Clock.GetUtcNow());
        var compact = new Compact(lake, runId, options);
        options.Progress.Begin("merging", "partitions");
        if (options.IsDryRun)
        {
            foreach (var files in compact.Partitions())
                compact.Count(files);
        }
        else
        {
            using var held = LakeLock.Take(lake, runId, new LockRequest(null, options.Waits, options.Warn, options.Clock, options.Cancel));
            PublishedFiles.Recover(lake, null, options.Warn);
            using var marker = lake.BeginRun(RunReport.UnderWayFolder, runId, LakeFolders.All, crashed => Quarantine.Forget(lake, crashed));
            using (compact) // before the marker, with which what is half written goes
            {
                var batch = 0;
                foreach (var partitions in compact.Partitions().Chunk(Together))
                    compact.Merge(partitions, held, $"{runId}-{++batch}");
            }
            marker.Complete();
        }
        return new(
            runId, lake.Root, options.IsDryRun, compact._partitions, compact._compacted, compact._before, compact._after, compact._rows, compact._duplicates, compact._read, compact._written,
            Math.Round(options.Clock.GetElapsedTime(started).TotalSeconds, 3));
    }

    public void Dispose()
    {
        foreach (var file in _ready)
            file.Write.Dispose();
        foreach (var merge in _merges)
            merge.Dispose();
    }

    /// <summary>The partitions with more than one file, with their files, the largest first.</summary>
    IEnumerable<(LakeTable Table, List<StoredObject> Files)> Partitions()
    {
        foreach (var table in Enum.GetValues<LakeTable>())
        {
            var files = new List<StoredObject>();
            var last = default(PartitionPlace);
            foreach (var (place, file) in LakeFile.ListTable(_lake, table))
            {
                if (place != last && files.Count > 0)
                {
                    if (Enough(files))
                        yield return (table, files);
                    files = [];
                }
                last = place;
                if (_options.Takes(place))
                    files.Add(file);
            }
            if (Enough(files))
                yield return (table, files);
        }
    }

    bool Enough(List<StoredObject> files)
    {
        _options.Cancel.ThrowIfCancellationRequested();
        if (files.Count > 0)
            _partitions++;
        files.Sort(static (a, b) => a.SizeBytes != b.SizeBytes ? b.SizeBytes.CompareTo(a.SizeBytes) : string.CompareOrdinal(a.Key, b.Key));
        return files.Count > 1;
    }

    void Count((LakeTable Table, List<StoredObject> Files) partition)
    {
        var bins = Bins(partition.Files).Where(bin => bin.Count > 1).ToList();
        if (bins.Count == 0)
            return;
        _compacted++;
        _before += partition.Files.Count;
        _after += partition.Files.Count - bins.Sum(bin => bin.Count - 1);
        _read += bins.Sum(bin => bin.Sum(number => partition.Files[number].SizeBytes));
    }

    void Merge((LakeTable Table, List<StoredObject> Files)[] partitions, LakeLock held, string note)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, _options.Threads), CancellationToken = _options.Cancel };
        Parallel.ForEach(Partitioner.Create(partitions, EnumerablePartitionerOptions.NoBuffering), parallel, partition => Merge(TableLayout.Of(partition.Table), partition.Files));
        var ready = _ready.OrderBy(file => file.Key, StringComparer.Ordinal).ToList();
        var notes = PublishedFiles.Publish(_lake, note, _options.Clock.GetUtcNow(), ready, held.Require);
        _ready.Clear();
        if (notes.Count > 0)
            PublishedFiles.Settle(_lake, note, _options.Clock.GetUtcNow(), notes);
    }

    void Merge(TableLayout layout, List<StoredObject> files)
    {
        var readers = new List<ParquetReader>();
        var merge = _merges.TryTake(out var idle) ? idle : new FileMerge();
        try
        {
            readers.AddRange(files.Select(file => LakeFile.Open(_lake, file, layout.Schema, layout.Time, layout.EventId, layout.SourceObject, layout.SourceIndex)));
            if (!readers.TrueForAll(reader => FileMerge.CanTake(reader, layout)))
            {
                _options.Warn($"{_lake.Locate(files[0].Key)}: expected the columns of this release, found others beside them: a later release wrote this partition, which was left as it is.");
                return;
            }
            var duplicates = StoredDuplicates.Find(layout, readers, _options.Cancel);
            var bins = Bins(files).Where(bin => bin.Count > 1 || duplicates.AreIn(bin[0])).ToList();
            foreach (var bin in bins)
                Write(merge, layout, files, readers, duplicates, bin, KeyOf(files, bin));
            if (bins.Count == 0)
                return;
            Interlocked.Increment(ref _compacted);
            Interlocked.Add(ref _before, files.Count);
            Interlocked.Add(ref _after, files.Count - bins.Sum(bin => bin.Count - 1));
            Interlocked.Add(ref _duplicates, duplicates.Count);
        }
        finally
        {
            readers.ForEach(reader => reader.Dispose());
            _options.Progress.Add(1, 0, files.Sum(file => file.SizeBytes));
            _merges.Add(merge);
        }
    }

    void Write(FileMerge merge, TableLayout layout, List<StoredObject> files, List<ParquetReader> readers, StoredDuplicates duplicates, List<int> bin, string key)
    {
        var write = _lake.BeginWrite(key);
        try
        {
            var result = merge.Write(layout, bin, readers, duplicates, _options.Parquet, write, _options.Cancel);
            _ready.Add(new(key, write, result.Rows, result.SizeBytes, [.. bin.Select(number => files[number].Key)]));
            Interlocked.Add(ref _read, bin.Sum(number => files[number].SizeBytes));
            Interlocked.Add(ref _written, result.SizeBytes);
            Interlocked.Add(ref _rows, result.Rows);
        }
        catch
        {
            write.Dispose();
            throw;
        }
    }

    /// <summary>The name of a merged file: that of its largest part, but never a shard's for the rows of others too, who would not look there.</summary>
    string KeyOf(List<StoredObject> files, List<int> bin)
    {
        var keys = bin.Select(number => files[number].Key).ToList();
        if (keys.TrueForAll(key => Shard.Of(key) == Shard.Of(keys[0])))
            return keys[0];
        return keys.Find(key => Shard.Of(key) is null) ?? $"{keys[0][..keys[0].LastIndexOf('/')]}/{_runId}-{bin[0]}.parquet";
    }

    /// <summary>Files by their numbers, put together as long as they stay one file.</summary>
    static List<List<int>> Bins(List<StoredObject> files)
    {
        var bins = new List<List<int>>();
        var room = new List<long>();
        for (var number = 0; number < files.Count; number++)
        {
            var size = files[number].SizeBytes;
            var bin = room.FindIndex(left => left >= size);
            if (bin < 0)
            {
                bin = bins.Count;
                bins.Add([]);
                room.Add(PartitionMerge.FullBytes);
            }
            bins[bin].Add(number);
            room[bin] -= size;
        }
        return bins;
    }
}
