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

    static readonly IReadOnlyList<(string Section, SqlDefinition View, FindingRule Rule)> Set =
    [
        .. from view in SqlLibrary.Views
           let section = ViewIndex.CisOf(view.Text)
           where section.Length > 0
           orderby section.Length, section
           select (section, view, FindingRule.Of(view)),
    ];

    /// <summary>What a scan has to pick for <see cref="All"/>.</summary>
    public static IReadOnlyList<FindingRule> Rules { get; } = [.. Set.Select(view => view.Rule)];

    public long Rows => Days.Values.Sum();

    /// <summary>Asks the conditions of all views of the set, in the order of the benchmark, of the rows that a scan has picked.</summary>
    public static List<ReportFinding> All(LakeCatalog catalog) => [.. Set.Select(view => Of(catalog, view.Section, view.View, view.Rule))];

    static ReportFinding Of(LakeCatalog catalog, string section, SqlDefinition view, FindingRule rule)
    {
        var caller = UserArn().IsMatch(view.Text) ? "coalesce(user_arn, recipient_account_id)" : "'root of ' || recipient_account_id";
        using var byDay = catalog.Query($"select event_date, cast(sum(events) as bigint), max(last_time) from {ScanTables.FindingRows} {rule.Condition} group by 1");
        var days = byDay.Rows().Select(row => (Day: (string)row[0]!, Rows: (long)row[1]!, Last: ((DuckDbTimestamp?)row[2])?.ToDateTime())).ToList();
        using var byCaller = catalog.Query($"""
            select coalesce({caller}, 'unknown'), cast(sum(events) as bigint) from {ScanTables.FindingRows} {rule.Condition} group by 1 order by 2 desc, 1 limit {ShownCallers}
            """);
        return new(section, view.Name, view.Question, view.Text.Trim(),
            new(days.ToDictionary(day => day.Day, day => day.Rows), StringComparer.Ordinal), [.. byCaller.Rows().Select(row => ((string)row[0]!, (long)row[1]!))], days.Max(day => day.Last));
    }

    [GeneratedRegex(@"^ +user_arn,", RegexOptions.Multiline)]
    private static partial Regex UserArn();
}
