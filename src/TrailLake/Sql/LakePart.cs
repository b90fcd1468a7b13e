using System.Globalization;
using TrailLake.CloudTrail;
using TrailLake.DuckDb;

namespace TrailLake.Sql;

/// <summary>A part of a lake: days of events, services, regions, accounts; an empty list stands for all.</summary>
sealed record LakePart
{
    /// <summary>The first day of events, in UTC.</summary>
    public DateOnly? Since { get; init; }

    /// <summary>The last day of events, in UTC.</summary>
    public DateOnly? Until { get; init; }

    public IReadOnlyList<string> Services { get; init; } = [];

    public IReadOnlyList<string> Regions { get; init; } = [];

    public IReadOnlyList<string> Accounts { get; init; } = [];

    /// <summary>The column of a table that names the account.</summary>
    public static string AccountOf(LakeTable table) => table == LakeTable.Aggregates ? "account_id" : "recipient_account_id";

    /// <summary>The part as a condition on a table's rows; <c>true</c> for the whole lake. All but the account leave out files.</summary>
    public string Condition(LakeTable table)
    {
        var conditions = new List<string>();
        if (Since is { } since)
            conditions.Add($"event_date >= '{Text(since)}'");
        if (Until is { } until)
            conditions.Add($"event_date <= '{Text(until)}'");
        foreach (var (column, values) in new[] { ("service", Services), ("region", Regions), (AccountOf(table), Accounts) })
        {
            if (values.Count > 0)
                conditions.Add($"{column} in ({string.Join(", ", values.Select(DuckDbSql.Text))})");
        }
        return conditions.Count > 0 ? string.Join(" and ", conditions) : "true";
    }

    /// <summary>True for a service whose files may hold rows of the part.</summary>
    public bool TakesService(string service) => Services.Count == 0 || Services.Contains(service, StringComparer.Ordinal);

    /// <summary>The same for a day, written as 2024-01-31.</summary>
    public bool TakesDay(ReadOnlySpan<char> day) =>
        (Since is not { } since || day.CompareTo(Text(since), StringComparison.Ordinal) >= 0) && (Until is not { } until || day.CompareTo(Text(until), StringComparison.Ordinal) <= 0);

    static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
