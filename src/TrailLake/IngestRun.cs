using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake;

/// <summary>One run under way: its workers, and what they have in common.</summary>
sealed class IngestRun : IDisposable
{
    /// <summary>What the program takes before a row waits: its code, two workers' tables, the runtime.</summary>
    const long OwnBytes = 40 << 20;

    /// <summary>What each worker beyond two takes for itself: 64 of them take half a gigabyte.</summary>
    const long WorkerBytes = 8 << 20;

    /// <summary>Of the memory that a run may use beside these, the part in which rows wait; the rest is the runtime's and the workers'.</summary>
    const double BufferShare = 0.19;

    /// <summary>Of all of it, the part for what many records share.</summary>
    const double SharedShare = 0.08;

    /// <summary>Of all of it, the part for objects that are fetched ahead of their turn.</summary>
    const double FetchShare = 0.08;

    /// <summary>What a run's memory grows by for an object on its list, in bytes: rows that wait get so much less. A list of 121,216 objects, with what
    /// is known of those of the day, takes 15 MB more than one of 12,195.</summary>
    const long ObjectBytes = 128;

    /// <summary>Where no file's name tells that it is of a day's first hour, an event may come this many days late and still find its partition's
    /// file open; a later one begins another file.</summary>
    const int LateDays = 1;

    /// <summary>A run that is asked to end gives the objects under way so long; after that it ends without what was not published.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    readonly ObjectStore _lake;
    readonly WorkList _work;
    readonly SharedValues _shared;
    readonly SourceObjects _objects;
    readonly LakeWriter _writer;
    readonly Quarantine _quarantine;
    readonly FetchAhead? _fetch; // none where the source is at hand
    readonly IngestWorkers _workers;
    readonly IngestOptions _options;
    readonly CancellationToken _cancel;
    readonly CancellationTokenSource _end = new();
    readonly CancellationTokenRegistration _asked;
    readonly PartitionMerge _merge;
    Publication? _publication;

    public IngestRun(ObjectStore source, ObjectStore lake, string runId, WorkList work, IngestOptions options)
    {
        (_lake, _work, _options, _cancel) = (lake, work, options, options.Cancel);
        _asked = _cancel.Register(() => _end.CancelAfter(Grace));
        _merge = new PartitionMerge(lake, options.Shard, options.Parquet, options.FullBytes, _cancel);
        _shared = new SharedValues((long)(options.MemoryBytes * SharedShare));
        _objects = new SourceObjects(work.New);
        _quarantine = new Quarantine(lake, runId);
        _writer = new LakeWriter(lake, _shared, new LakeWriterOptions(runId, BufferBytes(options, work.New.Count), options.Parquet, options.FullBytes));
        _fetch = source.Parallelism > 1 ? new FetchAhead(source, work.New, (long)(options.MemoryBytes * FetchShare), _end.Token) : null;
        _workers = new([.. Enumerable.Range(0, Math.Max(1, options.Threads)).Select(_ => new IngestWorker(source, _fetch, _writer, _quarantine, _shared, _objects, options with { Cancel = _end.Token }))]);
    }

    /// <summary>So many workers take half of the memory that a run may use beside its own; two in any case.</summary>
    public static int MostWorkers(long memoryBytes) => (int)Math.Max(2, (memoryBytes - OwnBytes) / 2 / WorkerBytes);

    static long BufferBytes(IngestOptions options, int objects)
    {
        var own = OwnBytes + WorkerBytes * Math.Max(0, options.Threads - 2);
        var share = (long)(Math.Max(options.MemoryBytes - own, options.MemoryBytes / 4) * BufferShare); // something also of less than the program's own
        return Math.Max(share - ObjectBytes * objects, share / 2);
    }

    /// <summary>Reads every object, writes every file, and publishes days gone by where they are many; returns the report with what that came to.</summary>
    /// <param name="mayPublish">Throws where the run has lost the right to.</param>
    public RunReport Flatten(RunReport report, Action mayPublish)
    {
        foreach (var problem in _work.Unlisted)
            _quarantine.Add(problem.Key, null, 0, Reasons.Unreadable, problem.Message, [], 0);
        _options.Progress.Begin("reading", "objects", _work.New.Count, report.BytesCompressed);
        _publication = new Publication(_lake, report with { BytesCompressed = 0 }, _work, _objects, _writer, _merge, _quarantine, _options, mayPublish);
        for (var first = 0; first < _work.New.Count;)
        {
            var end = _work.EndOfStep(first);
            var read = ReadUntil(first, end);
            if (_cancel.IsCancellationRequested)
            {
                if (read == 0)
                    _cancel.ThrowIfCancellationRequested();
                _work.Cut(read);
                end = read;
            }
            _quarantine.Settle(end);
            if (end < _work.New.Count && FirstAwaited(first, end) is { } day && PublishBefore(day, end))
                GiveBack(); // here, where nothing names the partitions of that day any more
            first = end;
        }
        _options.Progress.Continue("writing");
        _writer.ExpectNoMore();
        _publication.WhileSyncing(() => CloseAll(_writer.InOrderOfSize()), () => _publication.Tally(_work.New.Count));
        _options.Progress.Continue("merging");
        MergeAll(_writer.InOrderOfSize());
        _options.Progress.Continue("publishing");
        return _publication.Report() with { IsInterrupted = _cancel.IsCancellationRequested };
    }

