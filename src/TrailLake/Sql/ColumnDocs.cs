using System.Text;
using TrailLake.CloudTrail;

namespace TrailLake.Sql;

/// <summary>Renders the column reference, <c>sql/columns.md</c>, from <see cref="Columns"/>.</summary>
static class ColumnDocs
{
    /// <summary>The whole page.</summary>
    public static string Render()
    {
        var page = new StringBuilder("""
            # Columns

            Every column of a lake: the tables that have it, where its value stands in a CloudTrail record, its type on Athena (`text` is
            `varchar` in queries, `string` in DDL) and on DuckDB, the `eventVersion` that brought the field, and what it means. NULL means that the record has no such
            field, but in columns marked *null*, where it means that the field is JSON `null`; the unusual one of the two is noted in `extra`.
            A small file in which no row has a value of a column marked *rare* does not have that column: Athena and `traillake` read NULL, and other readers are told the schema (see the README).
            Rendered from `src/TrailLake/CloudTrail/Columns.cs` by `make sql`.

            | column | tables | path | type | since | meaning |
            | --- | --- | --- | --- | --- | --- |

            """);

        foreach (var column in Columns.All)
        {
            page.Append($"| `{column.Name}` | {TablesOf(column)} | {(column.IsDerived ? "derived" : $"`{column.Path}`")} | {TypeOf(column.Type)}{(column.NullIsJsonNull ? ", *null*" : "")}{(column.IsRare ? ", *rare*" : "")} ");
            page.Append($"| {column.Since} | {column.Meaning.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }

        foreach (var (name, meaning) in DuckDbView.PartitionColumns)
            page.Append($"| `{name}` | all | folder name | text |  | {meaning} Filter it, and other folders are not read. |\n");
        return page.ToString();
    }

    static string TablesOf(Column column)
    {
        var tables = Enum.GetValues<LakeTable>().Where(table => column.Tables.HasFlag(table)).Select(DuckDbView.NameOf).ToArray();
        return tables.Length == Enum.GetValues<LakeTable>().Length ? "all" : string.Join(", ", tables);
    }

    static string TypeOf(ColumnType type) => type switch
    {
        ColumnType.Text => "text",
        ColumnType.Json => "text (JSON)",
        ColumnType.Boolean or ColumnType.BooleanText => "boolean",
        ColumnType.Timestamp => "timestamp",
        ColumnType.TextList => "list of text",
        ColumnType.Int64 => "bigint",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A column type without a name in the reference."),
    };
}
