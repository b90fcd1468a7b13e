using System.Globalization;
using System.Text.Json;
using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake;

/// <summary>How far back a run without dates looks: some days behind the last one that took everything up to its day, since files come late.</summary>
/// <remarks>A run notes the day before which all that was delivered is in the lake. It is no later than the first day of an object that could
/// not be read, and it moves on only in a run that began no later than the last one ended: so nothing falls between two runs.</remarks>
sealed class LookBack
{
    /// <summary>Reports of other sources that are looked through for one of this source.</summary>
    const int MaxReports = 200;

    readonly DateOnly? _before;
    readonly SourceFilter _asked;

    LookBack(DateOnly? before, SourceFilter asked, SourceFilter filter) => (_before, _asked, Filter) = (before, asked, filter);

    /// <summary>What to list.</summary>
    public SourceFilter Filter { get; }

    /// <summary>Looks up the last run, where the days are not given.</summary>
    /// <param name="lateDays">Null: everything.</param>
    /// <param name="today">By this run's clock.</param>
    public static LookBack Of(ObjectStore lake, ObjectStore source, SourceFilter asked, int? lateDays, DateOnly today)
    {
        var before = LastCompleteBefore(lake, source.Place, asked, today);
        return new(before, asked, asked is { Since: null, Until: null } && lateDays is { } days && before is { } last ? asked with { Since = Earlier(last, days) } : asked);
    }

    /// <summary>The day before which all that was delivered is in the lake when a run is done; null where that cannot be said.</summary>
    public DateOnly? CompleteBefore(DateOnly today, WorkList work, bool isInterrupted)
    {
        if (isInterrupted || Filter.Until is not null || work.Unlisted.Count > 0 || (_asked.Since > _before))
            return _before;
        return work.FirstUnread() is { } unread && unread < today ? unread : today;
    }

    static DateOnly Earlier(DateOnly day, int days) => day.DayNumber > days ? day.AddDays(-days) : DateOnly.MinValue;

    // Their names begin with their time, and end with their shard. One that is dated ahead of this clock, or of the store's when it was written, is of a machine whose
    // clock was wrong, and what it says of days is, too.
    static DateOnly? LastCompleteBefore(ObjectStore lake, string place, SourceFilter asked, DateOnly today)
    {
        var reports = lake.List(RunReport.Folder + "/").Where(file => file.Key.EndsWith(".json", StringComparison.Ordinal) && Shard.Of(file.Key) == asked.Shard
            && !(RunIds.DayOf(Path.GetFileName(file.Key)) is { } day && (day > today.AddDays(1) || day > DateOnly.FromDateTime(file.LastModified).AddDays(1))));
        foreach (var file in reports.OrderByDescending(file => file.Key, StringComparer.Ordinal).Take(MaxReports))
        {
            try
            {
                using var report = JsonDocument.Parse(lake.Read(file.Key));
                if (report.RootElement is { ValueKind: JsonValueKind.Object } run && Text(run, "source_place") == place && Text(run, "source_scope") == asked.Scope)
                    return DateOnly.TryParseExact(Text(run, "complete_before"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
            }
            catch (JsonException)
            {
                // not ours; `status` says so
            }
        }
        return null;
    }

    static string Text(JsonElement run, string name) => run.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
