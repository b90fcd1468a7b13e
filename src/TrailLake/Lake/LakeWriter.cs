using System.Collections.Concurrent;
using System.Text;
using TrailLake.CloudTrail;
using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake.Lake;

/// <summary>How the lake's files are written.</summary>
/// <param name="RunId">The run, which its files are named for.</param>
/// <param name="BufferBytes">Memory for rows that wait; when it is used up the largest partition's become a row group.</param>
/// <param name="Parquet">Codec, level and footer metadata.</param>
/// <param name="FullBytes">A file of so many bytes ends, and another one begins.</param>
sealed record LakeWriterOptions(string RunId, long BufferBytes, ParquetOptions Parquet, long FullBytes);

/// <summary>Takes rows from many workers, lets them wait by partition, and writes each partition's file: one a run, as long as its rows come together.</summary>
/// <remarks>Nothing is visible before <see cref="Publish"/>.</remarks>
sealed class LakeWriter(ObjectStore lake, SharedValues shared, LakeWriterOptions options) : IDisposable
{
    /// <summary>Bytes that wait for one partition before they are written, whatever the budget.</summary>
    const long MaxRowGroupBytes = 24 << 20;

    /// <summary>Files under way: 30 MB of footers.</summary>
    const int MaxOpenFiles = 10_000;

    static readonly int DaysBefore1970 = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    readonly BufferPool _pool = new();
    readonly ConcurrentDictionary<string, Partition> _partitions = new(StringComparer.Ordinal);
    readonly Lock _choosing = new();
    readonly bool _isNew = !LakeFolders.Tables.Any(table => lake.List(table + "/").Any()); // then no partition need be looked into
    readonly Queue<Partition> _largest = new(); // those that are next to be written when memory runs out
    readonly HashSet<ulong> _touched = []; // hashes of the paths of those that were published, which are not kept
    int _publications;
    int _publishedBefore = int.MinValue; // partitions of days before this one may hold files of this run
    long _drainingBytes, _rows, _files, _bytes;
    int _open;

    /// <summary>Rows in the files.</summary>
    public long RowsWritten => _rows;

    /// <summary>Files written.</summary>
    public long FilesWritten => _files;

    /// <summary>Their bytes.</summary>
    public long BytesWritten => _bytes;

    /// <summary>True where so many files are under way that their footers, some 3 KB each, should not wait any longer.</summary>
    public bool HasManyOpen => Volatile.Read(ref _open) > MaxOpenFiles;

    /// <summary>Partitions that got rows, be they duplicates.</summary>
    public int PartitionsTouched => _touched.Count + _partitions.Keys.Count(path => !_touched.Contains(HashOf(path)));

    /// <summary>The partition of a row.</summary>
    public Partition PartitionOf(in RowPlace place, long timeMillis)
    {
        var service = place.ServiceId < 0 ? PartitionPath.Unknown : PartitionPath.ServiceOf(shared.Texts[place.ServiceId].Span);
        var region = place.RegionId < 0 ? PartitionPath.Unknown : PartitionPath.RegionOf(shared.Texts[place.RegionId].Span);
        var table = place.Table;
        return _partitions.GetOrAdd(
            PartitionPath.Of(table, service, timeMillis, region),
            path => new Partition(table, path, DayOf(timeMillis), new PartitionBuffer(_pool), _publications));
    }

    /// <summary>The day of a time, counted from 1970.</summary>
    public static int DayOf(long timeMillis) => (int)Math.Floor(timeMillis / 86_400_000d);

    /// <summary>A day, counted from 1970.</summary>
    public static int DayOf(DateOnly day) => day.DayNumber - DaysBefore1970;

    /// <summary>Adds rows of one partition, and writes it where it has grown large.</summary>
    /// <param name="rows">Where the rows begin in the batch.</param>
    public void Add(Partition partition, RowBatch batch, ReadOnlySpan<int> rows, RowGroupBuilder builder)
    {
        PartitionBuffer? full = null;
        lock (partition.Incoming)
        {
            foreach (var words in rows)
                partition.Buffer.Add(batch, words);
            if (partition.Buffer.RowCount >= options.Parquet.RowGroupRows || partition.Buffer.Bytes >= MaxRowGroupBytes)
                full = Swap(partition);
        }
        if (full is not null)
            Write(partition, full, builder);
    }

    /// <summary>Writes the largest waiting partitions until the rest fits the budget.</summary>
    public void KeepBudget(RowGroupBuilder builder)
    {
        while (_pool.BytesInUse - Volatile.Read(ref _drainingBytes) > options.BufferBytes && TakeLargest(out var partition, out var buffer))
        {
            var bytes = buffer.Bytes;
            try
            {
                Write(partition, buffer, builder);
            }
            finally
            {
                Interlocked.Add(ref _drainingBytes, -bytes);
            }
        }
    }

    /// <summary>Says that no more rows come: the memory of what is written from now on is given back.</summary>
    public void ExpectNoMore() => _pool.GivesBack = true;

    /// <summary>The partitions, largest first, so that workers that share them end together.</summary>
    public Partition[] InOrderOfSize() => [.. _partitions.Values.OrderByDescending(partition => partition.Buffer.Bytes)];

    /// <summary>The partitions of days before one that is counted from 1970, largest first.</summary>
    public Partition[] Before(int day) => [.. InOrderOfSize().Where(partition => partition.Day < day)];

    /// <summary>Writes what still waits for a partition.</summary>
    public void Flush(Partition partition, RowGroupBuilder builder) => Write(partition, Swap(partition), builder);

