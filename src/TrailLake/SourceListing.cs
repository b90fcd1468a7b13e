using System.Collections.Concurrent;
using System.Text;
using TrailLake.CloudTrail;
using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake;

/// <summary>Lists what a run may look at, and of CloudTrail's layout only the folders of the days, accounts and regions that are asked for.</summary>
/// <remarks>
/// <code>
///   folders, level by level:   prefix → AWSLogs → organization → accounts → kinds → regions → days
///   then each of them whole
/// </code>
/// Each level, and then all the folders found, are listed many at once. What is no part of the layout is listed whole. Objects that a level
/// shows are taken at once, so that a folder of a million costs no more memory than elsewhere.
/// </remarks>
sealed class SourceListing
{
    /// <summary>Folders of days in one region that are listed without looking which are there.</summary>
    const int ManyFolders = 8;

    /// <summary>CloudTrail began in November 2013.</summary>
    internal static readonly DateOnly BeforeCloudTrail = new(2013, 1, 1);

    /// <summary>Folders of a level that are looked into for AWSLogs; of a tree with more, which is something else, all the rest is listed whole.</summary>
    const int MaxPrefixFolders = 32;

    /// <summary>Folders of a disk that are listed at once: on one of this machine two are as fast as eight, on one behind a network they wait.</summary>
    const int LeastThreads = 8;

    /// <summary>A folder, or what was taken of objects that lie right in one.</summary>
    /// <param name="IsSeen">It was there when the level above was listed.</param>
    readonly record struct Unit<T>(string Key, LogFolder Folder, int Depth, List<T>? Taken = null, bool IsSeen = false)
    {
        public bool IsWhole => Taken is not null || Folder.Place == LogFolderPlace.Inside;

        public Unit<T> Whole(string key) => this with { Key = key, Folder = Folder with { Place = LogFolderPlace.Inside } };
    }

    readonly ObjectStore _source;
    readonly SourceFilter _filter;
    readonly DateOnly _today;
    readonly WorkProgress _progress;
    readonly CancellationToken _cancel;
    readonly string _context, _folder;
    readonly bool _isOnDisk, _isOfDigests;
    int _done;

    /// <param name="progress">Counts the objects.</param>
    /// <param name="isOfDigests">Lists the folders of the digests, and not those of the logs.</param>
    public SourceListing(ObjectStore source, SourceFilter filter, DateOnly today, WorkProgress progress, CancellationToken cancel, bool isOfDigests = false)
    {
        (_source, _filter, _today, _progress, _cancel, _isOfDigests) = (source, filter, today, progress, cancel, isOfDigests);
        (_context, _folder, _isOnDisk) = (ContextOf(source.Place), LogFolder.PathOf(source.Place), IsOnDisk(source.Place));
    }

    int Threads => Math.Max(_source.Parallelism, LeastThreads);

    bool IsNarrow => _isOfDigests || _filter is not { Since: null, Until: null, Accounts.Count: 0, Regions.Count: 0, Shard: null };

    /// <summary>What an object's key tells, with what the place of the source tells already.</summary>
    public LogKey KeyOf(string key) => LogKey.Parse(_context.Length == 0 ? key : _context + key);

    /// <summary>An object of the ETag by which it is known again. Files of several folders may have one name, size and time, and not be the same: of one on a disk whose name
    /// is not CloudTrail's, which no two have, the place belongs to it.</summary>
    public StoredObject Known(StoredObject item) => !_isOnDisk || LogKey.DeliveredAt(item.Key.AsSpan(item.Key.LastIndexOf('/') + 1)) is not null ? item
        : item with { ETag = $"{item.ETag}-{XxHash64.Of(Encoding.UTF8.GetBytes(_folder + item.Key)):x}" };

    /// <summary>Lists the objects in the order of their keys; what the filter excludes may be among them.</summary>
    /// <param name="take">Makes of an object what is kept of it, or null; called from several threads at once.</param>
    public List<T> List<T>(Func<StoredObject, T?> take, Action<ListProblem> report)
        where T : struct
    {
        var problems = new ConcurrentQueue<ListProblem>();
        var kept = ListUnits(Expand(take, problems.Enqueue), take, problems.Enqueue);
        foreach (var problem in problems.OrderBy(problem => problem.Key, StringComparer.Ordinal))
            report(problem);
        return kept;
    }

    /// <summary>What of a source's own place belongs to the layout: of <c>s3://bucket/prefix/AWSLogs/111122223333</c> the part from AWSLogs on.</summary>
    public static string ContextOf(string place)
    {
        var folder = LogFolder.PathOf(place);
        return folder.LastIndexOf("/AWSLogs/", StringComparison.Ordinal) is >= 0 and var at ? folder[(at + 1)..] : "";
    }

    /// <summary>Whether a source's place is a path, and no address.</summary>
    public static bool IsOnDisk(string place) => !place.Contains("://", StringComparison.Ordinal);

