using System.Text.Json;
using TrailLake.Tests.Sql;

namespace TrailLake.Tests.Cli;

public sealed class ViewsCommandTests : IDisposable
{
    readonly SmallLake _lake = SmallLake.OfTwelveEvents();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public void Every_view_is_listed_with_its_question()
    {
        var ran = TraillakeProcess.Run("views", _lake.Root);
        Assert.Equal((0, ""), (ran.Status, ran.Errors));
        var lines = ran.Output.TrimEnd().Split('\n');
        Assert.All(lines, line => Assert.Matches(@"^[a-z0-9_]+ +[A-Z].*\?", line));
        Assert.Matches("(?m)^console_logins_without_mfa +Who signed in", ran.Output);
        Assert.Contains(lines, line => line.StartsWith("quarantine ", StringComparison.Ordinal));
    }

    [Fact]
    public void The_text_of_one_is_the_file_in_sql_views() =>
        Assert.Equal(File.ReadAllText(Repository.PathOf("sql", "views", "root_activity.sql")).TrimEnd(), TraillakeProcess.Run("views", _lake.Root, "--show", "root_activity").Output.TrimEnd());

    [Fact]
    public void A_tables_text_reads_its_files() =>
        Assert.Contains("/events/service=*/event_date=*/region=*/", TraillakeProcess.Run("views", _lake.Root, "--show", "events").Output, StringComparison.Ordinal);

    [Fact]
    public void JSON_has_name_question_and_text()
    {
        using var json = JsonDocument.Parse(TraillakeProcess.Run("views", _lake.Root, "--json").Output);
        Assert.All(json.RootElement.EnumerateArray(), view => Assert.Equal(["name", "question", "sql"], view.EnumerateObject().Select(field => field.Name)));
        Assert.Contains(json.RootElement.EnumerateArray(), view => view.GetProperty("name").GetString() == "events");
    }

    [Fact]
    public void A_view_or_lake_that_is_not_there_is_an_error()
    {
        Assert.Equal(64, TraillakeProcess.Run("views", _lake.Root, "--show", "nothing").Status);
        Assert.Equal(2, TraillakeProcess.Run("views", _lake.PathOf("nowhere")).Status);
    }

    [Fact]
    public void The_session_s_SQL_makes_another_DuckDB_see_what_query_sees()
    {
        _lake.Write("create or replace view broken as select no_such_column from events", "_traillake", "views", "broken.sql");
        _lake.Write("-- mine\ncreate or replace view mine as\nselect count(*) as events from events -- all of them", "_traillake", "views", "mine.sql");
        var ran = TraillakeProcess.Run("views", _lake.Root, "--sql");
        Assert.Equal((0, ""), (ran.Status, ran.Errors));
        using var duck = TrailLake.DuckDb.DuckDbConnection.OpenInMemory();
        duck.Execute(ran.Output);
        foreach (var view in new[] { "activity_daily", "principals", "errors_by_event", "mine", "ingest_runs" })
        {
            using var rows = duck.Query($"select * from {view} order by all");
            Assert.Equal(_lake.Rows($"select * from {view} order by all"), rows.Rows());
        }
        Assert.Equal(64, TraillakeProcess.Run("views", _lake.Root, "--sql", "--json").Status);
    }
}
