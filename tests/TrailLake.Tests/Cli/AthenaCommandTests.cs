using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using TrailLake.Tests.Athena;
using TrailLake.Tests.Sql;

namespace TrailLake.Tests.Cli;

/// <summary><c>traillake athena</c> as its users run it, with the variables of the AWS CLI.</summary>
public sealed class AthenaCommandTests : IDisposable
{
    readonly AthenaFixture _athena = new();

    public void Dispose() => _athena.Dispose();

    [Fact]
    public void Ingest_deploys_at_its_end_and_query_finds_each_night()
    {
        _athena.Night("2024-01-30", "CreateUser");
        var deployed = Run("athena", "deploy", _athena.Lake.Lake, "--database", "audit", "--output", AthenaFixture.Output, "--location", AthenaFixture.Place, "--json");
        Assert.Equal((0, ""), (deployed.Status, deployed.Errors));
        Assert.Equal(1, JsonElement.Parse(deployed.Output).GetProperty("partitions_added").GetInt32());

        // What was said once, the lake remembers.
        var asked = Run("athena", "query", _athena.Lake.Lake, "select event_name, is_root, cast(null as varchar) as nothing, '' as empty, event_time, cardinality(resource_arns) as arns, 1.50 as price from events");
        Assert.Equal((0, "event_name,is_root,nothing,empty,event_time,arns,price\nCreateUser,true,,\"\",2024-01-30 10:00:00,,1.50\n"), (asked.Status, asked.Output));
        Assert.Matches(@"^athena: SUCCEEDED, [0-9.]+ s, 20\.0 MB scanned, \$0\.000095 at \$5 per TB\n$", asked.Errors);

        _athena.Lake.Put("next.json", TestLake.Log(TestLake.Record(1)));
        var ingested = Run("ingest", _athena.Lake.Source, _athena.Lake.Lake, "--athena-database", "audit");
        Assert.Equal(0, ingested.Status);
        Assert.Contains("partitions 1 added of 2", ingested.Output, StringComparison.Ordinal);
        Assert.Equal("2\n", Run("athena", "query", _athena.Lake.Lake, "select count(*) as calls from events", "--quiet").Output.Split('\n', 2)[1]);
    }

    [Theory]
    [InlineData("json", "[\n{\"n\":0,\"t\":\"a\"},\n{\"n\":1,\"t\":null}\n]\n")]
    [InlineData("jsonl", "{\"n\":0,\"t\":\"a\"}\n{\"n\":1,\"t\":null}\n")]
    [InlineData("markdown", "| n | t |\n| ---: | --- |\n| 0 | a |\n| 1 |  |\n")]
    [InlineData("table", "n  t   \n─  ────\n0  a\n1  NULL\n(2 rows)\n")]
    public void An_answer_looks_as_one_of_query_does(string format, string expected)
    {
        _athena.Server.Database.Run("create database if not exists `traillake`", null);
        Directory.CreateDirectory(Path.Combine(_athena.Lake.Lake, "_traillake")); // query asks only lakes
        const string Sql = "select cast(i as bigint) as n, case when i = 0 then 'a' end as t from range(2) as r(i)";
        var answer = Query(Sql, "--format", format, "--quiet");
        Assert.Equal((0, ""), (answer.Status, answer.Errors));
        Assert.Equal(TraillakeProcess.Run("query", _athena.Lake.Lake, Sql, "--format", format).Output, answer.Output);
        Assert.Equal(expected.Replace("t   \n", "t\n", StringComparison.Ordinal), answer.Output);
    }

    [Fact]
    public void An_answer_can_be_a_Parquet_file_and_fail_a_job()
    {
        _athena.Server.Database.Run("create database if not exists `traillake`", null);
        Directory.CreateDirectory(Path.Combine(_athena.Lake.Lake, "_traillake")); // query asks only lakes
        var file = Path.Combine(_athena.Lake.Lake, "answer.parquet");
        Assert.Equal(1, Query("select 5 as n", "-o", file, "--fail-if-rows").Status);
        Assert.Equal("5", TraillakeProcess.Run("query", _athena.Lake.Lake, $"select n from '{file}'").Output.Trim().Split('\n')[^1]);
        Assert.Equal(0, Query("select 5 as n where false", "--fail-if-rows").Status);
    }

