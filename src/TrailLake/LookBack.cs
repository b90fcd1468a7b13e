using System.Globalization;
using System.Text.Json;
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
    /// <summary>Reports of other sources that are looked through for one of this source.</summary>
    const int MaxReports = 200;

    /// <summary>Folders with something unread that a run notes; of more, the day that it notes is the first of theirs.</summary>
    public const int MaxUnread = 1_000;

    /// <summary>What the last run noted.</summary>
    /// <param name="Before">The day before which all is in the lake; null where that cannot be said.</param>
    /// <param name="Unread">But for these folders.</param>
    readonly record struct Note(DateOnly? Before, IReadOnlyList<string> Unread);

    readonly Note _last;
    readonly SourceFilter _asked;
    readonly string _context;

    LookBack(Note last, SourceFilter asked, SourceFilter filter, string context) => (_last, _asked, Filter, _context) = (last, asked, filter, context);

    /// <summary>What to list.</summary>
    public SourceFilter Filter { get; }

    /// <summary>The first day of delivery of what is listed; null for all.</summary>
    public DateOnly? FirstDay => Filter.AlsoFolders.Select(DayOf).Append(Filter.Since).Min();

    /// <summary>Looks up the last run, where the days are not given.</summary>
    /// <param name="lateDays">Null: everything.</param>
    /// <param name="today">By this run's clock.</param>
    public static LookBack Of(ObjectStore lake, ObjectStore source, SourceFilter asked, int? lateDays, DateOnly today)
    {
        var context = SourceListing.ContextOf(source.Place);
        var last = LastNote(lake, source.Place, asked, today);
        if (asked is not { Since: null, Until: null } || lateDays is not { } days || last.Before is not { } before)
            return new(last, asked, asked, context);
        var since = Earlier(before, days);
        return new(last, asked, asked with { Since = since, AlsoFolders = last.Unread.Where(folder => DayOf(context, folder) < since).ToHashSet(StringComparer.Ordinal) }, context);
    }

    /// <summary>What to note when a run is done with a list.</summary>
    public (DateOnly? CompleteBefore, IReadOnlyList<string> UnreadFolders) After(DateOnly today, WorkList work, bool isInterrupted)
    {
        var isComplete = !isInterrupted && Filter.Until is null && work.Unlisted.Count == 0 && !(_asked.Since > _last.Before);
        var before = isComplete ? today : _last.Before;
        var notListed = _last.Unread.Where(folder => !isComplete || DayOf(folder) < _asked.Since);
        string[] unread = [.. work.UnreadFolders().Union(notListed, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (unread.Length <= MaxUnread)
            return (before, unread);
        return (before is null ? null : unread.Select(DayOf).Append(before).Min(), []);
    }

    DateOnly? DayOf(string folder) => DayOf(_context, folder);

    static DateOnly? DayOf(string context, string folder) => LogKey.Parse($"{context}{folder}.json").Day;

    static DateOnly Earlier(DateOnly day, int days) => day.DayNumber > days ? day.AddDays(-days) : DateOnly.MinValue;

    // Their names begin with their time, and end with their shard. One that is dated ahead of this clock, or of the store's when it was written, is of a machine whose
    // clock was wrong, and what it says of days is, too.
    static Note LastNote(ObjectStore lake, string place, SourceFilter asked, DateOnly today)
    {
        var reports = lake.List(RunReport.Folder + "/").Where(file => file.Key.EndsWith(".json", StringComparison.Ordinal) && Shard.Of(file.Key) == asked.Shard
            && !(RunIds.DayOf(Path.GetFileName(file.Key)) is { } day && (day > today.AddDays(1) || day > DateOnly.FromDateTime(file.LastModified).AddDays(1))));
        foreach (var file in reports.OrderByDescending(file => file.Key, StringComparer.Ordinal).Take(MaxReports))
        {
            try
            {
                using var report = JsonDocument.Parse(lake.Read(file.Key));
                if (report.RootElement is { ValueKind: JsonValueKind.Object } run && Text(run, "source_place") == place && Text(run, "source_scope") == asked.Scope)
                {
                    return new(
                        DateOnly.TryParseExact(Text(run, "complete_before"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null,
                        Folders(run, "unread_folders"));
                }
            }
            catch (JsonException)
            {
                // not ours; `status` says so
            }
        }
        return new(null, []);
    }

    static string Text(JsonElement run, string name) => run.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    // Those that a run could have written: a day's, and below the source.
    static string[] Folders(JsonElement run, string name) => run.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
        ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!).Where(folder => folder.EndsWith('/') && !folder[..^1].Split('/').Any(part => part is "" or "." or ".."))]
        : [];
}