    /// <summary>True where the rows that wait take so little that they may take twice as much, and wait on.</summary>
    public bool HasFewWaiting => _pool.BytesInUse < options.BufferBytes / 2;

    /// <summary>Lets the rows that wait for a partition name nothing that is shared.</summary>
    public void Unshare(Partition partition)
    {
        var rows = Swap(partition);
        if (rows.RowCount > 0)
            partition.Buffer.TakeUnshared(rows, shared);
        rows.Release();
    }

    /// <summary>Writes what still waits for a partition, and its file's end. The file stays invisible; later rows get another one.</summary>
    public void Close(Partition partition, RowGroupBuilder builder)
    {
        Write(partition, Swap(partition), builder, isLast: true);
        partition.Stored = null;
        if (partition.Footer is not null)
            EndFile(partition);
    }

    void EndFile(Partition partition)
    {
        Interlocked.Add(ref _bytes, partition.Files[^1].Close());
        Interlocked.Increment(ref _files);
        partition.Footer = null;
        Interlocked.Decrement(ref _open);
    }

    /// <summary>True where the lake has no files of a partition but those that wait here.</summary>
    public bool IsNew(Partition partition) => _isNew && partition.Day >= _publishedBefore;

    /// <summary>Forgets partitions whose files have become visible; a row that still comes for one finds it as that of an earlier run.</summary>
    /// <param name="before">The day, counted from 1970, before which all of them are.</param>
    public void Forget(Partition[] partitions, int before)
    {
        _publications++;
        _publishedBefore = Math.Max(_publishedBefore, before);
        foreach (var partition in partitions)
        {
            _touched.Add(HashOf(partition.Path));
            partition.Files.ForEach(file => file.Dispose()); // those that became part of a merged one
            _partitions.TryRemove(partition.Path, out _);
        }
        _largest.Clear();
    }

    public void Dispose()
    {
        foreach (var partition in _partitions.Values)
            partition.Files.ForEach(file => file.Dispose());
        _pool.Dispose();
    }

    PartitionBuffer Swap(Partition partition)
    {
        var buffer = partition.Buffer;
        partition.Buffer = new PartitionBuffer(_pool);
        return buffer;
    }

    /// <summary>Takes the rows of the largest partition; written outside the lock, because a lock held while encoding puts the workers in line.</summary>
    /// <returns>False where there is no need, or another worker is choosing just now: to look at all partitions takes 2 ms, and this one looks again soon.</returns>
    bool TakeLargest(out Partition partition, out PartitionBuffer buffer)
    {
        (partition, buffer) = (null!, null!);
        if (!_choosing.TryEnter())
            return false;
        try
        {
            if (_pool.BytesInUse - _drainingBytes <= options.BufferBytes)
                return false;
            if (_largest.Count == 0)
                QueueLargest();
            partition = _largest.Dequeue();
            lock (partition.Incoming)
                buffer = Swap(partition);
            Interlocked.Add(ref _drainingBytes, buffer.Bytes);
            return true;
        }
        finally
        {
            _choosing.Exit();
        }
    }

    /// <summary>Queues the largest partitions, until an eighth of the budget would be free: one look at all of them serves many writes.</summary>
    void QueueLargest()
    {
        var bytes = 0L;
        foreach (var partition in InOrderOfSize())
        {
            if (bytes > options.BufferBytes / 8)
                return;
            _largest.Enqueue(partition);
            bytes += partition.Buffer.Bytes;
        }
    }

    void Write(Partition partition, PartitionBuffer buffer, RowGroupBuilder builder, bool isLast = false)
    {
        try
        {
            if (buffer.RowCount == 0)
                return;
            lock (partition.Writing)
                WriteRowGroup(partition, buffer, builder, isLast);
        }
        finally
        {
            buffer.Release();
        }
    }

    void WriteRowGroup(Partition partition, PartitionBuffer buffer, RowGroupBuilder builder, bool isLast)
    {
        partition.Stored ??= StoredRows.Of(lake, partition, IsNew(partition), Shard.Of(options.RunId));
        var footer = partition.Footer ?? new ParquetFooter(partition.Layout.Schema, options.Parquet);
        var isWholeFile = isLast && partition.Footer is null; // nearly every file, and then one write does
        if (builder.Build(buffer, partition.Layout, footer, partition.Stored, isWholeFile, out var bytes) is not { } facts)
            return;
        if (partition.Footer is null)
        {
            partition.Footer = footer;
            Interlocked.Increment(ref _open);
            var key = $"{partition.Path}/{NameOf(partition)}";
            partition.Files.Add(new PartitionFile(key, lake.BeginWrite(key), footer));
        }
        partition.Files[^1].Append(bytes, facts, isWholeFile);
        Interlocked.Add(ref _rows, facts.Rows);
        Interlocked.Add(ref _bytes, bytes.Length);
        if (!isLast && partition.Files[^1].SizeBytes >= options.FullBytes)
            EndFile(partition);
    }

    static ulong HashOf(string path) => XxHash64.Of(Encoding.UTF8.GetBytes(path));

    // RUN.parquet; RUN-2.parquet where a late row came after that was closed; RUN-p3.parquet where it had even been published.
    string NameOf(Partition partition) =>
        $"{options.RunId}{(partition.Publications > 0 ? $"-p{partition.Publications}" : "")}{(partition.Files.Count > 0 ? $"-{partition.Files.Count + 1}" : "")}.parquet";
}
