using System.Collections.Immutable;
using TrailLake.CloudTrail;
using TrailLake.DuckDb;

namespace TrailLake;

/// <summary>The SQL of an export: the rows of all tables in the order in which their log files are written.</summary>
/// <remarks>The sort is DuckDB's, which spills to disk, so that a lake larger than memory comes back too.</remarks>
static class ExportQuery
{
    // CloudTrail's own layout, in names that are safe on every file system and lead nowhere else.
    const string Name = "[A-Za-z0-9_][A-Za-z0-9!_.*()=+@-]{0,199}";
    const string LogKey = $"({Name}/)*AWSLogs/(o-[a-z0-9]+/)?[0-9]{{12}}/CloudTrail(-[A-Za-z]+)?/[a-z0-9-]{{1,40}}/[0-9]{{4}}/[0-9]{{2}}/[0-9]{{2}}/{Name}";

    static readonly ImmutableArray<LakeTable> Tables = [LakeTable.Events, LakeTable.Insights, LakeTable.Aggregates];

    /// <summary>The query; null for a lake without files. Its columns: <c>lake_table</c> (the number of <see cref="LakeTable"/>),
    /// <c>log_key</c>, and those of <see cref="Columns"/> by their names, timestamps as milliseconds.</summary>
    public static string? Of(ExportRequest request)
    {
        var parts = Tables.Where(table => LakeFiles.Any(request.Lake, LakeFiles.FolderOf(table))).Select(table => OfTable(request, table)).ToList();
        return parts.Count == 0 ? null : $"{string.Join("\nunion all by name\n", parts)}\norder by log_key, source_object, source_index";
    }

    static string OfTable(ExportRequest request, LakeTable table)
    {
        var account = table == LakeTable.Aggregates ? "account_id" : "recipient_account_id";
        var columns = Columns.Of(table)
            .Where(column => !column.IsDerived || column.Name is "extra" or "source_object" or "source_index")
            .Select(column => column.Type == ColumnType.Timestamp ? $"epoch_ms({column.Name}) as {column.Name}" : column.Name);
        return $"""
            select {(int)table} as lake_table, {LogKeyOf(table, account)} as log_key, {string.Join(", ", columns)}
            from {LakeFiles.Read(request.Lake, table)}
            where {string.Join(" and ", Conditions(request, account))}
            """;
    }

    static string LogKeyOf(LakeTable table, string account)
    {
        var folder = table switch { LakeTable.Insights => "CloudTrail-Insight", LakeTable.Aggregates => "CloudTrail-Aggregated", _ => "CloudTrail" };
        var owner = Safe(account, "[0-9]{12}");
        var region = Safe("region", "[a-z0-9-]{1,40}");
        var day = Safe("event_date", "[0-9]{4}-[0-9]{2}-[0-9]{2}");
        return $"""
            case when regexp_full_match(source_object, {DuckDbSql.Text(LogKey)}) then source_object
                else concat('AWSLogs/', {owner}, '/{folder}/', {region}, '/', replace({day}, '-', '/'), '/',
                    {owner}, '_{folder}_', {region}, '_', replace({day}, '-', ''), 'T0000Z_export.json.gz') end
            """;
    }

    static string Safe(string column, string pattern) => $"case when regexp_full_match({column}, '{pattern}') then {column} else 'unknown' end";

    static IEnumerable<string> Conditions(ExportRequest request, string account)
    {
        yield return "true";
        if (request.Since is { } since)
            yield return $"event_date >= '{since:yyyy-MM-dd}'";
        if (request.Until is { } until)
            yield return $"event_date <= '{until:yyyy-MM-dd}'";
        foreach (var (column, values) in new[] { ("service", request.Services), ("region", request.Regions), (account, request.Accounts) })
        {
            if (values.Count > 0)
                yield return $"{column} in ({string.Join(", ", values.Select(DuckDbSql.Text))})";
        }
    }
}
