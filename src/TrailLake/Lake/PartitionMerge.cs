using System.Collections.Concurrent;
using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake.Lake;

/// <summary>Merges a run's files with the small older ones of their partitions, so that a partition is one file until that is full.</summary>
/// <remarks>
/// A merged file takes the name of its largest part and replaces it in one step, so that readers see either the old rows or all; but never that
/// of a shard's file for other rows than that shard's, because the other shards pass by it and would not meet their own rows there. Where
/// it takes in more than one older file, the others are removed just afterwards: on any store a query that begins between these two steps sees
/// their rows twice. A crash there leaves the run's note, by which the next run removes them.
/// </remarks>
sealed class PartitionMerge(ObjectStore lake, Shard? shard, ParquetOptions options, long fullBytes, CancellationToken cancel) : IDisposable
{
    /// <summary>A file of this size is full: a run begins another one, and it is not merged any more.</summary>
    public const long FullBytes = 256 << 20;

    /// <summary>Older files up to this size are always merged with what is new; larger ones only when that is an eighth of them at least,
    /// so that a late event does not cost a whole day's file (compact merges them later).</summary>
    const long SmallBytes = 32 << 20;
    const int LargestRatio = 8;

    readonly ConcurrentDictionary<string, ReadyFile> _ready = new(StringComparer.Ordinal);
    readonly ConcurrentBag<FileMerge> _merges = [];
    long _bytesWritten, _filesMerged;

    /// <summary>Bytes of merged files.</summary>
    public long BytesWritten => _bytesWritten;

    /// <summary>Files that became part of others: older ones, and the run's own beyond the first.</summary>
    public long FilesMerged => _filesMerged;

    /// <summary>Merges a partition's new files with its small older ones; from any thread. None of it is visible yet.</summary>
    /// <param name="isNew">The lake has no older files of it.</param>
    public void Merge(Partition partition, bool isNew)
    {
        if (isNew && partition.Files.Count == 1)
            return;
        var older = isNew ? [] : Older(partition);
        var key = older.Where(file => Shard.Of(file.Key) == shard).OrderByDescending(file => file.SizeBytes).Select(file => file.Key).Concat(partition.Files.Select(file => file.Key)).FirstOrDefault();
        if (key is null || older.Count + partition.Files.Count < 2 || partition.Files.Sum(file => file.SizeBytes) >= fullBytes)
            return;
        var readers = new List<ParquetReader>();
        var merge = _merges.TryTake(out var idle) ? idle : new FileMerge();
        try
        {
            readers.AddRange(older.Select(file => LakeFile.Open(lake, file, partition.Layout.Schema, partition.Layout.Time, partition.Layout.EventId, partition.Layout.SourceObject, partition.Layout.SourceIndex)));
            if (!readers.TrueForAll(reader => FileMerge.CanTake(reader, partition.Layout)))
                return; // a newer release wrote it
            var duplicates = older.Count > 1 ? StoredDuplicates.Find(partition.Layout, readers, cancel) : null; // the new rows have met the older ones
            readers.AddRange(partition.Files.Select(file => file.Open(file.Key)));
            var write = lake.BeginWrite(key);
            var result = Written(merge, partition.Layout, readers, duplicates, write);
            _ready[partition.Path] = new(key, write, result.Rows, result.SizeBytes, [.. older.Select(file => file.Key)]);
            Interlocked.Add(ref _bytesWritten, result.SizeBytes);
            Interlocked.Add(ref _filesMerged, readers.Count - 1);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The parts are whole, too: a later run merges them.
        }
        finally
        {
            readers.ForEach(reader => reader.Dispose());
            _merges.Add(merge);
        }
    }

    /// <summary>What is to become visible of partitions: merged files instead of their parts.</summary>
    public IReadOnlyList<ReadyFile> Ready(IEnumerable<Partition> partitions) =>
    [
        .. partitions.SelectMany(partition => _ready.TryRemove(partition.Path, out var merged) ? [merged]
            : partition.Files.Select(file => new ReadyFile(file.Key, file.Write, file.Rows, file.SizeBytes, []))),
    ];

    public void Dispose()
    {
        foreach (var file in _ready.Values)
            file.Write.Dispose();
        foreach (var merge in _merges)
            merge.Dispose();
    }

    FileMerge.Result Written(FileMerge merge, TableLayout layout, List<ParquetReader> readers, StoredDuplicates? duplicates, ObjectWrite write)
    {
        try
        {
            return merge.Write(layout, Enumerable.Range(0, readers.Count), readers, duplicates, options, write, cancel);
        }
        catch
        {
            write.Dispose();
            throw;
        }
    }

    /// <summary>The older files to merge with, the smallest first, as long as all together stay one file.</summary>
    List<StoredObject> Older(Partition partition)
    {
        var total = partition.Files.Sum(file => file.SizeBytes);
        var taken = new List<StoredObject>();
        foreach (var file in LakeFile.List(lake, partition.Path).Where(file => Shard.MayReplace(shard, file.Key)).OrderBy(file => file.SizeBytes))
        {
            if (total + file.SizeBytes > fullBytes || (file.SizeBytes > SmallBytes && file.SizeBytes > LargestRatio * total))
                break;
            taken.Add(file);
            total += file.SizeBytes;
        }
        return taken;
    }
}
