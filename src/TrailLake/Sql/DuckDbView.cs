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
        var values = FromPath(table, lake);
        for (var index = 0; index < Partitions.Length; index++)
            text.Append($"    {(hasFiles ? values[index] : "cast(null as varchar)")} as {Partitions[index].Name}{(index < Partitions.Length - 1 ? "," : "")}\n");

        if (!hasFiles)
            return text.Append("where false").ToString();

        text.Append($"from read_parquet({FilesOf(table, lake)}, filename = true, hive_partitioning = false, schema = map {{\n");
        text.AppendJoin(",\n", columns.Select(column => SchemaEntry(column.Name, TypeOf(column.Type))));
        text.Append("\n})");
        return part?.Condition(table) is { } condition and not "true" ? text.Append($"\nwhere {condition}").ToString() : text.ToString();
    }

    /// <summary>A table's files as a pattern of DuckDB. Names that begin with a dot or an underscore are not data: Athena passes them over too.</summary>
    public static string FilesOf(LakeTable table, string lake) =>
        DuckDbSql.Text($"{GlobEscape(lake)}/{NameOf(table)}/service=*/event_date=*/region=*/[!._]*.parquet");

    /// <summary>A path in which DuckDB's pattern characters stand for themselves.</summary>
    public static string GlobEscape(string path)
    {
        var slashed = Slashed(path);
        if (slashed.AsSpan().IndexOfAny('*', '?', '[') < 0)
            return slashed; // nearly always, and thousands are asked for
        var escaped = new StringBuilder(path.Length);
        foreach (var letter in slashed)
            escaped.Append(letter is '*' or '?' or '[' ? $"[{letter}]" : letter.ToString());
        return escaped.ToString();
    }

    /// <summary>One column of read_parquet's <c>schema</c>; the column is found in a file by its name.</summary>
    public static string SchemaEntry(string name, string type) =>
        $"    '{name}': {{name: '{name}', type: '{type}', default_value: null}}";

    // Counted from the lake's folder on, so that none above it that looks like x=y matters; DuckDB's own functions are meant, not macros of the same name.
    // A file's path is one value for all its rows, and these functions keep it one; split_part and regular expressions work it out for every row: a
    // million rows by all three took 0.57 s, and take 0.30.
    static string[] FromPath(LakeTable table, string lake)
    {
        var begin = $"{Slashed(lake)}/{NameOf(table)}/service=".EnumerateRunes().Count() + 1;
        var end = $"system.main.strpos(system.main.substr(filename, {begin}), '/')";
        var region = $"system.main.substr(filename, {begin} + {end} + {"event_date=2024-01-31/region=".Length})";
        return
        [
            $"system.main.url_decode(system.main.substr(filename, {begin}, {end} - 1))",
            $"system.main.substr(filename, {begin} + {end} + {"event_date=".Length}, {"2024-01-31".Length})",
            $"system.main.url_decode(system.main.substr({region}, 1, system.main.strpos({region}, '/') - 1))",
        ];
    }

    // On Unix a backslash is a letter of a name like any other.
    static string Slashed(string path) => (OperatingSystem.IsWindows() ? path.Replace('\\', '/') : path).TrimEnd('/');

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
