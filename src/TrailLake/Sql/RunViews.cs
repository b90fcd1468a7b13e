using System.Text;
using TrailLake.CloudTrail;
using TrailLake.DuckDb;
using TrailLake.Lake;
using TrailLake.Parquet;

namespace TrailLake.Sql;

/// <summary>Renders the views over what the runs wrote down in <c>_traillake/</c>: <c>ingested_objects</c> over the ledger,
/// <c>ingest_runs</c> over the reports, <c>quarantine</c> over what could not be read.</summary>
static class RunViews
{
    static readonly IReadOnlyList<(string Name, string Type)> LedgerColumns = [.. LedgerFile.Schema.Columns.Select(column => (column.Name, TypeOf(column.Type)))];

    /// <summary>The ledger: one row for each source object that a run is done with.</summary>
    public static string Ledger(string lake) => Render("ingested_objects", LedgerColumns, Files(lake, Lake.Ledger.Folder, "*.parquet"),
        (files, columns) => $"read_parquet({files}, schema = map {{\n{string.Join(",\n", columns.Select(column => DuckDbView.SchemaEntry(column.Name, column.Type)))}\n}})");

    /// <summary>The reports: one row for each run.</summary>
    public static string Runs(string lake) => Render("ingest_runs", RunReport.Columns, Files(lake, RunReport.Folder, "*.json"),
        (files, columns) => $"read_json({files}, format = 'unstructured', columns = {Struct(columns)})");

    /// <summary>The bytes of a line of the quarantine, at most: each that is kept may take six (<c>\u001f</c>), and what names it 1 MiB.</summary>
    const long LongestLine = 6L * Problem.KeptBytes + (1 << 20);

    /// <summary>The quarantine: one row for each record, or whole object, that could not be read.</summary>
    public static string Quarantine(string lake)
    {
        var files = Files(lake, Lake.Quarantine.Folder, "*.jsonl");

        // A quarantined record may be larger than the 16 MiB that DuckDB allows a line, but no line is larger than its file. DuckDB takes twice as much for each thread.
        var longest = Math.Clamp(files.Length == 0 ? 0 : files.Max(file => new FileInfo(file).Length), 16 << 20, LongestLine);

        // A line cut short by a crash is of a run that never counted; its records are read again, so it may be passed over.
        return Render("quarantine", Lake.Quarantine.Columns, files,
            (list, columns) => $"read_json({list}, format = 'newline_delimited', columns = {Struct(columns)}, maximum_object_size = {longest}, ignore_errors = true)\nwhere reason is not null");
    }

    static string Render(string view, IReadOnlyList<(string Name, string Type)> columns, string[] files, Func<string, IReadOnlyList<(string Name, string Type)>, string> reader)
    {
        var text = new StringBuilder($"create or replace view {view} as\nselect\n");
        text.AppendJoin(",\n", columns.Select(column => files.Length == 0 ? $"    cast(null as {column.Type}) as {column.Name}" : $"    {column.Name}"));
        text.Append(files.Length == 0 ? "\nwhere false" : $"\nfrom {reader(List(files), columns)}");
        return text.ToString();
    }

    // Listed here and not by DuckDB: an empty list is no error then, and a run's half-written file is not among them.
    static string[] Files(string lake, string folder, string pattern)
    {
        var path = Path.Combine(lake, folder);
        return !Directory.Exists(path) ? [] : [.. Directory.EnumerateFiles(path, pattern)
            .Where(file => Path.GetFileName(file)[0] is not ('.' or '_'))
            .Order(StringComparer.Ordinal)];
    }

    static string List(string[] files) => $"[{string.Join(", ", files.Select(file => DuckDbSql.Text(DuckDbView.GlobEscape(file))))}]";

    static string Struct(IReadOnlyList<(string Name, string Type)> columns) => $"{{{string.Join(", ", columns.Select(column => $"{column.Name}: '{column.Type}'"))}}}";

    static string TypeOf(ParquetType type) => type switch
    {
        ParquetType.Int64 => "bigint",
        ParquetType.TimestampMillis => "timestamp",
        _ => "varchar",
    };
}
