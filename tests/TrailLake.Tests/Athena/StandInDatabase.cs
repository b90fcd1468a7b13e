using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TrailLake.DuckDb;
using TrailLake.Sql;

namespace TrailLake.Tests.Athena;

/// <summary>What a statement answers.</summary>
sealed record StandInAnswer(bool IsDdl, IReadOnlyList<(string Name, string Type, int Precision, int Scale)> Columns, IReadOnlyList<string?[]> Rows, string? Error = null);

/// <summary>A database of Athena's, on DuckDB: tables have the columns, the partitions and the properties that statements gave them and no others, so that what was
/// not deployed is not there.</summary>
/// <param name="bucket">The place on S3 that the tables say they are at.</param>
/// <param name="folder">The folder that stands for it.</param>
sealed partial class StandInDatabase(string bucket, string folder)
{
    readonly DuckDbConnection _duck = Open();
    readonly HashSet<string> _views = [];
    bool _isCreated;

    /// <summary>The tables by name.</summary>
    public Dictionary<string, StandInTable> TableByName { get; } = [];

    /// <summary>Runs one statement.</summary>
    public StandInAnswer Run(string sql, string? database)
    {
        try
        {
            if (!_isCreated && !sql.StartsWith("create database", StringComparison.Ordinal))
                return Failed($"SCHEMA_NOT_FOUND: line 1:1: Schema '{database}' does not exist");
            return sql.Split([' ', '\n'], 3, StringSplitOptions.RemoveEmptyEntries) switch
            {
                ["create", "database", ..] => Done(() => _isCreated = true),
                ["create", "external", ..] => Done(() => CreateTable(sql)),
                ["alter", "table", ..] => Done(() => AlterTable(sql)),
                ["create", "or", ..] => Done(() => CreateView(sql)),
                ["show", "partitions", ..] => new(true, [("partition", "string", 0, 0)], [.. TableByName[NameIn(sql)].Partitions.Select(partition => (string?[])[partition])]),
                _ => Select(sql),
            };
        }
        catch (DuckDbException e)
        {
            return Failed($"SYNTAX_ERROR: line 1:1: {e.Message}");
        }
    }

    /// <summary>ListTableMetadata's answer; null while there is no database.</summary>
    public IReadOnlyList<JsonObject>? Tables(string database) => !_isCreated || database.Length == 0 ? null :
    [
        .. TableByName.Select(table => new JsonObject
        {
            ["Name"] = table.Key,
            ["TableType"] = "EXTERNAL_TABLE",
            ["CreateTime"] = 1_700_000_000.0,
            ["Columns"] = ColumnsOf(table.Value.Columns),
            ["PartitionKeys"] = ColumnsOf([("service", "string"), ("event_date", "string"), ("region", "string")]),
            ["Parameters"] = new JsonObject([.. table.Value.Properties.Append(new("location", table.Value.Location)).Select(property => KeyValuePair.Create(property.Key, (JsonNode?)property.Value))]),
        }),
        .. _views.Order(StringComparer.Ordinal).Select(view => new JsonObject { ["Name"] = view, ["TableType"] = "VIRTUAL_VIEW", ["Columns"] = new JsonArray() }),
    ];

    /// <summary>Takes a view away, as anyone may.</summary>
    public void DropView(string name)
    {
        _views.Remove(name);
        _duck.Execute($"drop view {name}");
    }

    void CreateTable(string sql)
    {
        var name = NameIn(sql);
        if (TableByName.ContainsKey(name))
            return;
        var columns = ColumnLine().Matches(sql[..sql.IndexOf("partitioned by", StringComparison.Ordinal)]).Select(match => (match.Groups[1].Value, match.Groups[2].Value)).ToList();
        TableByName[name] = new() { Location = LocationClause().Match(sql).Groups[1].Value, Columns = columns };
        SetProperties(TableByName[name], sql);
        Redefine(name);
    }

    void AlterTable(string sql)
    {
        var (name, table) = (NameIn(sql), TableByName[NameIn(sql)]);
        foreach (Match partition in PartitionClause().Matches(sql))
        {
            var place = partition.Groups["location"].Value;
            Assert.StartsWith(table.Location, place, StringComparison.Ordinal);
            Assert.EndsWith("/", place, StringComparison.Ordinal);
            var path = place[table.Location.Length..^1];
            string Value(string column) => partition.Groups[column].Value.Replace("\\'", "'", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal);
            Assert.Equal(Uri.UnescapeDataString(path), $"service={Value("service")}/event_date={Value("date")}/region={Value("region")}");
            table.Partitions.Add(path);
        }

        if (sql.Contains("add columns", StringComparison.Ordinal))
            table.Columns.AddRange(ColumnLine().Matches(sql).Select(match => (match.Groups[1].Value, match.Groups[2].Value)));
        SetProperties(table, sql);
        Redefine(name);
    }

    static void SetProperties(StandInTable table, string sql)
    {
        var start = sql.IndexOf("tblproperties", StringComparison.Ordinal);
        foreach (Match property in start < 0 ? [] : PropertyClause().Matches(sql[start..]).AsEnumerable())
            table.Properties[property.Groups[1].Value] = property.Groups[2].Value;
    }