    /// <summary>The first day, counted from 1970, of which events are still expected when objects were read up to one; null where that is soon clearer.</summary>
    int? FirstAwaited(int first, int end)
    {
        if (_work.New[first] is { IsOfFirstHour: true, Delivered: { } read })
            return LakeWriter.DayOf(read);
        return _work.New[end] is { IsOfFirstHour: false, Delivered: { } next } ? LakeWriter.DayOf(next) - LateDays : null;
    }

    /// <summary>Makes the rest of the rows and of the quarantine visible and, last, the ledger; returns how much was quarantined for which reason.</summary>
    public IReadOnlyDictionary<string, long> Publish()
    {
        _publication!.Publish(_writer.InOrderOfSize(), int.MaxValue, _work.New.Count, PartName.Last);
        return _quarantine.ByReason;
    }

    public void Dispose()
    {
        _fetch?.Dispose();
        _workers.Dispose();
        _merge.Dispose();
        _writer.Dispose();
        _quarantine.Dispose();
        _shared.Dispose();
        _asked.Dispose();
        _end.Dispose();
    }

    /// <summary>Reads objects of one day, in as many epochs as it takes; returns where it came to, before the end where the run is asked to end.</summary>
    int ReadUntil(int first, int end)
    {
        while (first < end && !_cancel.IsCancellationRequested)
        {
            first = _workers.Run(first, end, (worker, ordinal) => worker.Ingest(_work.Begin(ordinal), ordinal), () => _cancel.IsCancellationRequested || _shared.IsFull || _writer.HasManyOpen);
            if (first < end && !_cancel.IsCancellationRequested)
                EndEpoch();
        }
        return first;
    }

    /// <summary>Writes all rows that wait, because they name what is shared, and forgets what is shared.</summary>
    void EndEpoch()
    {
        var partitions = _writer.InOrderOfSize();
        _workers.Run(0, partitions.Length, (worker, i) => worker.Flush(partitions[i]));
        if (_writer.HasManyOpen)
            CloseAll(partitions);
        ForgetShared();
    }

    /// <summary>Forgets what is shared where few rows name it, as when a day was closed: they keep it as their own, and wait on. So what days share
    /// does not add up, and no later day is cut into row groups for it.</summary>
    void RenewEpoch()
    {
        if (!_writer.HasFewWaiting)
            return;
        var partitions = _writer.InOrderOfSize();
        _workers.Run(0, partitions.Length, (_, i) => _writer.Unshare(partitions[i]));
        ForgetShared();
    }

    void ForgetShared()
    {
        _shared.Clear();
        _workers.ForgetShared();
    }

    /// <summary>Publishes days gone by when their partitions are many, so that many days take no more memory than one; few cost little,
    /// and a late event then finds its file open.</summary>
    /// <remarks>An event that comes after the first hour of the next day has its partition's file merged with it. Where 0.4 % of all files
    /// came six hours late, three days took a quarter more of the processor.</remarks>
    /// <param name="day">The first day, counted from 1970, of which events are still expected.</param>
    /// <param name="end">So many objects were read.</param>
    /// <returns>True where it did.</returns>
    bool PublishBefore(int day, int end)
    {
        var old = _writer.Before(day);
        if (old.Length < _options.ClosesOldFrom)
            return false;
        var settled = _publication!.SettledUntil(day, end, out var hasLaterEvents);
        if (hasLaterEvents) // dated ahead of its delivery: what the ledger names must be written, so all is
            old = _writer.InOrderOfSize();
        _options.Progress.Continue("publishing");
        CloseAll(old);
        MergeAll(old);
        _workers.ForgetPartitions();
        _workers.ReleaseBuffers();
        GiveBack();
        _publication.Publish(old, hasLaterEvents ? int.MaxValue : day, settled);
        RenewEpoch();
        _options.Progress.Continue("reading");
        return true;
    }

    /// <summary>Gives back what a day has left, which the collector would let grow by half: buffers as large as that day's largest row group, and
    /// objects that lived as long as the day. 20 ms of a day of a million events, and ten of them peak at 172 MB instead of 203.</summary>
    static void GiveBack() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    void CloseAll(Partition[] partitions) => _workers.Run(0, partitions.Length, (worker, i) => worker.Close(partitions[i]));

    /// <summary>Merges what was written with the small older files of its partitions; a run that is asked to end leaves that to the next one.</summary>
    void MergeAll(Partition[] partitions) =>
        _workers.Run(0, partitions.Length, (_, i) => _merge.Merge(partitions[i], _writer.IsNew(partitions[i])), () => _cancel.IsCancellationRequested);
}
