using System.Diagnostics;
using TrailLake.Tests.Sql;

namespace TrailLake.Tests.Cli;

public sealed class QueryCommandTests : IDisposable
{
    readonly SmallLake _lake = SmallLake.OfTwelveEvents();

    public void Dispose() => _lake.Dispose();

    TraillakeProcess Query(params string[] arguments) => TraillakeProcess.Run(["query", _lake.Root, .. arguments]);

    [Fact]
    public void A_pipe_gets_csv()
    {
        var ran = Query("select service, count(*) as calls from events group by 1 order by 1");
        Assert.Equal((0, "service,calls\niam,6\ns3,6\n", ""), (ran.Status, ran.Output, ran.Errors));
    }

    [Fact]
    public void SQL_comes_from_a_file_a_view_or_a_pipe()
    {
        _lake.Write("select 'from file' as a -- the end", "q.sql");
        Assert.Equal("a\nfrom file\n", Query("--file", _lake.PathOf("q.sql")).Output);
        Assert.Equal("a\nfrom pipe\n", TraillakeProcess.RunWith("select 'from pipe' as a;\n", "query", _lake.Root).Output);
        Assert.Equal(3, Query("--view", "errors_by_event").Output.TrimEnd().Split('\n').Length - 1);
        Assert.Equal(12, Query("--view", "EVENTS", "--format", "jsonl").Output.TrimEnd().Split('\n').Length);
        _lake.Write("create or replace view \"order\" as select 'of a word that SQL keeps' as a", "_traillake", "views", "order.sql");
        Assert.Equal("a\nof a word that SQL keeps\n", Query("--view", "order").Output);
    }

