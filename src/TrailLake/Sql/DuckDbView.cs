using System.Text;
using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.DuckDb;

namespace TrailLake.Sql;

/// <summary>Renders the views <c>events</c>, <c>insights</c> and <c>aggregates</c> over the Parquet files of a lake, from <see cref="Columns"/>.</summary>
/// <remarks>Service, date and region are taken out of a file's path by hand and not by DuckDB's <c>hive_partitioning</c>, because only without that it takes
/// a <c>schema</c>. The schema is worth it: a file from before a column came reads as NULL there (without reading every footer first, as
/// <c>union_by_name</c> does), types are ours, no file is opened until a query needs it, and folders above the lake that look like <c>x=y</c> mean nothing.
/// Files are left out by the path alike ("Scanning Files: 8/600"), and partition columns are text as on Athena.</remarks>
static class DuckDbView
{
    static readonly (string Name, string Meaning)[] Partitions =
    [
        ("service", "The first label of the event's source, such as s3."),
        ("event_date", "The UTC day of the event, as text: 2024-01-31."),
        ("region", "The region that the call was made to, cleaned for use in a path."),
    ];

    /// <summary>The columns that stand in a file's path, not in the file.</summary>
    public static IReadOnlyList<(string Name, string Meaning)> PartitionColumns => Partitions;

    /// <summary>A table's name in SQL, and its folder.</summary>
    public static string NameOf(LakeTable table) => PartitionPath.FolderOf(table);

    /// <summary>The view over a table's files; with no file yet, one of no rows and the same columns.</summary>
    /// <param name="table">The table.</param>
    /// <param name="lake">The lake's folder.</param>
    /// <param name="hasFiles">False where the table has no file: DuckDB would call that an error.</param>
    /// <param name="part">The part of the lake that it shows; null for all.</param>
    public static string Render(LakeTable table, string lake, bool hasFiles, LakePart? part = null)
    {
        var text = new StringBuilder($"create or replace view {NameOf(table)} as\nselect\n");
        var columns = Columns.Of(table);
        foreach (var column in columns)
            text.Append($"    {(hasFiles ? column.Name : $"cast(null as {TypeOf(column.Type)}) as {column.Name}")},\n");
        for (var index = 0; index < Partitions.Length; index++)
            text.Append($"    {(hasFiles ? FromPath(index) : "cast(null as varchar)")} as {Partitions[index].Name}{(index < Partitions.Length - 1 ? "," : "")}\n");

        if (!hasFiles)
            return text.Append("where false").ToString();

        text.Append($"from read_parquet({DuckDbSql.Text(FilesOf(table, lake))}, filename = true, hive_partitioning = false, schema = map {{\n");
        text.AppendJoin(",\n", columns.Select(column => SchemaEntry(column.Name, TypeOf(column.Type))));
        text.Append("\n})");
        return part?.Condition(table) is { } condition and not "true" ? text.Append($"\nwhere {condition}").ToString() : text.ToString();
    }

    /// <summary>Names that begin with a dot or an underscore are not data: Athena passes them over too.</summary>
    static string FilesOf(LakeTable table, string lake) =>
        $"{GlobEscape(lake)}/{NameOf(table)}/service=*/event_date=*/region=*/[!._]*.parquet";

    /// <summary>A path in which DuckDB's pattern characters stand for themselves.</summary>
    public static string GlobEscape(string path)
    {
        var escaped = new StringBuilder(path.Length);
        foreach (var letter in path.Replace('\\', '/'))
            escaped.Append(letter is '*' or '?' or '[' ? $"[{letter}]" : letter.ToString());
        return escaped.ToString().TrimEnd('/');
    }

    /// <summary>One column of read_parquet's <c>schema</c>; the column is found in a file by its name.</summary>
    public static string SchemaEntry(string name, string type) =>
        $"    '{name}': {{name: '{name}', type: '{type}', default_value: null}}";

    // The end of the path decides, so that no folder above the lake can. DuckDB's own functions are meant, not macros of the same name.
    // It is worked out for every file of the lake before the first is opened: with a regular expression 2,385 files took 0.2 s longer.
    static string FromPath(int index) =>
        $"system.main.url_decode(system.main.substr(system.main.split_part(filename, '/', {index - Partitions.Length - 1}), {Partitions[index].Name.Length + 2}))";

    /// <summary>DuckDB's name of a column's type; JSON is text, as it is on Athena.</summary>
    public static string TypeOf(ColumnType type) => type switch
    {
        ColumnType.Text or ColumnType.Json => "varchar",
        ColumnType.Boolean or ColumnType.BooleanText => "boolean",
        ColumnType.Timestamp => "timestamp",
        ColumnType.TextList => "varchar[]",
        ColumnType.Int64 => "bigint",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A column type without a DuckDB type."),
    };
}
