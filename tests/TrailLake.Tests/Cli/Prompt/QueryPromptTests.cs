namespace TrailLake.Tests.Cli.Prompt;

/// <summary>The prompt as its users meet it: on a terminal, by keys.</summary>
public sealed class QueryPromptTests(SampleLake lake)
{
    static string Program => TraillakeProcess.Program;

    Terminal Start(int columns = 100) => Terminal.Run($"{Program} query {lake.Location}", columns);

    [Fact]
    public void SQL_of_several_lines_runs_when_a_semicolon_ends_it()
    {
        using var terminal = Start();
        terminal.WaitFor("traillake> ");
        terminal.Type("select 'a;b' as first, -- not yet;");
        terminal.Press("Enter");
        terminal.WaitFor("      ...> ");
        terminal.Type("40 + 2 as answer;");
        terminal.Press("Enter");
        var screen = terminal.WaitFor("(1 row)");
        Assert.Matches(@"first +answer\n─+ +─+\na;b +42\n", screen);
        Assert.EndsWith("traillake>", terminal.WaitFor("(1 row)\ntraillake>").TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Tab_completes_views_and_their_columns_and_lists_what_is_left_open()
    {
        using var terminal = Start();
        terminal.WaitFor("traillake> ");
        terminal.Type("select * from root_a");
        terminal.Press("Tab");
        terminal.WaitFor("from root_activity ");
        terminal.Type("where event_na");
        terminal.Press("Tab");
        terminal.WaitFor("where event_name ");
        terminal.Press("C-u");
        terminal.Type("select error_");
        terminal.Press("Tab");
        Assert.Matches(@"error_code +error_message", terminal.WaitFor("error_message"));
        terminal.Type("c");
        terminal.Press("Tab");
        terminal.WaitFor("select error_code ");
    }

    [Fact]
    public void Commands_tell_of_views_columns_and_time_and_write_files()
    {
        using var terminal = Start();
        terminal.WaitFor("traillake> ");
        foreach (var (typed, answer) in new[]
        {
            (".views mfa", "console_logins_without_mfa"), (".columns root_sessions", "target_account_id"), (".timer on", ".timer on\ntraillake>"), ("select 1 as one;", " s\ntraillake>"), (".timer maybe", "expected on or off, found maybe"),
            (".fromat csv", "Did you mean .format?"), (".format jsonl", ".format jsonl\ntraillake>"), ("select 2 as two;", "{\"two\":2}"), (".format", ".format\ntraillake>"),
            (".output out.csv", ".output out.csv\ntraillake>"), ("select 3 as three;", " s\ntraillake>"), (".output", ".output\ntraillake>"), (".help", "brings back"),
        })
        {
            terminal.Press("C-l");
            terminal.Type(typed);
            terminal.Press("Enter");
            terminal.WaitFor(typed is ".help" ? "leave; so does Ctrl-D" : answer);
        }
        Assert.Equal("three\n3\n", File.ReadAllText(terminal.PathOf("out.csv")));
        terminal.Type(".quit");
        terminal.Press("Enter");
        terminal.WaitFor("left with 0");
    }

    [Fact]
    public void An_error_and_Ctrl_C_end_the_query_and_Ctrl_D_ends_the_prompt()
    {
        using var terminal = Start();
        terminal.WaitFor("traillake> ");
        terminal.Type("select evnt_name from events;");
        terminal.Press("Enter");
        terminal.WaitFor("Candidate bindings: \"event_name\"");
        terminal.Type("select sum(a.range * b.range) from range(10000000) a, range(10000000) b; -- for hours");
        terminal.Press("Enter");
        terminal.WaitFor("for hours\n");
        terminal.Press("C-c");
        terminal.WaitFor("interrupted");
        terminal.Type("select 'not wanted");
        terminal.Press("C-c");
        terminal.WaitFor("not wanted^C");
        terminal.Type("select 6 * 7 as answer;");
        terminal.Press("Enter");
        Assert.Contains("42", terminal.WaitFor("(1 row)\ntraillake>"), StringComparison.Ordinal);
        terminal.Press("C-d");
        terminal.WaitFor("left with 0");
    }

    [Fact]
    public void What_was_typed_comes_back_also_in_the_next_session()
    {
        using var terminal = Terminal.Run($"{Program} query {lake.Location}\nclear; echo again\n{Program} query {lake.Location}");
        terminal.WaitFor("traillake> ");
        terminal.Type("select 1 +");
        terminal.Press("Enter");
        terminal.WaitFor("...> ");
        terminal.Type("1 as two;");
        terminal.Press("Enter");
        terminal.WaitFor("(1 row)\ntraillake>");
        terminal.Press("C-l", "C-d");
        terminal.WaitFor("again\n"); // the first session's words are off the screen by then
        terminal.WaitFor("\ntraillake>");
        terminal.Press("C-l", "Up");
        terminal.WaitFor("traillake> select 1 +\n      ...> 1 as two;");
        terminal.Press("Left", "BSpace", "BSpace", "BSpace");
        terminal.Type("three");
        terminal.Press("Enter");
        terminal.WaitFor("three\n");
        Assert.Equal("select 1 +\\n1 as two;\nselect 1 +\\n1 as three;\n", File.ReadAllText(terminal.PathOf("state/traillake/query_history")));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(terminal.PathOf("state/traillake/query_history")));
    }

    [Fact]
    public void Ctrl_R_looks_in_the_history_for_what_is_typed()
    {
        using var terminal = Start();
        terminal.WaitFor("traillake> ");
        foreach (var sql in new[] { "select 1 as one;", "select 2 as two;" })
        {
            terminal.Press("C-l");
            terminal.Type(sql);
            terminal.Press("Enter");
            terminal.WaitFor("(1 row)\ntraillake>");
        }
        terminal.Press("C-l");
        terminal.Type("half typed");
        terminal.Press("C-r");
        terminal.WaitFor("search ''> half typed");
        terminal.Type("AS ON");
        terminal.WaitFor("search 'AS ON'> select 1 as one;");
        terminal.Type("x");
        terminal.WaitFor("not found 'AS ONx'> ");
        terminal.Press("C-g");
        terminal.WaitFor("traillake> half typed");
        terminal.Press("C-u", "C-r");
        terminal.Type("select");
        terminal.WaitFor("search 'select'> select 2 as two;");
        terminal.Press("C-r");
        terminal.WaitFor("search 'select'> select 1 as one;");
        terminal.Press("Enter");
        terminal.WaitFor("traillake> select 1 as one;\none\n");
    }

    [Fact]
    public void A_wide_table_is_cut_to_the_terminal_and_says_how_to_see_all()
    {
        using var terminal = Start(columns: 60);
        terminal.WaitFor("traillake> ");
        terminal.Type("select 'x' || repeat('y', 200) as long, 1 as one;");
        terminal.Press("Enter");
        var screen = terminal.WaitFor(".format jsonl has all of it");
        Assert.All(screen.Split('\n').Where(line => line.StartsWith("xy", StringComparison.Ordinal)), line => Assert.True(line.Length <= 60));
        Assert.Contains("… ", screen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_of_a_lake_is_all_that_its_prompt_sees()
    {
        using var terminal = Terminal.Run($"{Program} query {lake.Location} --service iam");
        terminal.WaitFor("traillake> ");
        terminal.Type("select list(distinct service) as services from events;");
        terminal.Press("Enter");
        terminal.WaitFor("[\"iam\"]");
    }
}
