using System.Text;
using TrailLake.CloudTrail;

namespace TrailLake.Sql;

/// <summary>Renders the statement that makes a table known to Athena, from <see cref="Columns"/>.</summary>
/// <remarks>The grammar is Hive's: backticks, <c>string</c>, EXTERNAL. Partition columns are strings, which alone are pruned in the catalog
/// (Athena user guide, "Partition your data"), and columns are found by name, so that a later one reads as NULL in older files.</remarks>
static class AthenaTable
{
    /// <summary>Stands in the rendered files for where the lake is; no slash follows it there.</summary>
    public const string LakePlaceholder = "s3://BUCKET/PREFIX";

    // The longest comment that the Glue catalog keeps for a column.
    const int LongestComment = 255;

    /// <summary>CREATE EXTERNAL TABLE for one table of a lake.</summary>
    /// <param name="table">The table.</param>
    /// <param name="lake">The lake's place on S3, without a slash at its end.</param>
    /// <param name="more">Properties beside the usual one.</param>
    public static string Render(LakeTable table, string lake = LakePlaceholder, IEnumerable<KeyValuePair<string, string>>? more = null)
    {
        var name = DuckDbView.NameOf(table);
        var text = new StringBuilder($"create external table if not exists `{name}` (\n");
        text.AppendJoin(",\n", Columns.Of(table).Select(ColumnOf));
        text.Append("\n)\npartitioned by (\n");
        text.AppendJoin(",\n", DuckDbView.PartitionColumns.Select(column => $"    `{column.Name}` string comment {Comment(column.Meaning)}"));
        var properties = AthenaDdl.Properties([new("classification", "parquet"), .. more ?? []]);
        return text.Append($"\n)\nstored as parquet\nlocation {AthenaDdl.Text($"{lake}/{name}/")}\ntblproperties ({properties})\n").ToString();
    }

    /// <summary>A column as CREATE TABLE and ADD COLUMNS list it.</summary>
    public static string ColumnOf(Column column) => $"    `{column.Name}` {TypeOf(column.Type)} comment {Comment(column.Meaning)}";

    /// <summary>Athena's name of a column's type, in DDL.</summary>
    public static string TypeOf(ColumnType type) => type switch
    {
        ColumnType.Text or ColumnType.Json => "string",
        ColumnType.Boolean or ColumnType.BooleanText => "boolean",
        ColumnType.Timestamp => "timestamp",
        ColumnType.TextList => "array<string>",
        ColumnType.Int64 => "bigint",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A column type without an Athena type."),
    };

    // How Athena wants an apostrophe quoted in a comment is not documented; another apostrophe needs no quoting.
    static string Comment(string meaning)
    {
        var comment = meaning.Replace('\'', '\u2019');
        return $"'{(comment.Length <= LongestComment ? comment : comment[..(LongestComment - 1)] + "…")}'";
    }
}
