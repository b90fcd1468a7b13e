using System.Text.RegularExpressions;
using TrailLake.DuckDb;
using TrailLake.Sql;

namespace TrailLake.Report;

/// <summary>What one view of the CIS monitoring set found in a report's period.</summary>
/// <param name="Section">The benchmark's section, such as 4.3.</param>
/// <param name="View">The view's name.</param>
/// <param name="Question">What it answers.</param>
/// <param name="Text">Its SQL.</param>
/// <param name="Days">Rows by day.</param>
/// <param name="Callers">The callers with most rows, and how many.</param>
/// <param name="Last">When the last was.</param>
sealed partial record ReportFinding(string Section, string View, string Question, string Text, SortedDictionary<string, long> Days, IReadOnlyList<(string Name, long Rows)> Callers, DateTime? Last)
{
    const int ShownCallers = 5;

    // Views of all services, and which rows of `calls` they can find something among: other services and days are not read a second time.
    static readonly Dictionary<string, string> Among = new() { ["unauthorized_api_calls"] = ReportTables.IsDenied, ["root_activity"] = "is_root" };

    public long Rows => Days.Values.Sum();

    /// <summary>Asks all views of the set, in the order of the benchmark. Each reads only the files of its services.</summary>
    /// <param name="folders">The folders of service and day that the report is about, by service.</param>
    public static List<ReportFinding> All(LakeCatalog catalog, ILookup<string, DirectoryInfo> folders) =>
    [
        .. from view in SqlLibrary.Views
           let section = ViewIndex.CisOf(view.Text)
           where section.Length > 0
           orderby section.Length, section
           select Of(catalog, folders, section, view),
    ];

    static ReportFinding Of(LakeCatalog catalog, ILookup<string, DirectoryInfo> folders, string section, SqlDefinition view)
    {
        catalog.Narrow(FoldersOf(catalog, folders, view));
        var caller = UserArn().IsMatch(view.Text) ? "coalesce(user_arn, recipient_account_id)" : "'root of ' || recipient_account_id";
        using var result = catalog.Query($"""
            select event_date, {caller} as caller, count(*), max(event_time)
            from {DuckDbSql.Name(view.Name)} where event_date between getvariable('since') and getvariable('until') group by 1, 2
            """);
        var rows = result.Rows().Select(row => (Day: (string)row[0]!, Caller: (string?)row[1] ?? "unknown", Rows: (long)row[2]!, Last: ((DuckDbTimestamp?)row[3])?.ToDateTime())).ToList();
        return new(section, view.Name, view.Question, view.Text.Trim(),
            new(rows.GroupBy(row => row.Day).ToDictionary(day => day.Key, day => day.Sum(row => row.Rows)), StringComparer.Ordinal),
            [.. rows.GroupBy(row => row.Caller).Select(caller => (caller.Key, caller.Sum(row => row.Rows))).OrderByDescending(caller => caller.Item2).ThenBy(caller => caller.Key, StringComparer.Ordinal).Take(ShownCallers)],
            rows.Max(row => row.Last));
    }

    static IEnumerable<DirectoryInfo> FoldersOf(LakeCatalog catalog, ILookup<string, DirectoryInfo> folders, SqlDefinition view)
    {
        var services = ServiceOfView().Matches(view.Text).Select(match => match.Groups["service"].Value).ToList();
        if (services.Count == 1)
            return folders[services[0]];
        if (!Among.TryGetValue(view.Name, out var condition))
            return folders.SelectMany(days => days);
        using var places = catalog.Query($"select distinct service || '/' || event_date from calls where {condition}");
        var wanted = places.Rows().Select(row => (string)row[0]!).ToHashSet(StringComparer.Ordinal);
        return folders.SelectMany(days => days.Where(day => wanted.Contains($"{Uri.UnescapeDataString(days.Key)}/{day.Name["event_date=".Length..]}")));
    }

    [GeneratedRegex(@"^where service = '(?<service>[a-z0-9-]+)'", RegexOptions.Multiline)]
    private static partial Regex ServiceOfView();

    [GeneratedRegex(@"^ +user_arn,", RegexOptions.Multiline)]
    private static partial Regex UserArn();
}
