using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake;

/// <summary>Which objects of a source a run looks at, as far as their keys tell; an object whose key does not say is looked at.</summary>
sealed record SourceFilter
{
    /// <summary>First day of delivery, in UTC.</summary>
    public DateOnly? Since { get; init; }

    /// <summary>Last day of delivery, in UTC.</summary>
    public DateOnly? Until { get; init; }

    public IReadOnlyList<string> Accounts { get; init; } = [];

    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>The part of the source that is to be read; null for all of it.</summary>
    public Shard? Shard { get; init; }

    public bool Takes(string objectKey, in LogKey key) =>
        !(key.Day < Since) && !(key.Day > Until)
        && (key.Account is null || Accounts.Count == 0 || Accounts.Contains(key.Account))
        && (key.Region is null || Regions.Count == 0 || Regions.Contains(key.Region))
        && Shard?.Takes(objectKey, key) != false;
}

/// <summary>What a run has to do: the source's objects that the lake does not have, by day of delivery, and in path order within it.</summary>
/// <remarks>In path order the files of one account and region come one after the other in time, so that rows nearly fall into place. Day
/// by day, the partitions of days gone by can be closed, so that many days take no more memory than one.</remarks>
sealed class WorkList
{
    /// <summary>Objects under the source.</summary>
    public long Listed { get; private set; }

    /// <summary>Objects that are known to hold no records.</summary>
    public long PassedOver { get; private set; }

    /// <summary>Objects that the lake has.</summary>
    public long AlreadyIngested { get; private set; }

    /// <summary>Objects to read.</summary>
    public List<LedgerEntry> New { get; private set; } = [];

    /// <summary>Folders and links that could not be listed: they cost only themselves.</summary>
    public List<ListProblem> Unlisted { get; } = [];

    /// <summary>Lists a source.</summary>
    public static WorkList Of(ObjectStore source, Ledger ledger, SourceFilter filter, CancellationToken cancel)
    {
        var work = new WorkList();
        foreach (var item in source.List(report: work.Unlisted.Add))
        {
            cancel.ThrowIfCancellationRequested();
            work.Add(item, ledger, filter);
        }
        // Listed in path order, and a stable sort keeps that within a day.
        if (work.New.Exists(entry => entry.Delivered != work.New[0].Delivered))
            work.New = [.. work.New.OrderBy(entry => entry.Delivered)];
        return work;
    }

    /// <summary>Where the objects that were delivered on the day of this one end.</summary>
    public int EndOfDay(int ordinal)
    {
        var day = New[ordinal].Delivered;
        while (ordinal < New.Count && New[ordinal].Delivered == day)
            ordinal++;
        return ordinal;
    }

    void Add(StoredObject item, Ledger ledger, SourceFilter filter)
    {
        Listed++;
        var key = LogKey.Parse(item.Key);
        if (key.Kind != LogKind.Log)
            PassedOver++;
        else if (!filter.Takes(item.Key, key))
            return;
        else if (ledger.Has(item))
            AlreadyIngested++;
        else
            New.Add(new LedgerEntry(item.Key, item.SizeBytes, item.ETag) { Delivered = key.Day });
    }
}
