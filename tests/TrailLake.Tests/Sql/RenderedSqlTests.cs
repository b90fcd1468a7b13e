using TrailLake.CloudTrail;
using TrailLake.Sql;

namespace TrailLake.Tests.Sql;

public sealed class RenderedSqlTests
{
    public static TheoryData<string> Paths => [.. RenderedSql.Files().Select(file => file.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_rendered_file_is_as_the_table_of_columns_makes_it_now(string path) =>
        Assert.True(
            RenderedSql.Files().First(file => file.Path == path).Text == File.ReadAllText(Repository.PathOf("sql", path)),
            $"sql/{path} is stale: run `make sql` and commit it.");

    [Fact]
    public void The_index_of_views_is_as_the_views_make_it_now()
    {
        var readme = File.ReadAllText(Repository.PathOf("sql", "README.md"));
        Assert.True(ViewIndex.Into(readme) == readme, "sql/README.md is stale: run `make sql` and commit it.");
    }

    [Fact]
    public void A_readme_without_a_place_for_the_index_is_told_so() =>
        Assert.Contains("goes between them", Assert.Throws<InvalidDataException>(() => ViewIndex.Into("# SQL\n")).Message, StringComparison.Ordinal);

    [Fact]
    public void Athenas_statements_parse_as_its_DDL_does() =>
        Assert.Equal("", AthenaGrammar.Check("hive", Directory.GetFiles(Repository.PathOf("sql", "athena"), "*.sql")));

    [Theory]
    [InlineData(LakeTable.Events)]
    [InlineData(LakeTable.Insights)]
    [InlineData(LakeTable.Aggregates)]
    public void Athena_and_DuckDB_have_the_same_columns(LakeTable table)
    {
        var athena = AthenaTable.Render(table);
        Assert.All(Columns.Of(table), column => Assert.Contains($"    `{column.Name}` {AthenaTable.TypeOf(column.Type)} comment '", athena, StringComparison.Ordinal));
        Assert.Equal(Columns.Of(table).Length + DuckDbView.PartitionColumns.Count, athena.Split(" comment '").Length - 1);
    }

    [Fact]
    public void Athena_takes_no_comment_longer_than_255_characters() =>
        Assert.All(Columns.All, column => Assert.True(column.Meaning.Length <= 255, column.Name));

    [Fact]
    public void The_reference_has_a_line_for_every_column() =>
        Assert.All(Columns.All, column => Assert.Contains($"\n| `{column.Name}` | ", ColumnDocs.Render(), StringComparison.Ordinal));
}
