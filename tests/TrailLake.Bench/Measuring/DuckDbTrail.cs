using System.Text;
using TrailLake.CloudTrail;
using TrailLake.DuckDb;

namespace TrailLake.Bench.Measuring;

/// <summary>A trail as plain DuckDB reads it, at its best: <c>read_json</c> with the type of <c>Records</c> written out, and no more of it than is needed.</summary>
static class DuckDbTrail
{
    /// <summary>The columns of <c>events</c> that stand in the records: all but the derived ones, <c>extra</c> and the source.</summary>
    public static readonly Column[] Columns = [.. CloudTrail.Columns.Of(LakeTable.Events).Where(column => !column.IsDerived)];

    /// <summary>A query with these columns, and service, event_date and region.</summary>
    /// <param name="files">A pattern of files.</param>
    /// <param name="columns">Some of <see cref="Columns"/>.</param>
    public static string Select(string files, IReadOnlyList<Column> columns)
    {
        // What the partition columns are made of is read in any case.
        Column[] needed = [.. Columns.Where(column => columns.Contains(column) || column.Name is "event_time" or "event_source" or "aws_region")];
        var list = string.Join(",\n    ", columns.Select(column => $"{Read(column)} as {column.Name}"));
        return $"""
            select
                {list}{(list.Length > 0 ? "," : "")}
                split_part(r."eventSource", '.', 1) as service,
                strftime(r."eventTime", '%Y-%m-%d') as event_date,
                r."awsRegion" as region
            from (
                select unnest("Records") as r
                from read_json({DuckDbSql.Text(files)}, maximum_object_size = 33554432, columns = {"{"}'Records': {DuckDbSql.Text(StructOf(needed) + "[]")}{"}"})
            )
            """;
    }

    /// <summary>Writes a trail's events as Parquet, by service, date and region.</summary>
    public static string Copy(string files, string output) =>
        $"copy ({Select(files, Columns)}) to {DuckDbSql.Text(output)} (format parquet, compression zstd, partition_by (service, event_date, region))";

    static string Read(Column column)
    {
        var path = "r." + string.Join('.', column.Path.Split('.').Select(DuckDbSql.Name));
        return column.Type switch
        {
            // As in the lake, NULL is the JSON null of these fields.
            ColumnType.Json => $"nullif(cast({path} as varchar), 'null')",
            ColumnType.BooleanText => $"cast({path} as boolean)",
            _ => path,
        };
    }

    // STRUCT("eventTime" TIMESTAMP, "userIdentity" STRUCT("type" VARCHAR, …), …)
    static string StructOf(IReadOnlyList<Column> columns)
    {
        var text = new StringBuilder("STRUCT(");
        Append(text, [.. columns.Select(column => (column.Path.Split('.'), column.Type))], 0);
        return text.Append(')').ToString();
    }

    static void Append(StringBuilder text, (string[] Path, ColumnType Type)[] fields, int depth)
    {
        var first = true;
        foreach (var group in fields.GroupBy(field => field.Path[depth]))
        {
            text.Append(first ? "" : ", ").Append(DuckDbSql.Name(group.Key)).Append(' ');
            first = false;
            if (group.First() is var (path, type) && path.Length == depth + 1)
            {
                text.Append(type switch { ColumnType.Timestamp => "TIMESTAMP", ColumnType.Boolean => "BOOLEAN", ColumnType.Json => "JSON", _ => "VARCHAR" });
                continue;
            }
            text.Append("STRUCT(");
            Append(text, [.. group], depth + 1);
            text.Append(')');
        }
    }
}
