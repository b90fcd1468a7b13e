using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake;

/// <summary>Makes what a run has written visible, in one part or, where it reads many days, in several.</summary>
/// <remarks>
/// A part is: the files of partitions that are closed, what was quarantined, a sync, and last the ledger of the objects whose rows are
/// all in those files or in earlier ones:
/// <code>
///   read day 1, day 2 and the first hour of day 3 → publish the partitions of days before 3, and the objects delivered before → read the rest of day 3 → …
/// </code>
/// A crash between two parts costs only what came after the first; one within a part leaves rows that the next run meets again.
/// </remarks>
sealed class Publication(ObjectStore lake, RunReport begun, WorkList work, SourceObjects objects, LakeWriter writer, PartitionMerge merge, Quarantine quarantine, IngestOptions options, Action mayPublish)
{
    readonly RunTally _tally = new(begun, work);

    RunReport? _tallied;
    int _parts;

    /// <summary>Where the objects end that were delivered before a day, counted from 1970: nothing of them waits once the partitions of
    /// those days are closed.</summary>
    /// <param name="end">So many objects were read.</param>
    /// <param name="hasLaterEvents">True where one of them has an event of that day or a later one.</param>
    public int SettledUntil(int day, int end, out bool hasLaterEvents)
    {
        hasLaterEvents = false;
        var i = _tally.First;
        for (; i < end && !(work.New[i].Delivered is { } delivered && LakeWriter.DayOf(delivered) >= day); i++)
            hasLaterEvents |= work.Entry(i).LastEventTime is { } last && LakeWriter.DayOf(last) >= day;
        return i;
    }

    /// <summary>Sums up a run that has read so many objects.</summary>
    public void Tally(int end) => _tallied = _tally.Until(end);

    /// <summary>The report of a run that was summed up and has written all its rows.</summary>
    public RunReport Report()
    {
        var report = _tallied! with
        {
            RecordsWritten = writer.RowsWritten, Duplicates = objects.Duplicates, ConflictingEventIds = objects.Conflicts,
            PartitionsTouched = writer.PartitionsTouched, FilesWritten = writer.FilesWritten, BytesWritten = writer.BytesWritten + merge.BytesWritten, FilesMerged = merge.FilesMerged,
        };
        return report.IsExact ? report : throw new LakeException(
            $"{lake.Root}: expected records read = written + duplicates + quarantined, found {report.RecordsRead} = {report.RecordsWritten} + {report.Duplicates} + {report.RecordsQuarantined}; {(_parts == 0 ? "nothing was published" : $"what was published before, days gone by in {_parts} parts, stays")}. This is a bug of TrailLake: please report it.");
    }

    /// <summary>Makes a part visible.</summary>
    /// <param name="partitions">Closed ones.</param>
    /// <param name="before">The day before which all of them are.</param>
    /// <param name="settled">The objects before this one have no rows but in these and earlier ones.</param>
    /// <param name="part">Its number; the next where it is not the last.</param>
    public void Publish(Partition[] partitions, int before, int settled, int? part = null)
    {
        mayPublish();
        var number = part ?? ++_parts;
        quarantine.Publish(number, settled);
        var name = PartName.Of(begun.RunId, number);
        IReadOnlyList<PublishedFile> files = [];
        ObjectWrite? ledger = null;
        var ready = merge.Ready(partitions);
        try
        {
            WhileSyncing(
                () => files = PublishedFiles.Publish(lake, name, options.Clock.GetUtcNow(), ready, mayPublish),
                () => ledger = LedgerUntil(settled, number));
            WhileSyncing(() => writer.Forget(partitions, before)); // what the ledger names must be on the disk before it is, and so must its own bytes: little is left to do
            mayPublish(); // a machine that stood still since would name objects whose rows another run has written
            ledger?.Commit();
        }
        finally
        {
            ledger?.Dispose();
            foreach (var file in ready)
                file.Write.Dispose(); // what did not become visible would fill the disk until the next run, which may find no room for its lock
        }
        if (files.Count > 0)
            PublishedFiles.Settle(lake, name, options.Clock.GetUtcNow(), files);
        if (part is null)
            _tally.Settle(settled); // of the last part nobody asks any more
    }

    /// <summary>Does steps while the disk writes what it was given before, so that less is left to wait for: a tenth of a second in the run of a
    /// million events.</summary>
    public void WhileSyncing(params Action[] steps) => WaitingThreads.Run(1 + steps.Length, 1 + steps.Length, i => (i == 0 ? lake.Sync : steps[i - 1])(), CancellationToken.None);

    ObjectWrite? LedgerUntil(int settled, int number)
    {
        var entries = work.Entries(_tally.First, settled).ToArray();
        for (var i = 0; i < entries.Length; i++)
            entries[i].Duplicates = objects.DuplicatesOf(_tally.First + i);
        // An object that could not be read is not in the ledger: the next run tries it again.
        return Ledger.Begin(lake, begun.RunId, number, begun.StartedAt, [.. entries.Where(entry => entry.Outcome != LedgerEntry.Unreadable)]);
    }
}
