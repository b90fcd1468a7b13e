using System.Diagnostics;
using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake;

/// <summary>What a run is asked to do.</summary>
sealed record IngestOptions
{
    public int Threads { get; init; } = Environment.ProcessorCount;
    public long MemoryBytes { get; init; } = 384L << 20;
    public long MaxObjectBytes { get; init; } = 1L << 30;

    /// <summary>So many partitions of days gone by are closed together.</summary>
    public int ClosesOldFrom { get; init; } = 1_000;

    /// <summary>Where a file of a partition ends, and another one begins.</summary>
    public long FullBytes { get; init; } = PartitionMerge.FullBytes;
    public bool IsDryRun { get; init; }
    public SourceFilter Filter { get; init; } = new();

    /// <summary>Which part of the source is this run's, where several fill the lake at once.</summary>
    public Shard? Shard { get; init; }

    /// <summary>Waits for others that write to the lake.</summary>
    public bool Waits { get; init; }

    /// <summary>Without dates, so many days behind the last run are listed again; null: everything.</summary>
    public int? LateDays { get; init; }
    public ParquetOptions Parquet { get; init; } = new();
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Told what a user should hear at once: a folder that cannot be listed.</summary>
    public Action<string> Warn { get; init; } = static _ => { };

    /// <summary>Counts how far the run is.</summary>
    public WorkProgress Progress { get; init; } = new();

    /// <summary>Ends the run early: what it has read by then is published, and the next run goes on from there.</summary>
    public CancellationToken Cancel { get; init; }
}

/// <summary>The whole job: what is new in a source becomes rows in a lake.</summary>
/// <remarks>
/// <code>
///   list → skip what the ledger has → [each worker: fetch → gunzip → records → rows → partitions] → files → ledger
/// </code>
/// Files become visible after all are written, the ledger after them: whatever stops a run, the next one does it again and the lake
/// has each event once. A run over many days does so every few days, so that its memory stays flat and a stop costs days, not weeks.
/// </remarks>
static class Ingest
{
    /// <summary>Runs the job.</summary>
    /// <exception cref="StoreException">The source or the lake failed; nothing is lost, and the same run can be tried again.</exception>
    /// <exception cref="LakeException">Another run writes to the lake, the run's counts do not add up, or the lake holds a file that is not its own.</exception>
    /// <exception cref="OperationCanceledException">It was asked to end before it had read anything, or while it read an object that takes long; what it had not published never appears.</exception>
    public static RunReport Run(ObjectStore source, ObjectStore lake, IngestOptions options, out IReadOnlyDictionary<string, long> quarantined)
    {
        var started = options.Clock.GetUtcNow();
        var runId = RunIds.New(started) + options.Shard?.Suffix;
        options.Progress.Begin("waiting for the lake", "objects");
        using var held = options.IsDryRun ? null : LakeLock.Take(lake, runId, new LockRequest(options.Shard, options.Waits, options.Warn, options.Clock, options.Cancel));
        if (held is not null)
            PublishedFiles.Recover(lake, options.Shard, options.Warn);
        var today = DateOnly.FromDateTime(started.UtcDateTime);
        options.Progress.Begin("listing", "objects");
        var lookBack = LookBack.Of(lake, source, options.Filter with { Shard = options.Shard }, options.LateDays, today, options.Warn, options.Cancel);
        var (filter, listed) = (lookBack.Filter, source.ListRequests);
        if (lookBack.IsFirst && !options.IsDryRun)
            lookBack.Begin.Write(lake, runId, source.Place, filter);
        using var work = WorkList.Of(new SourceListing(source, filter, today, options.Progress, options.Cancel), new Ledger(lake, lookBack.FirstDay, options.Shard, options.Cancel), filter);
        foreach (var problem in work.Unlisted)
            options.Warn(problem.Message);
        var report = new RunReport
        {
            RunId = runId, Source = source.Root, Lake = lake.Root, StartedAt = started, IsDryRun = options.IsDryRun,
            SourcePlace = source.Place, SourceScope = filter.Scope, ListedSince = filter.Since, ListRequests = source.ListRequests - listed,
            ObjectsListed = work.Listed, ObjectsPassedOver = work.PassedOver, ObjectsAlreadyIngested = work.AlreadyIngested,
            Coverage = work.Coverage, ObjectsQuarantined = work.Unlisted.Count, BytesCompressed = work.New.TotalBytes,
        };
        quarantined = new Dictionary<string, long>();
        if (options.IsDryRun)
            return Finish(Estimate.Of(report with { ObjectsIngested = work.New.Count }, source, work, options), options);
        if (work.New.Count + work.Unlisted.Count == 0 && lookBack.After(today, work, isInterrupted: false) is var same && lookBack.IsNoted(same))
            return Finish(Noting(report, same), options); // of a quiet day one report, and not one of each hour
        using var marker = lake.BeginRun(RunReport.UnderWayFolder, runId, LakeFolders.All, crashed => Quarantine.Forget(lake, crashed));
        if (lookBack.IsFirst) // whatever ends it, its folders that could not be listed are known
            Leave(report with { IsInterrupted = true, BytesCompressed = 0 }, lookBack.After(today, work, isInterrupted: true));
        using var run = new IngestRun(source, lake, runId, work, options);
        report = run.Flatten(report, () =>
        {
            held!.Require();
            marker.Require();
        });
        var noted = lookBack.After(today, work, report.IsInterrupted); // while the objects are still known
        quarantined = run.Publish();
        report = Leave(report, noted);
        marker.Complete();
        return report;

        RunReport Leave(RunReport done, RunNote note)
        {
            note.Write(lake, runId, source.Place, filter);
            done = Finish(Noting(done, note), options);
            lake.Write($"{RunReport.Folder}/{runId}.json", [.. done.ToJson(), (byte)'\n']);
            return done;
        }
    }

    static RunReport Noting(RunReport report, RunNote note) => report with { CompleteBefore = note.Before, UnreadFolders = note.Unread };

    static RunReport Finish(RunReport report, IngestOptions options) => report with
    {
        FinishedAt = options.Clock.GetUtcNow(),
        PeakMemoryBytes = Process.GetCurrentProcess().PeakWorkingSet64,
    };
}