    [Theory]
    [InlineData("query: expected SQL, found none")]
    [InlineData("expected one of SQL, --file and --view", "select 1", "--view", "events")]
    [InlineData("no view is called evnts", "--view", "evnts")]
    [InlineData("expected a file with SQL, found none", "--file", "nowhere.sql")]
    [InlineData("--format parquet: expected --output FILE", "select 1", "--format", "parquet")]
    [InlineData("nowhere/a.csv: expected a folder", "select 1", "--output", "nowhere/a.csv")]
    [InlineData("--threads: expected a number from 1 to 256, found 0", "select 1", "--threads", "0")]
    [InlineData("--threads: expected a number from 1 to 256, found 257", "select 1", "--threads", "257")]
    [InlineData("query: expected SQL, found no statement in it", ";")]
    [InlineData("query: expected SQL, found no statement in it", "-- a thought\n; /* and another */")]
    [InlineData("--file /dev/null: expected SQL, found no statement in it", "--file", "/dev/null")]
    public void What_cannot_be_meant_is_wrong_usage(string expected, params string[] arguments)
    {
        var ran = Query(arguments);
        Assert.Equal((64, ""), (ran.Status, ran.Output));
        Assert.Contains(expected, ran.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("query", "Write `traillake query LAKE SQL`: the lake first, then the SQL in quotes", "select 1")]
    [InlineData("query", "Write `traillake query . SQL`", "select count(*) from events", ".")]
    [InlineData("query", "Write `traillake query s3://bucket/lake SQL`", "  (SELECT 1)", "s3://bucket/lake")]
    [InlineData("query", "Write `traillake query LAKE SQL`", "with a as (select 1) from a", "--json")]
    [InlineData("athena query", "Write `traillake athena query s3://bucket/lake SQL`", "select 1", "s3://bucket/lake")]
    public void SQL_in_the_place_of_the_lake_is_wrong_usage_and_the_message_says_how_to_write_it(string verb, string expected, params string[] arguments)
    {
        var ran = TraillakeProcess.Run([.. verb.Split(' '), .. arguments]);
        Assert.Equal((64, ""), (ran.Status, ran.Output));
        Assert.StartsWith($"traillake: {verb}: expected LAKE, found SQL: {arguments[0].Trim()}. ", ran.Errors, StringComparison.Ordinal);
        Assert.Contains(expected, ran.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("ingest", ran.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_in_SQL_shows_DuckDBs_message_with_the_place_and_exits_2()
    {
        var ran = Query("select\n  nme\nfrom events");
        Assert.Equal((2, ""), (ran.Status, ran.Output));
        Assert.StartsWith("traillake: Binder Error: ", ran.Errors, StringComparison.Ordinal);
        Assert.Contains("LINE 2:   nme\n", ran.Errors, StringComparison.Ordinal);
        Assert.Contains("^", ran.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ran.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_that_quotes_a_value_of_the_logs_does_not_command_the_terminal()
    {
        var ran = Query("select cast(v as integer)\nfrom (select 'x' || chr(27) || ']0;owned' || chr(7) as v)");
        Assert.Equal((2, ""), (ran.Status, ran.Output));
        Assert.Contains("'x\\u001b]0;owned\\u0007'", ran.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', ran.Errors);
        Assert.DoesNotContain('\u0007', ran.Errors);
    }

    [Fact]
    public void A_lake_that_is_not_there_is_an_error_and_so_is_a_folder_that_holds_none()
    {
        var missing = TraillakeProcess.Run("query", _lake.PathOf("nowhere"), "select 1");
        Assert.Equal(2, missing.Status);
        Assert.Contains("expected a lake's folder, found nothing", missing.Errors, StringComparison.Ordinal);

        using var empty = new SmallLake();
        var ran = TraillakeProcess.Run("query", empty.Root, "select event_id, event_time, service from events", "--fail-if-rows");
        Assert.Equal((2, ""), (ran.Status, ran.Output));
        Assert.Contains("expected a lake, found no _traillake/ in it", ran.Errors, StringComparison.Ordinal);
        Directory.CreateDirectory(empty.PathOf("_traillake")); // as of a run that found nothing
        ran = TraillakeProcess.Run("query", empty.Root, "select event_id, event_time, service from events", "--fail-if-rows");
        Assert.Equal((0, "event_id,event_time,service\n"), (ran.Status, ran.Output));
    }

    [Theory]
    [InlineData(1, "select * from events where is_error")]
    [InlineData(0, "select * from events where event_name = 'Nothing'")]
    public void Rows_can_be_made_to_fail(int status, string sql)
    {
        foreach (var format in new[] { "csv", "json", "jsonl", "table", "markdown" })
            Assert.Equal(status, Query(sql, "--fail-if-rows", "--format", format).Status);
        Assert.Equal(status, Query(sql, "--fail-if-rows", "--output", _lake.PathOf("out.parquet")).Status);
        Assert.Equal(0, Query(sql).Status);
    }

    [Fact]
    public void A_part_of_a_lake_is_asked_for_by_day_service_region_and_account_and_only_its_files_are_read()
    {
        const string What = "select count(*) as calls, count(distinct service) as services from events";
        Assert.Equal("calls,services\n12,2\n", Query(What).Output);
        Assert.Equal("calls,services\n6,1\n", Query(What, "--service", "iam").Output);
        Assert.Equal("calls,services\n12,2\n", Query(What, "--service", "iam", "--service", "s3").Output);
        Assert.Equal("calls,services\n6,1\n", Query(What, "--service", "IAM").Output); // as AWS writes it
        Assert.Equal("calls,services\n6,1\n", Query(What, "--service", "iam.amazonaws.com").Output); // as records have it
        Assert.Equal("calls,services\n0,0\n", Query(What, "--until", "2001-01-01").Output);
        Assert.Equal("calls,services\n0,0\n", Query(What, "--since", "today").Output);
        Assert.Equal("calls,services\n0,0\n", Query(What, "--region", "eu-north-7").Output);
        Assert.Equal("calls,services\n0,0\n", Query(What, "--account", "999999999999").Output);
        Assert.Equal("calls,services\n0,0\n", Query(What, "--account", "redacted").Output);
        Assert.DoesNotContain("s3", Query("select distinct service from errors_by_event", "--service", "iam").Output, StringComparison.Ordinal); // views, too
        Assert.Matches(@"Total Files Read:[\s│]*6\b", Query("explain analyze select event_id from events", "--service", "iam").Output);
        Assert.Matches(@"Total Files Read:[\s│]*12\b", Query("explain analyze select event_id from events").Output);
    }

    [Theory]
    [InlineData("a.csv", "n\n1\n")]
    [InlineData("a.jsonl", "{\"n\":1}\n")]
    [InlineData("a.json", "[\n{\"n\":1}\n]\n")]
    [InlineData("a.md", "| n |\n| ---: |\n| 1 |\n")]
    public void A_files_name_says_its_format(string name, string expected)
    {
        var ran = Query("select 1 as n", "--output", _lake.PathOf(name));
        Assert.Equal((0, "", ""), (ran.Status, ran.Output, ran.Errors));
        Assert.Equal(expected, File.ReadAllText(_lake.PathOf(name)));
    }

    [Theory]
    [InlineData("out.csv")]
    [InlineData("out.parquet")]
    public void A_file_is_whole_or_as_it_was(string name)
    {
        _lake.Write("what was there", name);
        // Of two threads DuckDB now and then tells that it stopped the other one, and not why.
        var ran = Query("set threads = 1; select case when range = 99999 then error('late') else 'x' end from range(100000)", "--output", _lake.PathOf(name));
        Assert.Equal(2, ran.Status);
        Assert.Contains("late", ran.Errors, StringComparison.Ordinal);
        Assert.Equal("what was there", File.ReadAllText(_lake.PathOf(name)));
        Assert.Equal([name], Directory.GetFiles(_lake.Root).Select(Path.GetFileName));
    }

    [Fact]
    public void Parquet_keeps_rows_and_types()
    {
        var file = _lake.PathOf("out.parquet");
        var ran = Query("create temp table t as select 1; select event_time, is_error, 1.50::decimal(9,2) as price, ['a'] as list from events; -- the end", "--output", file);
        Assert.Equal((0, ""), (ran.Status, ran.Errors));
        Assert.Equal([[12L, "TIMESTAMP", "BOOLEAN", "DECIMAL(9,2)", "VARCHAR[]"]], _lake.Rows($"select count(*), any_value(typeof(event_time)), any_value(typeof(is_error)), any_value(typeof(price)), any_value(typeof(list)) from '{file}'"));
    }

    [Theory]
    [InlineData("select (1", "Parser Error: syntax error at end of input\n")]
    [InlineData("select 1 limit", "Parser Error: syntax error at end of input\n")]
    [InlineData("select 'a", "Parser Error: unterminated quoted string at or near \"'a\"\n\nLINE 1: select 'a\n")]
    [InlineData("select 1; selec 2", "Parser Error: syntax error at or near \"selec\"\n\nLINE 1: select 1; selec 2\n")]
    [InlineData("select 1; show tables", "--format parquet: expected a query at the end, found show tables;")]
    public void What_is_wrong_with_the_SQL_of_a_Parquet_file_is_said_in_its_own_words(string sql, string expected)
    {
        var ran = Query(sql, "--output", _lake.PathOf("out.parquet"));
        Assert.StartsWith($"traillake: {expected}", ran.Errors, StringComparison.Ordinal);
        Assert.Equal((expected.StartsWith("Parser", StringComparison.Ordinal) ? 2 : 64, ""), (ran.Status, ran.Output));
        Assert.Empty(Directory.GetFiles(_lake.Root));
    }

    [Fact]
    public void A_reader_that_has_seen_enough_ends_the_query_quietly()
    {
        // A thousand million rows: only a program that stops when the pipe closes comes to an end.
        var ran = TraillakeProcess.RunOther(new("/bin/sh", ["-c", "\"$0\" query \"$1\" 'select range from range(1000000000)' | head -n 2", TraillakeProcess.Program, _lake.Root]));
        Assert.Equal((0, "range\n0\n", ""), (ran.Status, ran.Output, ran.Errors));
    }

    [Fact]
    public void Statements_that_answer_nothing_print_nothing() => Assert.Equal((0, ""), (Query("create temp table t (a integer)").Status, Query("set threads = 1").Output));

    [Fact]
    public void JSON_may_be_asked_for_twice() => Assert.Equal("[\n{\"a\":1}\n]\n", Query("select 1 as a", "--json", "--format", "json").Output);

    [Fact]
    public void A_memory_that_is_no_size_is_wrong_usage()
    {
        var ran = Query("select 1", "--memory", "much");
        Assert.Equal((64, "traillake: --memory: expected a size such as 2GiB, found much.\n"), (ran.Status, ran.Errors));
        Assert.Equal((0, "1"), (Query("select 1 as a", "--memory", "1GiB", "--threads", "1").Status, Query("select 1 as a", "--memory", "1GiB").Output.Split('\n')[1]));
    }
}