    [Fact]
    public async Task Interrupted_it_stops_the_query_on_Athena()
    {
        _athena.Server.Database.Run("create database if not exists `traillake`", null);
        using var process = TraillakeProcess.StartInForeground(_athena.Environment, "athena", "query", _athena.Lake.Lake, "select 'for ever'", "--output", AthenaFixture.Output);
        var id = await _athena.Server.Held.WaitAsync(TraillakeProcess.Patience, TestContext.Current.CancellationToken);
        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString()]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        var stopped = TraillakeProcess.Await(process);
        Assert.Equal(2, stopped.Status);
        Assert.Contains("traillake: interrupted", stopped.Errors, StringComparison.Ordinal);
        Assert.Equal([id], _athena.Server.Stopped);
    }

    [Fact]
    public void A_failed_query_ends_with_2_and_Athenas_reason()
    {
        _athena.Server.Database.Run("create database if not exists `traillake`", null);
        var failed = Query("select nothing from nowhere");
        Assert.Equal((2, ""), (failed.Status, failed.Output));
        Assert.Matches("^traillake: query [0-9a-f-]{36} failed: SYNTAX_ERROR", failed.Errors);
    }

    [Fact]
    public void A_view_that_Athena_refuses_ends_a_deployment_with_2()
    {
        View("mine", "create or replace view mine as select nothing as nothing from events");
        var refused = Deploy();
        Assert.Equal(2, refused.Status);
        Assert.Contains("audit: now as s3://lake-bucket/trail is, but for 1 view\n", refused.Output, StringComparison.Ordinal);
        Assert.Matches(@"^traillake: audit: tables, partitions and all other views are as the lake is; refused:\n  the view mine: query .* failed: SYNTAX_ERROR", refused.Errors);

        var ingested = Run("ingest", Directory.CreateDirectory(_athena.Lake.Source).FullName, _athena.Lake.Lake, "--athena-database", "audit");
        Assert.Equal(2, ingested.Status);
        Assert.Contains("\ntraillake: the lake is complete, but not all of it is on Athena: audit: tables, partitions and all other views", "\n" + ingested.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("catches up", ingested.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_prints_what_is_due_and_which_files_are_no_views()
    {
        View("broken", "nonsense");
        var dry = Deploy("--dry-run", "--json");
        var report = JsonElement.Parse(dry.Output);
        Assert.Equal((2, 1), (dry.Status, report.GetProperty("refused").GetArrayLength()));
        Assert.Contains("create or replace view root_activity as", report.GetProperty("statements").ToString(), StringComparison.Ordinal);
        Assert.Matches(@"^traillake: audit: nothing was changed; these cannot be views there:\n  \S*broken\.sql: expected one statement", dry.Errors);
        Assert.Matches("\naudit: a dry run of [0-9]+ statements; nothing was changed\n", Deploy("--dry-run").Output);
    }

    [Fact]
    public void A_place_without_a_lake_is_not_deployed()
    {
        var misspelt = Deploy();
        Assert.Equal(2, misspelt.Status);
        Assert.Contains($"{_athena.Lake.Lake}: expected a lake, found no _traillake/ in it", misspelt.Errors, StringComparison.Ordinal);
        Assert.Empty(_athena.Server.Calls);
    }

    [Fact]
    public void What_is_in_quarantine_is_said_though_the_deployment_fails()
    {
        _athena.Night("2024-01-30", "CreateUser");
        Assert.Equal(0, Deploy().Status);
        _athena.Lake.Put("broken.json", "{\"Records\":[{]}");
        _athena.Server.Fail("GetWorkGroup", 400, StandInAthena.Error("InvalidRequestException", "WorkGroup is not found.").Body);
        var ingested = Run("ingest", _athena.Lake.Source, _athena.Lake.Lake, "--athena-database", "audit", "--quiet");
        Assert.Equal((2, ""), (ingested.Status, ingested.Output));
        Assert.Contains($"in quarantine: traillake status {_athena.Lake.Lake}\n", ingested.Errors, StringComparison.Ordinal);
        Assert.Contains("traillake: the lake is complete, but not all of it is on Athena: workgroup primary: WorkGroup is not found", ingested.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Sql_prints_everything_and_asks_nobody()
    {
        _athena.Night("2024-01-30", "CreateUser");
        var printed = TraillakeProcess.Run("athena", "sql", _athena.Lake.Lake, "--location", AthenaFixture.Place, "--database", "audit");
        Assert.Equal((0, ""), (printed.Status, printed.Errors));
        Assert.StartsWith("create database if not exists `audit`;\n\ncreate external table if not exists `events` (", printed.Output, StringComparison.Ordinal);
        Assert.Contains("partition (`service` = 'iam', `event_date` = '2024-01-30', `region` = 'us-east-1') location 's3://lake-bucket/trail/events/service=iam/event_date=2024-01-30/region=us-east-1/';", printed.Output, StringComparison.Ordinal);

        using var folder = new TempFolder();
        var ddl = printed.Output[..printed.Output.IndexOf("create or replace view", StringComparison.Ordinal)];
        File.WriteAllText(folder["ddl.sql"], ddl);
        Assert.Equal("", AthenaGrammar.Check("hive", folder["ddl.sql"]));
        var views = Regex.Matches(printed.Output, "^create or replace view (\\w+) as", RegexOptions.Multiline).Select(match => match.Groups[1].Value).ToArray();
        Assert.Equal(TrailLake.Sql.SqlLibrary.Views.Select(view => view.Name), views.Order(StringComparer.Ordinal));

        var projected = TraillakeProcess.Run("athena", "sql", _athena.Lake.Lake, "--projection");
        Assert.Contains("'projection.service.values' = 'iam'", projected.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("add if not exists", projected.Output, StringComparison.Ordinal);
        Assert.Contains("put its place on S3 for s3://BUCKET/PREFIX", projected.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expected a lake on S3", "athena", "deploy", "LAKE")]
    [InlineData("--location: expected s3://bucket/prefix, found here", "athena", "deploy", "LAKE", "--location", "here")]
    [InlineData("--database: expected a name of small letters, digits and _, found No-Name", "athena", "sql", "LAKE", "--database", "No-Name")]
    [InlineData("--output: expected s3://bucket/prefix/, found /here", "athena", "query", "LAKE", "select 1", "--output", "/here")]
    [InlineData("--format parquet: expected --output-file FILE, found none", "athena", "query", "LAKE", "select 1", "--format", "parquet")]
    [InlineData("found none; make it, or name another", "athena", "query", "LAKE", "select 1", "-o", "nowhere/answer.csv")]
    [InlineData("expected a file's name for Parquet, found a pipe or a device", "athena", "query", "LAKE", "select 1", "-o", "/dev/null", "--format", "parquet")]
    [InlineData("athena: expected one of sql, deploy, query, found nothing", "athena")]
    [InlineData("athena query: expected SQL, found none", "athena", "query", "LAKE")]
    [InlineData("`traillake athena deploy` and its --location, which the lake remembers", "ingest", "SOURCE", "LAKE", "--athena-database", "audit")]
    [InlineData("expected --athena-database beside", "ingest", "SOURCE", "LAKE", "--athena-workgroup", "w")]
    public void Wrong_usage_says_what_was_expected(string expected, params string[] arguments)
    {
        Directory.CreateDirectory(_athena.Lake.Source);
        Directory.CreateDirectory(Path.Combine(_athena.Lake.Lake, "_traillake"));
        var wrong = Run([.. arguments.Select(argument => argument == "LAKE" ? _athena.Lake.Lake : argument == "SOURCE" ? _athena.Lake.Source : argument)]);
        Assert.Equal(64, wrong.Status);
        Assert.Contains(expected, wrong.Errors, StringComparison.Ordinal);
        Assert.Empty(_athena.Server.Calls);
    }

    [Theory]
    [InlineData("--athena-database: expected a name of small letters, digits and _, found No-Name", "--athena-database", "No-Name")]
    [InlineData("--athena-output: expected s3://bucket/prefix/, found here", "--athena-database", "audit", "--athena-output", "here")]
    public void What_is_wrong_with_the_deployment_of_an_ingest_is_said_before_its_work_in_its_own_options(string expected, params string[] options)
    {
        _athena.Night("2024-01-30", "CreateUser");
        Assert.Equal(0, Deploy().Status);
        _athena.Lake.Put("next.json", TestLake.Log(TestLake.Record(1)));
        var before = _athena.Lake.Files();
        var wrong = Run(["ingest", _athena.Lake.Source, _athena.Lake.Lake, .. options]);
        Assert.Equal(64, wrong.Status);
        Assert.StartsWith($"traillake: {expected}", wrong.Errors, StringComparison.Ordinal);
        Assert.Equal(before, _athena.Lake.Files());
    }

    [Theory]
    [InlineData("AWS_REGION", 64, "Name Athena's with AWS_REGION, such as eu-west-1.")]
    [InlineData("AWS_ACCESS_KEY_ID", 2, "AWS: expected credentials, found none")]
    public void What_an_ingest_misses_for_its_deployment_is_said_before_its_work(string variable, int status, string expected)
    {
        _athena.Night("2024-01-30", "CreateUser");
        Assert.Equal(0, Deploy().Status);
        var before = _athena.Lake.Files();
        var environment = new Dictionary<string, string>(_athena.Environment) { [variable] = "", ["AWS_EC2_METADATA_DISABLED"] = "true" };
        var wrong = TraillakeProcess.RunIn(environment, "ingest", _athena.Lake.Source, _athena.Lake.Lake, "--athena-database", "audit");
        Assert.Equal(status, wrong.Status);
        Assert.Contains(expected, wrong.Errors, StringComparison.Ordinal);
        Assert.Equal(before, _athena.Lake.Files());
    }

    [Fact]
    public void Whatever_a_deployment_fails_of_after_an_ingest_the_lake_is_said_to_be_complete()
    {
        _athena.Night("2024-01-30", "CreateUser");
        Assert.Equal(0, Deploy("--projection").Status);
        _athena.Lake.Put("next.json", TestLake.Log(TestLake.Record(1).Replace("s3.amazonaws.com", "a,b.amazonaws.com", StringComparison.Ordinal)));
        var ingested = Run("ingest", _athena.Lake.Source, _athena.Lake.Lake, "--athena-database", "audit");
        Assert.Equal(2, ingested.Status);
        Assert.Contains("traillake: the lake is complete, but not all of it is on Athena: partition projection: expected services and regions of letters", ingested.Errors, StringComparison.Ordinal);
        Assert.Contains($"`traillake athena deploy {_athena.Lake.Lake} --database audit` catches up", ingested.Errors, StringComparison.Ordinal);
    }

    void View(string name, string text) =>
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_athena.Lake.Lake, "_traillake", "views")).FullName, name + ".sql"), text);

    TraillakeProcess Deploy(params string[] more) =>
        Run(["athena", "deploy", _athena.Lake.Lake, "--database", "audit", "--output", AthenaFixture.Output, "--location", AthenaFixture.Place, .. more]);

    TraillakeProcess Run(params string[] arguments) => TraillakeProcess.RunIn(_athena.Environment, arguments);

    TraillakeProcess Query(string sql, params string[] more) => Run(["athena", "query", _athena.Lake.Lake, sql, "--output", AthenaFixture.Output, .. more]);
}