    void CreateView(string sql)
    {
        _duck.Execute(sql);
        _views.Add(SqlLibrary.NameOf(sql));
    }

    StandInAnswer Select(string sql)
    {
        foreach (var name in TableByName.Keys)
            Redefine(name);
        using var result = _duck.Query(sql);
        var columns = result.Columns.Select(column => (column.Name, AthenaNameOf(column.Type), column.Type.Width, column.Type.Scale)).ToArray();
        var rows = new List<string?[]> { columns.Select(column => (string?)column.Name).ToArray() };
        while (result.ReadChunk())
        {
            for (var row = 0; row < result.RowCount; row++)
                rows.Add([.. result.Columns.Select(column => TextOf(column, row))]);
        }

        return new(false, columns, rows);
    }

    // The rows of the partitions that are known, in the columns that are known.
    void Redefine(string name)
    {
        var table = TableByName[name];
        var files = PartitionsOf(name, table).Select(path => Path.Combine(folder, name, path)).Where(Directory.Exists).SelectMany(path => Directory.GetFiles(path, "*.parquet")).ToArray();
        var columns = string.Join(", ", table.Columns.Select(column => files.Length > 0 ? column.Name : $"cast(null as {DuckNameOf(column.Type)}) as {column.Name}"));
        string Partition(string column) => files.Length > 0 ? $"system.main.url_decode(system.main.regexp_extract(filename, '/{column}=([^/]*)/', 1)) as {column}" : $"cast(null as varchar) as {column}";
        var source = files.Length == 0 ? "where false" : $"from read_parquet([{string.Join(", ", files.Select(DuckDbSql.Text))}], filename = true, hive_partitioning = false, schema = map {{{string.Join(", ", table.Columns.Select(column => DuckDbView.SchemaEntry(column.Name, DuckNameOf(column.Type))))}}})";
        _duck.Execute($"create or replace view {name} as select {columns}, {Partition("service")}, {Partition("event_date")}, {Partition("region")} {source}");
    }

    // With projection, what the properties allow, and nothing that is registered.
    string[] PartitionsOf(string name, StandInTable table)
    {
        if (table.Properties.GetValueOrDefault("projection.enabled") != "true")
            return [.. table.Partitions];
        Assert.Equal(bucket + $"/{name}/service=${{service}}/event_date=${{event_date}}/region=${{region}}/", table.Properties["storage.location.template"]);
        var first = DateOnly.ParseExact(table.Properties["projection.event_date.range"].Split(',')[0], "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var projected =
            from service in table.Properties["projection.service.values"].Split(',')
            from region in table.Properties["projection.region.values"].Split(',')
            from day in Enumerable.Range(0, 3_000).Select(first.AddDays)
            select $"service={service}/event_date={day:yyyy-MM-dd}/region={region}";
        return [.. projected];
    }

    static StandInAnswer Done(Action action)
    {
        action();
        return new(true, [], []);
    }

    static StandInAnswer Failed(string error) => new(false, [], [], error);

    static DuckDbConnection Open()
    {
        var duck = DuckDbConnection.OpenInMemory();
        duck.Execute(File.ReadAllText(Repository.PathOf("sql", "duckdb", "athena_macros.sql")));
        return duck;
    }

    static JsonArray ColumnsOf(IEnumerable<(string Name, string Type)> columns) => new([.. columns.Select(column => new JsonObject { ["Name"] = column.Name, ["Type"] = column.Type })]);

    static string NameIn(string sql) => TableName().Match(sql).Groups[1].Value;

    static string DuckNameOf(string type) => type switch { "string" => "varchar", "array<string>" => "varchar[]", _ => type };

    static string AthenaNameOf(DuckDbType type) => type.Kind is DuckDbKind.List ? "array" : type.Kind is DuckDbKind.Decimal ? "decimal" : type.Kind is DuckDbKind.HugeInt ? "bigint" : type.ToString().ToLowerInvariant();

    static string? TextOf(DuckDbColumn column, int row) => column.GetText(row) is { } text && column.Type.Kind == DuckDbKind.Timestamp && !text.Contains('.', StringComparison.Ordinal) ? text + ".000" : column.GetText(row);

    [GeneratedRegex("`([a-z_]+)`")]
    private static partial Regex TableName();

    [GeneratedRegex("^    `([a-z0-9_]+)` ([a-z<>]+) comment", RegexOptions.Multiline)]
    private static partial Regex ColumnLine();

    [GeneratedRegex("\nlocation '([^']+)'")]
    private static partial Regex LocationClause();

    [GeneratedRegex(@"partition \(`service` = '(?<service>(?:[^'\\]|\\.)*)', `event_date` = '(?<date>[^']*)', `region` = '(?<region>(?:[^'\\]|\\.)*)'\) location '(?<location>[^']*)'")]
    private static partial Regex PartitionClause();

    [GeneratedRegex("'([^']+)' = '([^']*)'")]
    private static partial Regex PropertyClause();
}

/// <summary>A table as the statements have made it.</summary>
sealed class StandInTable
{
    public required string Location { get; init; }
    public required List<(string Name, string Type)> Columns { get; init; }
    public SortedSet<string> Partitions { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, string> Properties { get; } = [];
}
