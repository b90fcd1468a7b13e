using TrailLake.Cli.Prompt;
using TrailLake.Sql;

namespace TrailLake.Tests.Cli.Prompt;

public sealed class PromptBufferTests
{
    [Fact]
    public void Keys_edit_the_line_that_the_cursor_is_in()
    {
        var buffer = new PromptBuffer();
        buffer.Insert("select a\nfrom events");
        buffer.WordLeft();
        buffer.RemoveToLineStart();
        Assert.Equal("select a\nevents", buffer.Text);
        Assert.True(buffer.Up());
        Assert.False(buffer.Up());
        buffer.End();
        buffer.RemoveWord();
        buffer.Insert("b");
        Assert.Equal("select b\nevents", buffer.Text);
        Assert.True(buffer.Down());
        Assert.False(buffer.Down());
        buffer.RemoveToLineEnd();
        buffer.Backspace();
        Assert.StartsWith("select b", buffer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_character_of_two_units_is_one_key()
    {
        var buffer = new PromptBuffer();
        buffer.Insert("a😀b");
        buffer.Left();
        buffer.Backspace();
        Assert.Equal("ab", buffer.Text);
        buffer.Set("😀");
        buffer.Left();
        buffer.Delete();
        Assert.Equal("", buffer.Text);
    }

    [Fact]
    public void What_is_pasted_cannot_command_the_terminal()
    {
        var buffer = new PromptBuffer();
        buffer.Insert("a\x1b[2Jb\tc\r\n");
        Assert.Equal("a[2Jb    c\n", buffer.Text);
    }

    [Theory]
    [InlineData("select eve", "eve")]
    [InlineData(".fo", ".fo")]
    [InlineData("select e.eve", "eve")]
    [InlineData("select ", "")]
    public void The_word_before_the_cursor_is_what_is_completed(string text, string word)
    {
        var buffer = new PromptBuffer();
        buffer.Insert(text);
        Assert.Equal(word, buffer.WordBefore());
    }

    [Theory]
    [InlineData("", 0, 1, 0, 11)]
    [InlineData("abcdefghi", 9, 1, 0, 20)]
    [InlineData("abcdefghij", 10, 2, 1, 1)]
    [InlineData("abcdefghij", 9, 2, 1, 0)]
    [InlineData("a\nb", 2, 2, 1, 11)]
    [InlineData("a\nb", 1, 2, 0, 12)]
    [InlineData("日本語日本", 5, 2, 1, 2)]
    public void A_text_is_laid_out_in_rows_that_fit(string text, int cursor, int rows, int row, int column)
    {
        var laidOut = PromptScreen.LayOut(text, cursor, 20);
        Assert.Equal((rows, row, column), (laidOut.Rows.Count, laidOut.Row, laidOut.Column));
    }

    [Theory]
    [InlineData("select 1;", true)]
    [InlineData("select 1; -- done", true)]
    [InlineData("select 1", false)]
    [InlineData("select ';", false)]
    [InlineData("select 1 -- ;", false)]
    [InlineData("select $$;$$", false)]
    [InlineData("select /* ;", false)]
    public void A_semicolon_ends_SQL_where_it_is_no_text_or_comment(string sql, bool isEnded) => Assert.Equal(isEnded, SqlText.IsEnded(sql));

    [Fact]
    public void Help_fits_an_ordinary_terminal() => Assert.All(PromptCommands.Help.Split('\n'), line => Assert.InRange(line.Length, 0, 79));

    [Fact]
    public void History_gives_back_what_was_kept_and_a_file_that_cannot_be_written_costs_only_itself()
    {
        using var folder = new TempFolder();
        var said = new List<string>();
        var history = new PromptHistory(folder["state", "history"], said.Add);
        history.Add("select 'a\\b'\nfrom t;");
        history.Add("select 'a\\b'\nfrom t;");
        history.Add("second;");
        var next = new PromptHistory(folder["state", "history"], said.Add);
        Assert.Equal(("second;", "select 'a\\b'\nfrom t;", null), (next.Previous("typed"), next.Previous(""), next.Previous("")));
        Assert.Equal(("second;", "typed", null), (next.Next(), next.Next(), next.Next()));
        Assert.Empty(said);

        File.WriteAllText(folder["file"], "");
        new PromptHistory(folder["file", "history"], said.Add).Add("third;");
        Assert.Contains("kept for this session", Assert.Single(said), StringComparison.Ordinal);
    }
}
