using TrailLake.Sql;

namespace TrailLake.Tests.Sql;

public sealed class SqlTextTests
{
    [Theory]
    [InlineData("select 1", "select 1")]
    [InlineData("select 1;", "select 1")]
    [InlineData("a; b ;\n c", "a|b|c")]
    [InlineData("select ';'; b", "select ';'|b")]
    [InlineData("select 'it''s;'; b", "select 'it''s;'|b")]
    [InlineData("select e'a\\';'; b", "select e'a\\';'|b")]
    [InlineData("select \";\"\"\"; b", "select \";\"\"\"|b")]
    [InlineData("select 1 -- ; not here\n; b", "select 1 -- ; not here|b")]
    [InlineData("/* ; */ a; -- only a comment\n", "/* ; */ a")]
    [InlineData("select $x$;$y$;$x$; b", "select $x$;$y$;$x$|b")]
    [InlineData("-- nothing; at all", "")]
    [InlineData(";;", "")]
    [InlineData("select 'open; b", "select 'open; b")]
    public void A_semicolon_ends_a_statement_where_it_is_one(string sql, string expected) =>
        Assert.Equal(expected, string.Join('|', SqlText.Statements(sql)));

    [Fact]
    public void The_librarys_macros_are_found_by_name() =>
        Assert.Contains(SqlLibrary.Macros, macro => macro.Name == "json_extract_scalar");

    [Theory]
    [InlineData("-- Who did it? One row each.\nselect", "Who did it?")]
    [InlineData("-- All there is\nselect", "All there is")]
    [InlineData("select 1", "")]
    public void A_views_question_ends_at_its_mark(string text, string question) => Assert.Equal(question, SqlLibrary.QuestionOf(text));
}
