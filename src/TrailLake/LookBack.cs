using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake;

/// <summary>How far back a run without dates looks: some days behind the last one that took everything up to its day, since files come late.</summary>
/// <remarks>A run notes the day before which all that was delivered is in the lake, and the older folders in which an object could not be read, so that one which
/// stays so for months costs each night one folder and not all days since. The day moves on only in a run that began no later than the last one ended: so
/// nothing falls between two runs.</remarks>
sealed class LookBack
{
    /// <summary>Folders with something unread that a run notes; of more, the day that it notes is the first of theirs.</summary>
    public const int MaxUnread = 1_000;

    readonly RunNote _last;
    readonly SourceFilter _asked;
    readonly ObjectStore _source;
    readonly int? _lateDays;
    readonly string _context;

    LookBack(RunNote last, SourceFilter asked, SourceFilter filter, ObjectStore source, int? lateDays) =>
        (_last, _asked, Filter, _source, _lateDays, _context) = (last, asked, filter, source, lateDays, SourceListing.ContextOf(source.Place));

    /// <summary>What to list.</summary>
    public SourceFilter Filter { get; }

    /// <summary>The first day of delivery of what is listed; null for all.</summary>
    public DateOnly? FirstDay => Filter.AlsoFolders.Select(DayOf).Append(Filter.Since).Min();

    /// <summary>Looks up the last run, where the days are not given.</summary>
    /// <param name="lateDays">Null: everything.</param>
    /// <param name="today">By this run's clock.</param>
    /// <param name="warn">Told where the last run's note is lost.</param>
    public static LookBack Of(ObjectStore lake, ObjectStore source, SourceFilter asked, int? lateDays, DateOnly today, Action<string> warn, CancellationToken cancel)
    {
        var last = RunNote.Last(lake, source.Place, asked, today);
        if (last.Before is null && asked.Since is { } first && LostNote(lake, source, asked, cancel) is { } lost)
        {
            warn($"{lost} Whether all that was delivered before {first:yyyy-MM-dd} is in the lake cannot be said: the next run without --since looks at everything.");
            last = RunNote.Unknown;
        }
        if (asked is not { Since: null, Until: null } || lateDays is not { } days || last is not { IsOfAnyDay: true, Before: { } before })
            return new(last, asked, asked, source, lateDays);
        var (since, context) = (Earlier(before, days), SourceListing.ContextOf(source.Place));
        return new(last, asked, asked with { Since = since, AlsoFolders = last.Unread.Where(folder => DayOf(context, folder) < since).ToHashSet(StringComparer.Ordinal) }, source, days);
    }

    // Why there may have been runs though there is no note of one; null where there were none. A report that cannot be read may be of this source, too.
    static string? LostNote(ObjectStore lake, ObjectStore source, SourceFilter asked, CancellationToken cancel)
    {
        var past = PastRun.All(lake, cancel);
        if (past.Any(run => run.IsOf(source.Place, asked)))
            return $"{lake.Locate(RunNote.Folder)}/: expected the note of the last run of {source.Root}, found none though there were runs of it.";
        var unread = past.Select(run => run.Problem).OfType<string>().Order(StringComparer.Ordinal).ToList();
        return unread.Count == 0 ? null : $"{unread[0]}{(unread.Count > 1 ? $" So it is of {unread.Count - 1:N0} more." : "")} It may be the report of an earlier run of {source.Root}.";
    }

    /// <summary>True where no run has noted a day.</summary>
    public bool IsFirst => _last.Before is null;

    /// <summary>What a first run notes before it looks at anything: whatever ends it, a run of later days is not to be taken for the whole.</summary>
    public RunNote Begin => new(Filter.Since ?? DateOnly.MinValue, []) { IsBegin = true };

    /// <summary>True where that is what the last run noted.</summary>
    public bool IsNoted(RunNote note) => _last.Says(note);

    /// <summary>What to note when a run is done with a list.</summary>
    public RunNote After(DateOnly today, WorkList work, bool isInterrupted)
    {
        var isComplete = !isInterrupted && Filter.Until is null && work.Unlisted.Count == 0 && !HasLeftOut && !IsEmpty(work);
        // Of a first run that left something behind the begin is noted, or one of later days would be taken for the whole.
        var before = isComplete ? today : _last.Before ?? (isInterrupted || work.Unlisted.Count > 0 ? Begin.Before : null);
        var notListed = _last.Unread.Where(folder => !isComplete || DayOf(folder) < _asked.Since);
        string[] unread = [.. work.UnreadFolders().Union(notListed, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var isBegin = !isComplete && (IsFirst ? before is not null : _last.IsBegin);
        return unread.Length <= MaxUnread ? new(before, unread) { IsBegin = isBegin }
            : new(before is null ? null : unread.Select(DayOf).Append(before).Min(), []) { IsBegin = isBegin };
    }

    // Days since the last noted one, or of those before it in which files may have come late: a run without dates would have looked there.
    bool HasLeftOut => _asked.Since is { } since && _last.Before is { } before && (_last.IsBegin ? since > before : _lateDays is not { } days || since > Earlier(before, days));

    // Where a disk is not mounted nothing is, whatever was delivered.
    bool IsEmpty(WorkList work) => work.Listed == 0 && !_source.ListFolder("", static _ => { }).Any();

    DateOnly? DayOf(string folder) => DayOf(_context, folder);

    static DateOnly? DayOf(string context, string folder) => LogKey.Parse($"{context}{folder}.json").Day;

    static DateOnly Earlier(DateOnly day, int days) => day.DayNumber > days ? day.AddDays(-days) : DateOnly.MinValue;
}
