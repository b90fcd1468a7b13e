using System.Text.Json;
using TrailLake.Lake;
using TrailLake.Sql;
using TrailLake.Storage;
using TrailLake.Tests.Storage.S3;

namespace TrailLake.Tests;

/// <summary>A lake on S3 read here: copies of a part, and queries that fetch what they look into.</summary>
public sealed class PullTests : IDisposable
{
    readonly S3Server _server;
    readonly TestLake _lake;
    readonly TempFolder _folder = new();

    public PullTests(S3Server server)
    {
        (_server, _lake) = (server, new TestLake(null, server));
        for (var i = 0; i < 12; i++)
            _lake.Put($"{i}.json", TestLake.Log(TestLake.Record(i).Replace("01-31", $"01-{20 + i}").Replace("s3.amazonaws", i % 2 == 0 ? "s3.amazonaws" : "ec2.amazonaws")));
        _lake.Run();
    }

    public void Dispose()
    {
        _lake.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Only_what_has_changed_is_copied_again_and_what_is_gone_is_deleted()
    {
        var first = Pull.Run(_lake.OpenLake(), _folder["copy"], new PullRequest { Services = ["s3"], Since = new(2024, 1, 24) });
        Assert.Equal(4, Directory.EnumerateFiles(_folder["copy", "events"], "*.parquet", SearchOption.AllDirectories).Count());
        Assert.Equal(0, Pull.Run(_lake.OpenLake(), _folder["copy"], new PullRequest { Services = ["s3"], Since = new(2024, 1, 24) }).FilesCopied);
        Assert.Equal(first.FilesListed + 8, Pull.Run(_lake.OpenLake(), _folder["copy"], new PullRequest()).FilesListed);
        var gone = _lake.Files("events")[0];
        _lake.OpenLake().Delete(gone);
        var last = Pull.Run(_lake.OpenLake(), _folder["copy"], new PullRequest());
        Assert.Equal((0, 1), (last.FilesCopied, last.FilesDeleted));
        Assert.False(File.Exists(_folder["copy", gone]));
    }

    [Fact]
    public void Notes_that_the_lake_has_no_more_go_from_the_copy_too()
    {
        Pull.Run(_lake.OpenLake(), _folder["copy"], new PullRequest());
        var ledger = Assert.Single(_lake.Files(Ledger.Folder));
        _lake.OpenLake().Delete(ledger);
        _lake.Run(); // all is read again, and in another ledger
        Pull.Run(_lake.OpenLake(), _folder["copy"], new PullRequest());
        Assert.False(File.Exists(_folder["copy", ledger]));
        using var copy = LakeCatalog.Open(_folder["copy"]);
        using var counted = copy.Query("select count(*), count(distinct object_key) from ingested_objects");
        Assert.Equal([12L, 12L], counted.Rows().Single());
    }

    // A large file comes in pieces, all of one version.
    [Fact]
    public void A_large_file_that_is_replaced_between_two_of_its_pieces_is_listed_anew()
    {
        const string key = "events/service=s3/event_date=2024-01-20/region=eu-west-1/large.parquet";
        var (old, replacement) = (new byte[10 << 20], new byte[11 << 20]);
        Array.Fill(replacement, (byte)7);
        _lake.OpenLake().Write(key, old);
        var pieces = 0;
        using var proxy = new FaultyProxy(_server.Endpoint, (line, _) =>
        {
            if (line.Contains("/large.parquet ", StringComparison.Ordinal) && Interlocked.Increment(ref pieces) == 3)
                _lake.OpenLake().Write(key, replacement);
            return Fault.None;
        });
        var through = StoreUri.Parse(_lake.LakeUri).OpenLake(_server.Options with { EndpointUrl = proxy.Endpoint });
        Pull.Run(through, _folder["copy"], new PullRequest());
        Assert.True(replacement.AsSpan().SequenceEqual(File.ReadAllBytes(_folder["copy", key])));
    }

    [Fact]
    public void A_folder_with_anything_else_in_it_is_not_copied_into()
    {
        Directory.CreateDirectory(_folder["mine"]);
        File.WriteAllText(_folder["mine", "notes.txt"], "x");
        Assert.Contains("expected an empty folder or an earlier copy", Assert.Throws<LakeException>(() => Pull.Run(_lake.OpenLake(), _folder["mine"], new PullRequest())).Message, StringComparison.Ordinal);
        Pull.Run(_lake.OpenLake(), _folder["copy"], new PullRequest());
        using var other = new TestLake(null, _server);
        other.Put("a.json", TestLake.Log(TestLake.Record(1))).Run();
        Assert.Contains("found a copy of", Assert.Throws<LakeException>(() => Pull.Run(other.OpenLake(), _folder["copy"], new PullRequest())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("select count(*) from events", 12, 12)]
    [InlineData("select count(*) from events where service = 's3'", 6, 6)]
    [InlineData("select count(*) from events where service = 's3' and event_date >= '2024-01-26'", 3, 3)]
    [InlineData("select count(*) from events where event_date in ('2024-01-20', '2024-01-21') and event_name = 'GetObject'", 2, 2)]
    [InlineData("select count(*) from (select * from events where event_date = '2024-01-20') a join events b using (event_id)", 1, 12)]
    [InlineData("select count(*) from events where event_date > (select min(event_date) from events)", 11, 12)]
    [InlineData("select count(*) from events where service = 'nothing'", 0, 0)]
    [InlineData("select count(*) from ingested_objects", 12, 0)]
    [InlineData("select count(*) from insights", 0, 0)]
    [InlineData("with x as (select 1) select count(*) from x; select count(*) from events where service = 's3'", 6, 12)]
    public void A_query_fetches_the_files_that_it_looks_into_and_answers_as_on_the_whole(string sql, int answer, int files)
    {
        var run = Query(sql, "--json");
        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(answer, JsonDocument.Parse(run.Output).RootElement[0].EnumerateObject().Single().Value.GetInt32());
        Assert.Equal(files, Fetched());
    }

    [Fact]
    public void A_query_never_answers_from_files_that_the_lake_has_replaced()
    {
        Query("select count(*) from events");
        _lake.Put("new.json", TestLake.Log(TestLake.Record(50).Replace("01-31", "01-20"))).Run();
        Assert.Equal("13", Query("select count(*) as n from events").Output.Split('\n')[1]);
        Assert.Equal("2", Query("select count(*) as n from events where event_date = '2024-01-20'").Output.Split('\n')[1]);
    }

    // Two tables with as many files each: a plan does not say which of them it scans.
    [Fact]
    public void A_query_of_two_tables_has_the_files_of_both()
    {
        for (var day = 20; day < 32; day++)
            _lake.Put($"AWSLogs/111122223333/CloudTrail-Insight/eu-west-1/2024/01/{day}/x.json", TestLake.Log($$$"""{"eventVersion":"1.07","eventTime":"2024-01-{{{day}}}T10:00:00Z","awsRegion":"eu-west-1","eventID":"10000000-0000-0000-0000-0000000000{{{day}}}","eventType":"AwsCloudTrailInsight","recipientAccountId":"111122223333","sharedEventID":"x","insightDetails":{"state":"Start","eventSource":"s3.amazonaws.com","eventName":"GetObject","insightType":"ApiCallRateInsight"},"eventCategory":"Insight"}"""));
        _lake.Run();
        Assert.Equal((12, 12), (_lake.Files("events").Length, _lake.Files("insights").Length));
        var run = Query("select (select count(*) from events where event_date = '2024-01-20') + 10 * (select count(*) from insights where event_date = '2024-01-20') as n");
        Assert.Equal("11", run.Output.Split('\n')[1]);
    }

    [Fact]
    public void More_than_the_limit_is_not_fetched_and_the_message_says_what_to_do()
    {
        var store = _lake.OpenLake();
        for (var i = 0; i < 3; i++)
            store.Write($"events/service=s3/event_date=2024-01-20/region=eu-west-1/large{i}.parquet", new byte[600_000]);
        var run = Query("select count(*) from events", "--fetch-limit", "1MiB");
        Assert.Equal(2, run.Status);
        Assert.Contains("traillake pull", run.Errors, StringComparison.Ordinal);
        Assert.Contains("traillake athena", run.Errors, StringComparison.Ordinal);
        Assert.Equal(0, Fetched());
    }

    // The session is opened anew for each query of a lake on S3; here the second is not.
    [Fact]
    public void A_prompt_whose_fetch_fails_goes_on_and_completes()
    {
        var store = _lake.OpenLake();
        for (var i = 0; i < 3; i++)
            store.Write($"insights/service=s3/event_date=2024-01-20/region=eu-west-1/large{i}.parquet", new byte[600_000]);
        using var terminal = Terminal.Run($"XDG_CACHE_HOME={_folder["cache"]} {TraillakeProcess.Program} query {_lake.LakeUri} --endpoint-url {_server.Endpoint} --fetch-limit 1MiB");
        terminal.WaitFor("traillake> ");
        terminal.Type("select count(*) + 30 as answer from events;");
        terminal.Press("Enter");
        terminal.WaitFor("(1 row)\ntraillake>");
        terminal.Type("select count(*) from insights;");
        terminal.Press("Enter");
        terminal.WaitFor("or ask Athena");
        terminal.Type("select * from root_activity where event_na");
        terminal.Press("Tab");
        terminal.WaitFor("where event_name ");
        terminal.Press("C-u");
        terminal.Type("select count(*) + 40 as answer from events;");
        terminal.Press("Enter");
        terminal.WaitFor("52\n(1 row)");
    }

    [Fact]
    public void The_status_of_a_lake_on_S3_is_that_of_its_copy_and_fetches_no_table()
    {
        for (var file = 0; file < 3; file++) // a merged file and a late one
            _lake.Put($"AWSLogs/111122223333/CloudTrail/eu-west-1/2024/01/2{file}/late.json", TestLake.Log(TestLake.Record(70 + file, "\"recipientAccountId\":\"111122223333\"").Replace("01-31", $"01-2{file}")));
        _lake.Run();
        Compact.Run(_lake.OpenLake(), new());
        var there = Traillake("status", _lake.LakeUri, "--json");
        Assert.Equal((0, 0), (there.Status, Fetched()));
        Pull.Run(_lake.OpenLake(), _folder["copy"], new PullRequest());
        var here = TraillakeProcess.Run("status", _folder["copy"], "--json");
        Assert.Equal(here.Output.Replace(_folder["copy"], _lake.LakeUri, StringComparison.Ordinal), there.Output);
    }

    [Fact]
    public void Every_verb_that_reads_a_lake_reads_one_on_S3()
    {
        foreach (var arguments in new string[][] { ["status", _lake.LakeUri], ["views", _lake.LakeUri], ["verify", _lake.LakeUri], ["export", _lake.LakeUri, _folder["out"], "--service", "s3"], ["pull", _lake.LakeUri, _folder["copy"]], ["compact", _lake.LakeUri] })
        {
            var run = Traillake(arguments);
            Assert.True(run.Status == 0, $"{arguments[0]}: {run}");
            Assert.NotEmpty(run.Output);
        }
        Assert.Equal(6, Directory.EnumerateFiles(_folder["out"], "*.json.gz", SearchOption.AllDirectories).Count());
    }

    // There are objects, as in the bucket of a lake whose prefix was forgotten: an answer of no rows would be taken for a lake's.
    [Theory]
    [InlineData("status")]
    [InlineData("query", "select count(*) from events")]
    [InlineData("query", "--view", "root_activity", "--fail-if-rows")]
    [InlineData("export", "OUT")]
    [InlineData("report", "OUT")]
    [InlineData("views")]
    [InlineData("athena sql")]
    public void A_place_on_S3_that_holds_no_lake_is_refused(string verb, params string[] more)
    {
        var above = _lake.LakeUri[.._lake.LakeUri.LastIndexOf('/')];
        var run = Traillake([.. verb.Split(' '), above, .. more.Select(word => word == "OUT" ? _folder["out"] : word)]);
        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.StartsWith($"traillake: {above}: expected a lake, found no _traillake/ in it", run.Errors, StringComparison.Ordinal);
        Assert.False(Path.Exists(_folder["out"]) || Path.Exists(_folder["cache"]));
    }

    [Fact]
    public void The_scheme_of_a_lake_may_be_in_capitals_for_Athena_too()
    {
        var printed = Traillake("athena", "sql", "S3" + _lake.LakeUri[2..]);
        Assert.True(printed.Status == 0, printed.ToString());
        Assert.Contains($"location '{_lake.LakeUri}/events/'", printed.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Ingest_by_the_program_reports_what_listing_cost()
    {
        var run = Traillake("ingest", _lake.Source, _lake.LakeUri, "--json");
        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(0, JsonDocument.Parse(run.Output).RootElement.GetProperty("list_requests").GetInt32()); // a disk charges nothing
        using var other = new TestLake(_server, null);
        other.Put("a.json", TestLake.Log(TestLake.Record(1)));
        run = Traillake("ingest", other.SourceUri, other.Lake, "--json");
        var report = JsonDocument.Parse(run.Output).RootElement;
        Assert.InRange(report.GetProperty("list_requests").GetInt32(), 1, 3);
        Assert.Equal(report.GetProperty("list_requests").GetInt32() * 0.000005, report.GetProperty("list_cost_usd").GetDouble(), 6);
        Assert.Matches(@"listing +(1 request|[23] requests) \(\$0\.0000\)", Traillake("ingest", other.SourceUri, other.Lake).Output);
    }

    int Fetched() => Directory.Exists(_folder["cache"]) ? Directory.EnumerateFiles(_folder["cache"], "*.parquet", SearchOption.AllDirectories).Count(path => path.Contains("/events/", StringComparison.Ordinal)) : 0;

    TraillakeProcess Query(string sql, params string[] more) => Traillake(["query", _lake.LakeUri, sql, .. more]);

    TraillakeProcess Traillake(params string[] arguments) => TraillakeProcess.RunIn(new Dictionary<string, string> { ["XDG_CACHE_HOME"] = _folder["cache"] }, [.. arguments, "--endpoint-url", _server.Endpoint]);
}
