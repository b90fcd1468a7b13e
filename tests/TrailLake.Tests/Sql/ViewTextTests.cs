using System.Text.RegularExpressions;
using TrailLake.Sql;

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
        Assert.All(Regex.Matches(sql, @"'(\$(?:[\[.][^']*)?)'").Select(match => match.Groups[1].Value), path => Assert.Matches(@"^\$(\[""[^""]+""\])+$|^\$$", path));
    }

    /// <remarks>Athena cannot store a view whose column has a JSON, interval or time zone type.</remarks>
    [Theory]
    [MemberData(nameof(Views))]
    public void A_view_gives_only_types_that_Athena_can_store(string view)
    {
        var columns = Columns.Value[view].ToArray();
        Assert.NotEmpty(columns);
        Assert.All(columns, column => Assert.Contains(column.Type, PlainTypes));
        Assert.All(columns, column => Assert.Matches("^[a-z][a-z0-9_]*$", column.Name));
    }

    [Theory]
    [MemberData(nameof(Views))]
    public void A_view_names_its_topic_and_its_source_and_gives_an_example_of_itself(string view)
    {
        var text = File.ReadAllText(PathOf(view));
        Assert.NotEqual("", ViewIndex.TopicOf(text));
        Assert.Contains($"from {view}", ViewIndex.ExampleOf(text), StringComparison.Ordinal);
        Assert.Contains("One row per ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_example_runs()
    {
        using var lake = new SmallLake();
        using var catalog = LakeCatalog.Open(lake.Root);
        foreach (var view in SqlLibrary.Views)
            catalog.Query(ViewIndex.ExampleOf(view.Text)).Dispose();
    }

    static readonly Lazy<ILookup<string, (string Name, string Type)>> Columns = new(() =>
    {
        using var lake = new SmallLake();
        return lake.Rows("select table_name, column_name, data_type from duckdb_columns() order by column_index").ToLookup(row => (string)row[0]!, row => ((string)row[1]!, (string)row[2]!));
    });
}