    List<Unit<T>> Expand<T>(Func<StoredObject, T?> take, Action<ListProblem> report)
        where T : struct
    {
        List<Unit<T>> units = [new("", LogFolder.Of(_context, _isOfDigests), 0)];
        for (var wanted = IsNarrow ? int.MaxValue : Threads; units.Count < wanted && units.Exists(unit => !unit.IsWhole);)
        {
            var level = units;
            var found = new List<Unit<T>>[level.Count];
            WaitingThreads.Run(Threads, level.Count, i => found[i] = level[i].IsWhole ? [level[i]] : [.. Inside(level[i], take, report)], _cancel);
            units = [.. found.SelectMany(inner => inner)];
            var prefixes = 0;
            for (var i = 0; i < units.Count; i++)
            {
                if (units[i] is { IsWhole: false, Folder.Place: LogFolderPlace.Before } && ++prefixes > MaxPrefixFolders)
                    units[i] = units[i].Whole(units[i].Key);
            }
            _progress.Note = $"{units.Count:N0} folders found";
        }
        var others = _filter.AlsoFolders.Where(folder => !units.Exists(unit => unit.IsWhole && unit.Taken is null && folder.StartsWith(unit.Key, StringComparison.Ordinal))); // in a tree that is listed whole
        return [.. units, .. others.Order(StringComparer.Ordinal).Select(folder => new Unit<T>("", default, 0).Whole(folder))];
    }

    IEnumerable<Unit<T>> Inside<T>(Unit<T> outer, Func<StoredObject, T?> take, Action<ListProblem> report)
        where T : struct
    {
        if (outer.Folder.Place == LogFolderPlace.Region)
            return Days(outer, report);
        var (inside, isThere) = (new List<Unit<T>>(), false);
        foreach (var item in _source.ListFolder(outer.Key, report))
        {
            isThere = true;
            if (item.Object is { } found)
                TakeInto(inside, Take(found, take));
            else if (Enter(outer, item.Key) is var unit && (unit.Folder.Place != LogFolderPlace.NoLogs || !IsNarrow) && _filter.Takes(unit.Folder))
                inside.Add(unit.Folder.Place == LogFolderPlace.NoLogs ? unit.Whole(unit.Key) : unit);
        }
        if (!isThere)
            TellIfVanished(outer, report);
        return inside;
    }

    static void TakeInto<T>(List<Unit<T>> units, T? taken)
        where T : struct
    {
        if (taken is not { } some)
            return;
        if (units.Count == 0 || units[^1].Taken is null)
            units.Add(new("", default, 0, []));
        units[^1].Taken!.Add(some);
    }

    static Unit<T> Enter<T>(Unit<T> outer, string key)
    {
        var name = key[outer.Key.Length..^1];
        return new(key, outer.Folder.Enter(name, outer.Depth), outer.Depth + 1, IsSeen: true);
    }

    // A folder costs a request whether it is there or not. So of a long span the years and months that are there are looked up first.
    IEnumerable<Unit<T>> Days<T>(Unit<T> region, Action<ListProblem> report)
    {
        if (_filter is { Since: null, Until: null })
            return [region.Whole(region.Key)];
        var folders = LogFolder.FoldersOf(_filter.Since ?? BeforeCloudTrail, _filter.Until ?? _today.AddDays(1)).ToList(); // a day ahead, for clocks that are
        foreach (var level in (ReadOnlySpan<int>)["yyyy/".Length, "yyyy/MM/".Length, "yyyy/MM/dd/".Length])
        {
            if (folders.Count > ManyFolders)
                folders = Existing(folders, level, region, report);
        }
        return folders.Select(day => region.Whole(region.Key + day) with { IsSeen = false });
    }

    // Leaves out those of years, then months, then days that are not there; a year or month that is wanted as a whole is looked into later.
    List<string> Existing<T>(List<string> folders, int level, Unit<T> region, Action<ListProblem> report) =>
        [.. folders.GroupBy(folder => folder.Length < level ? folder : folder[..(level == "yyyy/".Length ? 0 : level - "MM/".Length)]).SelectMany(outer =>
        {
            if (outer.First().Length < level)
                return outer;
            var there = _source.ListFolder(region.Key + outer.Key, report).Select(item => item.Key[region.Key.Length..]).ToHashSet(StringComparer.Ordinal);
            return outer.Where(folder => there.Contains(folder[..level]));
        })];

    List<T> ListUnits<T>(List<Unit<T>> units, Func<StoredObject, T?> take, Action<ListProblem> report)
        where T : struct
    {
        var kept = new List<T>?[units.Count];
        WaitingThreads.Run(Threads, units.Count, i =>
        {
            kept[i] = ListWhole(units[i], take, report) is { Count: > 0 } some ? some : null; // most folders of a day that is in the lake have nothing
            if (Interlocked.Increment(ref _done) % 64 == 0 || _done == units.Count)
                _progress.Note = $"{_done:N0} of {units.Count:N0} folders";
        }, _cancel);
        if (kept is [{ } one])
            return one;
        var all = new List<T>(kept.Sum(some => some?.Count ?? 0));
        foreach (var some in kept)
            all.AddRange(some ?? []);
        return all;
    }

    List<T> ListWhole<T>(Unit<T> unit, Func<StoredObject, T?> take, Action<ListProblem> report)
        where T : struct
    {
        if (unit.Taken is { } taken)
            return taken;
        var (kept, isThere) = (new List<T>(), false);
        foreach (var item in _source.List(unit.Key, report))
        {
            isThere = true;
            if (Take(item, take) is { } some)
                kept.Add(some);
        }
        if (!isThere)
            TellIfVanished(unit, report);
        return kept;
    }

    void TellIfVanished<T>(Unit<T> unit, Action<ListProblem> report)
    {
        if (unit.IsSeen && !_source.HasFolder(unit.Key))
            report(new(unit.Key, _source.Locate(unit.Key), $"{_source.Locate(unit.Key)}: {ListProblem.Vanished}"));
    }

    T? Take<T>(StoredObject item, Func<StoredObject, T?> take)
        where T : struct
    {
        _cancel.ThrowIfCancellationRequested();
        _progress.Add(1);
        return take(item);
    }
}
