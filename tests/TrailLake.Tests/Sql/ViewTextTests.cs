using System.Text.RegularExpressions;
using TrailLake.CloudTrail;
using TrailLake.DuckDb;

namespace TrailLake.Tests.Sql;

/// <summary>What every view in sql/views keeps to, so that one text runs on Athena and on DuckDB with the same columns.</summary>
public sealed class ViewTextTests
{
    static readonly string[] PlainTypes = ["VARCHAR", "BIGINT", "INTEGER", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "VARCHAR[]"];

    public static TheoryData<string> Views => [.. Directory.GetFiles(Repository.PathOf("sql", "views"), "*.sql").Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    static string PathOf(string view) => Repository.PathOf("sql", "views", view + ".sql");

    [Fact]
    public void Every_view_parses_as_Athena_would() =>
        Assert.Equal("", AthenaGrammar.Check("trino", Views.Select(view => PathOf(view))));

    [Theory]
    [InlineData("create or replace view broken as\nselect event_name,\nfrom events", ":3:")]
    [InlineData("create or replace view broken as\nselect `event_name` from events", ":2:8: a backquote")]
    public void A_view_that_Athena_could_not_read_is_found(string sql, string place)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["broken.sql"], sql);
        Assert.Contains("broken.sql" + place, AthenaGrammar.Check("trino", folder["broken.sql"]), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Views))]
    public void A_view_opens_with_its_question_and_bears_its_files_name(string view)
    {
        var lines = File.ReadAllLines(PathOf(view));
        Assert.Matches(@"^-- [A-Z].*\?$", lines[0]);
        Assert.Contains(lines, line => line == $"create or replace view {view} as");
    }

    [Theory]
    [MemberData(nameof(Views))]
    public void A_view_lists_its_columns_and_quotes_the_keys_of_JSON_paths(string view)
    {
        var sql = File.ReadAllText(PathOf(view));
        Assert.DoesNotMatch(@"(?i)select\s+\*", sql);
        Assert.All(Regex.Matches(sql, @"'(\$[^']*)'").Select(match => match.Groups[1].Value), path => Assert.Matches(@"^\$(\[""[^""]+""\])+$|^\$$", path));
    }

    /// <remarks>Athena cannot store a view whose column has a JSON, interval or time zone type.</remarks>
    [Theory]
    [MemberData(nameof(Views))]
    public void A_view_gives_only_types_that_Athena_can_store(string view)
    {
        using var duck = OpenWithViews();
        using var described = duck.Query($"select column_name, data_type from duckdb_columns() where table_name = '{view}'");
        var columns = described.Rows().ToArray();
        Assert.NotEmpty(columns);
        Assert.All(columns, column => Assert.Contains(column[1], PlainTypes));
        Assert.All(columns, column => Assert.Matches("^[a-z][a-z0-9_]*$", (string)column[0]!));
    }

    [Fact]
    public void The_index_gives_every_view_its_own_question_and_an_example_that_runs()
    {
        using var duck = OpenWithViews();
        var rows = Regex.Matches(File.ReadAllText(Repository.PathOf("sql", "README.md")), @"^\| (?<question>[^|]+\?) \| \[(?<view>\w+)\]\(views/\k<view>\.sql\) \| `(?<example>[^`]+)` \|$", RegexOptions.Multiline);
        Assert.Equal(Views.Select(view => view.Data), rows.Select(row => row.Groups["view"].Value).Order());
        Assert.All(rows, row =>
        {
            Assert.Equal("-- " + row.Groups["question"].Value, File.ReadLines(PathOf(row.Groups["view"].Value)).First());
            duck.Execute(row.Groups["example"].Value);
        });
    }

    /// <summary>An empty lake's events, and every view over them.</summary>
    static DuckDbConnection OpenWithViews()
    {
        var duck = DuckDbConnection.OpenInMemory();
        duck.Execute(File.ReadAllText(Repository.PathOf("sql", "duckdb", "athena_macros.sql")));
        duck.Execute($"create table events ({string.Join(", ", Columns.Of(LakeTable.Events).Select(column => $"{column.Name} {TypeOf(column)}"))}, service varchar, event_date varchar, region varchar)");
        foreach (var view in Views)
            duck.Execute(File.ReadAllText(PathOf(view.Data)));
        return duck;
    }

    static string TypeOf(Column column) => column.Type switch
    {
        ColumnType.Boolean or ColumnType.BooleanText => "boolean",
        ColumnType.Timestamp => "timestamp",
        ColumnType.Int64 => "bigint",
        ColumnType.TextList => "varchar[]",
        _ => "varchar",
    };
}
