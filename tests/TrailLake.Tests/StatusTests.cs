using System.Text.Json;
using TrailLake.Cli;
using TrailLake.DuckDb;
using TrailLake.Lake;
using TrailLake.Sql;
using TrailLake.Storage;

namespace TrailLake.Tests;

public sealed class StatusTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly DuckDbConnection _duck = DuckDbConnection.OpenInMemory();

    public void Dispose()
    {
        _duck.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_lake_without_anything_has_a_status()
    {
        var status = Status.Of(_folder.Root);
        Assert.Equal((0, 0, 0, 0, 0), (status.Tables.Count, status.Objects.Count, status.Gaps.Count, status.Quarantine.Count, status.Runs));
        Assert.Null(status.LastRun);
        Assert.Equal($"lake        {_folder.Root}\nevents      none yet\nquarantine  empty\nruns        none that found a log file\n", Text(status));
    }

    [Fact]
    public void A_run_that_found_no_log_file_is_not_said_never_to_have_been()
    {
        using var lake = new TestLake();
        Directory.CreateDirectory(lake.Source);
        lake.Run();
        Assert.EndsWith("runs        none that found a log file\n", Text(Status.Of(lake.Lake)), StringComparison.Ordinal);
        lake.Put("a.json", TestLake.Log(TestLake.Record(1))).Run();
        Assert.Contains("runs        1, the last: ", Text(Status.Of(lake.Lake)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_missing_is_named() =>
        Assert.Contains("expected a lake's folder", Assert.Throws<CatalogException>(() => Status.Of(_folder["no"])).Message, StringComparison.Ordinal);

    [Fact]
    public void Rows_are_counted_by_table_service_region_and_account()
    {
        PutRows("events", "s3", "2024-01-01", "us-east-1", "'111111111111', '111111111111', null");
        PutRows("events", "iam", "2024-01-03", "eu-west-1", "'222222222222'");
        PutRows("aggregates", "s3", "2024-01-02", "us-east-1", "'111111111111'");
        var status = Status.Of(_folder.Root);
        Assert.Equal(["events", "aggregates"], status.Tables.Select(table => table.Table));
        Assert.Equal((4, 2, 2, "2024-01-01", "2024-01-03"), (status.Tables[0].Rows, status.Tables[0].Files, status.Tables[0].Days, status.Tables[0].FirstDay, status.Tables[0].LastDay));
        Assert.Equal([new("s3", 4), new("iam", 1)], status.Services);
        Assert.Equal([new("us-east-1", 4), new("eu-west-1", 1)], status.Regions);
        Assert.Equal([new("111111111111", 3), new("222222222222", 1), new("unknown", 1)], status.Accounts);
        Assert.Equal(status.Tables.Sum(table => table.BytesWritten), Directory.EnumerateFiles(_folder.Root, "*.parquet", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length));
    }

    [Fact]
    public void Days_without_a_log_file_between_days_with_some_are_gaps()
    {
        PutLedger(
            Key("111111111111", "us-east-1", "2024/02/27"), Key("111111111111", "us-east-1", "2024/03/01"), Key("111111111111", "us-east-1", "2024/03/02"),
            Key("111111111111", "us-east-1", "2024/03/04"), Key("111111111111", "eu-west-1", "2024/03/04"), Key("222222222222", "us-east-1", "2024/02/28"),
            "other/file.json", Key("222222222222", "us-east-1", "2024/02/31"),
            Key("111111111111", "us-east-1", "2024/02/28").Replace("CloudTrail/", "CloudTrail-Digest/", StringComparison.Ordinal));
        Assert.Equal(
            [new("222222222222", "us-east-1", "2024-02-29", "2024-03-03", 4, IsOpen: true), new("111111111111", "us-east-1", "2024-02-28", "2024-02-29", 2), new("111111111111", "us-east-1", "2024-03-03", "2024-03-03", 1)],
            Status.Of(_folder.Root).Gaps);
    }

    [Fact]
    public void What_has_stopped_is_told_for_thirty_days_while_others_go_on()
    {
        PutLedger(
            Key("111111111111", "us-east-1", "2024/03/31"), // the last day, of which not all need be there
            Key("111111111111", "us-west-1", "2024/03/30"), Key("111111111111", "eu-west-1", "2024/03/29"),
            Key("222222222222", "us-east-1", "2024/02/29"), Key("333333333333", "us-east-1", "2024/02/28"));
        var status = Status.Of(_folder.Root);
        Assert.Equal([new("111111111111", "eu-west-1", "2024-03-30", "2024-03-30", 1, IsOpen: true), new("222222222222", "us-east-1", "2024-03-01", "2024-03-30", 30, IsOpen: true)], status.Gaps);
        Assert.Contains("gaps        111111111111 eu-west-1: no log file from 2024-03-30 on\n            222222222222 us-east-1: no log file from 2024-03-01 on\n", Text(status), StringComparison.Ordinal);
    }

    [Fact]
    public void Log_files_are_counted_by_what_became_of_them()
    {
        PutLedger("a.json", "b.json");
        Assert.Equal([new("ingested", 2, 20, 200)], Status.Of(_folder.Root).Objects);
    }

    [Fact]
    public void Quarantine_is_counted_by_reason_however_large_its_contents_are()
    {
        Put("quarantine/1.jsonl",
            Entry("not_json", "a.json", new string('x', 200_000)) + Entry("not_json", "a.json", "\\\"reason\\\":\\\"y\\\"") + Entry("no_event_time", "b.json", ""));
        Put("quarantine/2.jsonl", Entry("not_json", "c.json", "") + "{\"run_id\":\"2\",\"reason\":\"not_g");
        Assert.Equal([new("not_json", 3, 2), new("no_event_time", 1, 1), new("unknown", 1, 1)], Status.Of(_folder.Root).Quarantine);
    }

    [Fact]
    public void The_last_run_is_shown_as_it_was_reported()
    {
        Put("runs/b.json", """{"run_id":"b","started_at":"2024-01-01T00:00:00Z","records_read":1234}""");
        Put("runs/a.json", """{"run_id":"a","started_at":"2024-01-02T00:00:00Z","records_read":1234,"records_written":1,"duplicates":2,"records_quarantined":3}""");
        var status = Status.Of(_folder.Root);
        Assert.Equal((2, "a"), (status.Runs, status.LastRun!.Value.GetProperty("run_id").GetString()));
        Assert.Contains("runs        2, the last: a at 2024-01-02T00:00:00Z, 1,234 records read = 1 written + 2 duplicates + 3 quarantined", Text(status), StringComparison.Ordinal);
    }

    // It leaves its report before it reads, and counts when it has read.
    [Fact]
    public void A_first_run_that_crashed_is_not_said_to_have_read_nothing()
    {
        using var lake = new TestLake();
        lake.Put("a.json", TestLake.Log(TestLake.Record(1)));
        Assert.Throws<StoreException>(() => Ingest.Run(lake.OpenSource(), new FailingStore(lake.OpenLake(), "commit", Ledger.Folder), new(), out _));
        Assert.Matches(@"\nruns        1, the last: \S+ at \S+, under way, or ended before it counted its records\n$", Text(Status.Of(lake.Lake)));
        Put("runs/a.json", """{"run_id":"a","interrupted":true,"records_read":1,"records_written":1,"duplicates":0,"records_quarantined":0}""");
        Assert.EndsWith("1 records read = 1 written + 0 duplicates + 0 quarantined; interrupted\n", Text(Status.Of(_folder.Root)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_text_says_how_to_see_what_is_in_quarantine()
    {
        Put("quarantine/1.jsonl", Entry("not_json", "a.json", ""));
        Assert.Contains($"quarantine  not_json: 1 entry from 1 file\n            see them: traillake query {_folder.Root} \"select", Text(Status.Of(_folder.Root)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_JSON_names_are_those_of_the_reports()
    {
        PutRows("events", "s3", "2024-01-01", "us-east-1", "'111111111111'");
        var json = JsonSerializer.SerializeToElement(Status.Of(_folder.Root), ReportJson.Default.LakeStatus);
        Assert.Equal(1, json.GetProperty("tables")[0].GetProperty("rows").GetInt32());
        Assert.Equal("2024-01-01", json.GetProperty("tables")[0].GetProperty("first_day").GetString());
        Assert.False(json.TryGetProperty("last_run", out _));
    }

    [Fact]
    public void The_command_prints_text_or_JSON()
    {
        PutRows("events", "s3", "2024-01-01", "us-east-1", "'111111111111'");
        var text = TraillakeProcess.Run("status", _folder.Root);
        Assert.Equal((0, ""), (text.Status, text.Errors));
        Assert.Equal(Text(Status.Of(_folder.Root)), text.Output.ReplaceLineEndings("\n"));
        Assert.Equal(1, JsonElement.Parse(TraillakeProcess.Run("status", _folder.Root, "--json").Output).GetProperty("tables")[0].GetProperty("rows").GetInt32());
        Assert.Equal(2, TraillakeProcess.Run("status", _folder["no"]).Status);
    }

    [Fact]
    public void A_name_of_the_logs_cannot_command_the_terminal()
    {
        using var lake = new TestLake();
        lake.Put("a.json", TestLake.Log(TestLake.Record(1, "\"recipientAccountId\":\"1\\u001b]0;owned\\u0007\\nevents      all\""))).Run();
        var ran = TraillakeProcess.Run("status", lake.Lake);
        Assert.Contains("\naccounts    1: 1\\u001b]0;owned\\u0007\\nevents      all 1\n", ran.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(999, "999 bytes")]
    [InlineData(1_536, "1.5 kB")]
    [InlineData(1_234_567_890, "1.2 GB")]
    public void Sizes_are_readable(long bytes, string text) => Assert.Equal(text, StatusText.Size(bytes));

    static string Key(string account, string region, string day) => $"org/AWSLogs/{account}/CloudTrail/{region}/{day}/x.json.gz";

    static string Entry(string reason, string source, string content) =>
        $$"""{"run_id":"1","source_object":"{{source}}","source_index":null,"byte_offset":0,"reason":"{{reason}}","message":"m","size_bytes":0,"encoding":"utf-8","content":"{{content}}"}""" + "\n";

    static string Text(LakeStatus status)
    {
        using var text = new StringWriter { NewLine = "\n" };
        StatusText.Write(text, status);
        return text.ToString();
    }

    void Put(string name, string text)
    {
        var path = _folder["_traillake", name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    void PutRows(string table, string service, string day, string region, string accounts)
    {
        var folder = _folder[table, $"service={service}", $"event_date={day}", $"region={region}"];
        Directory.CreateDirectory(folder);
        var column = table == "aggregates" ? "account_id" : "recipient_account_id";
        _duck.Execute($"copy (select unnest([{accounts}]) as {column}) to {DuckDbSql.Text(folder + "/1.parquet")} (format parquet)");
    }

    void PutLedger(params string[] keys)
    {
        Directory.CreateDirectory(_folder["_traillake", "ledger"]);
        _duck.Execute($"""
            copy (select unnest([{string.Join(", ", keys.Select(DuckDbSql.Text))}]) as object_key, 10::bigint as size_bytes, 'ingested' as outcome, 100::bigint as bytes_json)
            to {DuckDbSql.Text(_folder["_traillake", "ledger", "1.parquet"])} (format parquet)
            """);
    }
}
