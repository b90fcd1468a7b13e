using TrailLake.CloudTrail;
using TrailLake.DuckDb;
using TrailLake.Sql;

namespace TrailLake;

/// <summary>Rows of an export that are sorted together: from one block of a log file's records to another, both included.</summary>
sealed record ExportSlice(string FirstObject, long FirstBlock, string LastObject, long LastBlock);

/// <summary>The SQL of an export: the rows of all tables in the order in which their log files are written.</summary>
/// <remarks>DuckDB sorts them. Its sort of wide rows does not go to disk early enough (1.8 GB of JSON took more than 512 MiB, and
/// failed under that limit), so the rows are cut into slices by log file, and one slice is sorted at a time.</remarks>
static class ExportQuery
{
    const int BlockRecords = 10_000;
    const int RowBytes = 600; // what a row takes beside its JSON columns

    // CloudTrail's own layout, in names that are safe on every file system and lead nowhere else.
    const string Name = "[A-Za-z0-9_][A-Za-z0-9!_.*()=+@-]{0,199}";
    const string LogKey = $"({Name}/)*AWSLogs/(o-[a-z0-9]+/)?[0-9]{{12}}/CloudTrail(-[A-Za-z]+)?/[a-z0-9-]{{1,40}}/[0-9]{{4}}/[0-9]{{2}}/[0-9]{{2}}/{Name}";

    /// <summary>Answers the slices in their order: object and block of the first, object and block of the last.</summary>
    /// <param name="sliceBytes">What a slice's rows take in memory, about.</param>
    public static string Slices(ExportRequest request, long sliceBytes)
    {
        var parts = Enum.GetValues<LakeTable>().Select(table => $"""
            select source_object, source_index // {BlockRecords} as block, {WeightOf(table)} as weight
            from {DuckDbView.NameOf(table)} where {Conditions(request, table)}
            """);
        return $$"""
            with blocks as (select source_object, block, sum(weight) as weight from ({{string.Join("\nunion all\n", parts)}}) group by all),
            placed as (select {'object': source_object, 'block': block} as place, (sum(weight) over (order by source_object, block) - weight) // {{sliceBytes}} as slice from blocks),
            slices as (select slice, min(place) as first, max(place) as last from placed group by slice)
            select first.object, first.block::bigint, last.object, last.block::bigint from slices order by slice
            """;
    }

    /// <summary>Answers a slice's rows in the order in which they are written: <c>lake_table</c> (the number of
    /// <see cref="LakeTable"/>), <c>log_key</c>, and the <see cref="Columns"/> by their names, timestamps as milliseconds.</summary>
    public static string Rows(ExportRequest request, ExportSlice slice) =>
        $"{string.Join("\nunion all by name\n", Enum.GetValues<LakeTable>().Select(table => RowsOf(request, table, slice)))}\norder by log_key, source_object, source_index";

    static string RowsOf(ExportRequest request, LakeTable table, ExportSlice slice)
    {
        var columns = Columns.Of(table)
            .Where(column => !column.IsDerived || column.CompletesRecord || column.Name is "source_object" or "source_index")
            .Select(column => column.Type == ColumnType.Timestamp ? $"epoch_ms({column.Name}) as {column.Name}" : column.Name);
        // The range of objects stands alone, for DuckDB to compare with the files' statistics.
        var (first, last) = (DuckDbSql.Text(slice.FirstObject), DuckDbSql.Text(slice.LastObject));
        return $"""
            select {(int)table} as lake_table, {LogKeyOf(table)} as log_key, {string.Join(", ", columns)}
            from {DuckDbView.NameOf(table)}
            where {Conditions(request, table)} and source_object >= {first} and source_object <= {last}
                and (source_object > {first} or source_index >= {slice.FirstBlock * BlockRecords})
                and (source_object < {last} or source_index < {(slice.LastBlock + 1) * BlockRecords})
            """;
    }

    static string WeightOf(LakeTable table) => string.Join(" + ",
        Columns.Of(table).Where(column => column.Type == ColumnType.Json).Select(column => $"coalesce(strlen({column.Name}), 0)").Prepend($"{RowBytes}"));

    static string LogKeyOf(LakeTable table)
    {
        var folder = table switch { LakeTable.Insights => "CloudTrail-Insight", LakeTable.Aggregates => "CloudTrail-Aggregated", _ => "CloudTrail" };
        var owner = Safe(LakePart.AccountOf(table), "[0-9]{12}");
        var region = Safe("region", "[a-z0-9-]{1,40}");
        var day = Safe("event_date", "[0-9]{4}-[0-9]{2}-[0-9]{2}");
        return $"""
            case when regexp_full_match(source_object, {DuckDbSql.Text(LogKey)}) then source_object
                else 'AWSLogs/' || {owner} || '/{folder}/' || {region} || '/' || replace({day}, '-', '/') || '/' ||
                    {owner} || '_{folder}_' || {region} || '_' || replace({day}, '-', '') || 'T0000Z_export.json.gz' end
            """;
    }

    static string Safe(string column, string pattern) => $"(case when regexp_full_match({column}, '{pattern}') then {column} else 'unknown' end)";

    static string Conditions(ExportRequest request, LakeTable table) => new LakePart
    {
        Since = request.Since, Until = request.Until, Services = request.Services, Regions = request.Regions, Accounts = request.Accounts,
    }.Condition(table);
}
