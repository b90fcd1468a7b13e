using System.Globalization;

namespace TrailLake.Report;

/// <summary>The days that a report is about, both ends included, and the days before them that tell what is new.</summary>
/// <param name="Since">The first day.</param>
/// <param name="Until">The last day.</param>
sealed record ReportPeriod(DateOnly Since, DateOnly Until)
{
    /// <summary>Where no first day is given.</summary>
    const int UsualDays = 30;

    /// <summary>Days before the first one that are looked at for what is not new.</summary>
    public const int HistoryDays = 7;

    /// <summary>Up to this many days, time is shown by the hour.</summary>
    const int HourlyDays = 3;

    public int Days => Until.DayNumber - Since.DayNumber + 1;

    public bool IsHourly => Days <= HourlyDays;

    /// <summary>Where the days before begin.</summary>
    public DateOnly History => Since.AddDays(-Math.Min(HistoryDays, Since.DayNumber));

    /// <summary>The days asked for, or else the last thirty up to the last day with events that has come yet, without the empty ones at their begin.</summary>
    /// <param name="days">The days with events.</param>
    public static ReportPeriod Of(IReadOnlyCollection<DateOnly> days, DateOnly? since, DateOnly? until, DateOnly today)
    {
        var last = until ?? days.Where(day => day <= today).DefaultIfEmpty(since ?? today).Max();
        var first = since ?? last.AddDays(1 - Math.Min(UsualDays, last.DayNumber));
        return new(since ?? days.Where(day => day >= first && day <= last).DefaultIfEmpty(first).Min(), since > last ? since.Value : last);
    }

    /// <summary>The folders of a lake's events by service and day; no file is opened.</summary>
    public static IEnumerable<(string Service, DateOnly Day, DirectoryInfo Folder)> FoldersOf(string lake)
    {
        const string Service = "service=", Date = "event_date=";
        var events = new DirectoryInfo(Path.Join(Path.GetFullPath(lake), "events"));
        return !events.Exists ? [] :
            from service in events.EnumerateDirectories(Service + "*")
            from folder in service.EnumerateDirectories(Date + "*")
            let day = ParseDay(folder.Name[Date.Length..])
            where day is not null
            select (service.Name[Service.Length..], day.Value, folder);
    }

    /// <summary>The days of a lake's events.</summary>
    public static SortedSet<DateOnly> DaysOf(string lake) => [.. FoldersOf(lake).Select(folder => folder.Day)];

    /// <summary>A day as the folders have it.</summary>
    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    static DateOnly? ParseDay(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
