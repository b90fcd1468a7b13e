using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using TrailLake.CloudTrail;
using TrailLake.DuckDb;
using TrailLake.Sql;
using TrailLake.Storage;

namespace TrailLake.Tests;

public sealed partial class ExportTests : IDisposable
{
    const string Log = "AWSLogs/123456789012/CloudTrail/us-east-1/2024/01/01/123456789012_CloudTrail_us-east-1_20240101T0000Z_abc.json.gz";
    const string Made = "AWSLogs/123456789012/CloudTrail/us-east-1/2024/01/01/123456789012_CloudTrail_us-east-1_20240101T0000Z_export.json.gz";

    readonly TempFolder _folder = new();
    readonly DuckDbConnection _duck = DuckDbConnection.OpenInMemory();

    public void Dispose()
    {
        _duck.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Records_go_back_to_the_file_they_came_from_in_their_order()
    {
        Put("events", "iam", ("event_name", "'B'"), ("source_object", $"'{Log}'"), ("source_index", "1"));
        Put("events", "s3", ("event_name", "'A'"), ("source_object", $"'{Log}'"), ("source_index", "0"));
        Put("insights", "ec2", ("event_type", "'AwsCloudTrailInsight'"), ("source_object", $"'{Log}'"), ("source_index", "2"));
        Put("events", "s3", ("event_name", "'C'"), ("source_object", $"'org/{Log}'"), ("source_index", "10"));
        var summary = Run();
        Assert.Equal((4, 2), (summary.Records, summary.Files));
        Assert.Equal([$"org/{Log}", Log], Files().Order(StringComparer.Ordinal).Reverse());
        Assert.Equal(
            """{"Records":[{"eventName":"A","requestParameters":null,"responseElements":null},{"eventName":"B","requestParameters":null,"responseElements":null},{"eventType":"AwsCloudTrailInsight"}]}""",
            Text(Log));
        Assert.Equal(summary.BytesJson, Files().Sum(file => Text(file).Length));
        Assert.Equal(summary.BytesWritten, Files().Sum(file => new FileInfo(_folder["out", file]).Length));
    }

    [Fact]
    public void Every_type_of_column_comes_back()
    {
        Put("events", "iam",
            ("event_time", "timestamp '2024-01-01 10:00:00'"), ("user_agent", "'q\"é'"), ("read_only", "false"), ("session_mfa_authenticated", "true"),
            ("request_parameters", "'{\"n\":1e400}'"), ("extra", "'{\"x\":\"\\ud83d\",\"readOnly\":\"false\"}'"), ("source_object", $"'{Log}'"), ("source_index", "0"));
        Run();
        Assert.Equal(
            """{"Records":[{"eventTime":"2024-01-01T10:00:00Z","userAgent":"q\"é","readOnly":"false","userIdentity":{"sessionContext":{"attributes":{"mfaAuthenticated":"true"}}},"requestParameters":{"n":1e400},"responseElements":null,"x":"\ud83d"}]}""",
            Text(Log));
    }

    [Theory]
    [InlineData("a.json")]
    [InlineData("/etc/passwd")]
    [InlineData("../../AWSLogs/123456789012/CloudTrail/us-east-1/2024/01/01/a.json.gz")]
    [InlineData("x/../AWSLogs/123456789012/CloudTrail/us-east-1/2024/01/01/a.json.gz")]
    [InlineData("AWSLogs/123456789012/CloudTrail/us-east-1/2024/01/01/..")]
    [InlineData("AWSLogs/123456789012/CloudTrail/us-east-1/2024/01/01/a\\b.json.gz")]
    public void A_file_of_another_layout_is_laid_out_by_account_region_and_day(string key)
    {
        Put("events", "iam", ("recipient_account_id", "'123456789012'"), ("source_object", DuckDbSql.Text(key)), ("source_index", "0"));
        Run();
        Assert.Equal([Made], Files());
    }

    [Fact]
    public void Files_of_another_layout_share_the_file_of_their_day()
    {
        Put("events", "iam", ("recipient_account_id", "'123456789012'"), ("event_name", "'B'"), ("source_object", "'b.json'"), ("source_index", "0"));
        Put("events", "s3", ("recipient_account_id", "'123456789012'"), ("event_name", "'A'"), ("source_object", "'a.json'"), ("source_index", "7"));
        Put("events", "kms", ("recipient_account_id", "'../x'"), ("source_object", "'a.json'"), ("source_index", "8"));
        Put("aggregates", "s3", ("account_id", "'123456789012'"), ("source_object", "'a.json'"), ("source_index", "9"));
        Run();
        Assert.Equal(
            [Made.Replace("CloudTrail", "CloudTrail-Aggregated", StringComparison.Ordinal), Made, Made.Replace("123456789012", "unknown", StringComparison.Ordinal)],
            Files().Order(StringComparer.Ordinal));
        Assert.Matches("\"A\".*\"B\"", Text(Made));
    }

    [Fact]
    public void Filters_choose_by_day_service_region_and_account()
    {
        foreach (var service in new[] { "iam", "s3" })
        {
            foreach (var day in new[] { "2024-01-01", "2024-01-02", "2024-01-03" })
                Put("events", service, ("recipient_account_id", "'123456789012'"), ("event_name", $"'{service} {day}'"), ("source_object", "'a.json'"), ("source_index", "0"), ("event_date", day));
        }
        Assert.Equal(2, Run(request => request with { Since = new(2024, 1, 2), Until = new(2024, 1, 3), Services = ["s3"] }).Records);
        Assert.Equal(0, Run(request => request with { Regions = ["eu-west-1"] }).Records);
        Assert.Equal(0, Run(request => request with { Accounts = ["'"] }).Records);
        Assert.Equal(6, Run(request => request with { Regions = ["us-east-1", "eu-west-1"], Accounts = ["123456789012"] }).Records);
    }

    [Fact]
    public void Slices_are_sorted_one_by_one_and_lose_nothing()
    {
        Directory.CreateDirectory(_folder["lake [x]", "events", "service=s3", "event_date=2024-01-01", "region=us-east-1"]);
        _duck.Execute($$"""
            copy (select 'AWSLogs/123456789012/CloudTrail/us-east-1/2024/01/01/' || (i % 7) || '.json.gz' as source_object, i // 7 as source_index,
                'e' || i as event_name, '{"p":"' || repeat('x', 3000) || '"}' as request_parameters from range(140000) rows(i))
            to {{DuckDbSql.Text(_folder["lake [x]", "events", "service=s3", "event_date=2024-01-01", "region=us-east-1", "a.parquet"])}} (format parquet)
            """);
        var summary = Run(request => request with { MemoryBytes = 256 << 20 });
        Assert.Equal((140_000, 7), (summary.Records, summary.Files));
        var names = Files().Order(StringComparer.Ordinal).SelectMany(file => EventName().Matches(Text(file)).Select(match => match.Groups[1].Value));
        Assert.Equal(Enumerable.Range(0, 7).SelectMany(file => Enumerable.Range(0, 20_000).Select(index => $"e{index * 7 + file}")), names);
        Assert.Equal([], Directory.EnumerateFileSystemEntries(_folder["out"], ".*"));
    }

    [Fact]
    public void A_folder_with_files_in_it_is_left_alone()
    {
        Directory.CreateDirectory(_folder["lake"]);
        Directory.CreateDirectory(_folder["out"]);
        File.WriteAllText(_folder["out", "mine"], "");
        var error = Assert.Throws<CloudTrailException>(() => Export.Run(new(_folder["lake"], _folder["out"])));
        Assert.Contains("expected an empty or a new folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_another_export_writes_to_is_left_to_it()
    {
        Put("events", "iam", ("event_name", "'A'"), ("source_object", $"'{Log}'"), ("source_index", "0"));
        Directory.CreateDirectory(_folder["out"]);
        using var other = HeldFile.TryHold(_folder["out", ".traillake-export"])!;
        for (var hasBegun = 0; hasBegun < 2; hasBegun++) // still sorting, and writing
        {
            var ran = TraillakeProcess.Run("export", _folder["lake [x]"], _folder["out"]);
            Assert.Equal((2, ""), (ran.Status, ran.Output));
            Assert.Contains("found that another export writes here; nothing was exported", ran.Errors, StringComparison.Ordinal);
            File.WriteAllText(_folder["out", "theirs.json.gz"], "");
        }
        Assert.Equal([".traillake-export", "theirs.json.gz"], Files().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_a_killed_export_left_of_its_own_before_it_wrote_stops_no_other()
    {
        Put("events", "iam", ("event_name", "'A'"), ("source_object", $"'{Log}'"), ("source_index", "0"));
        Directory.CreateDirectory(_folder["out", ".traillake-spill"]);
        File.WriteAllText(_folder["out", ".traillake-export"], "");
        File.WriteAllText(_folder["out", ".traillake-spill", "sorted"], "");
        Assert.Equal(0, TraillakeProcess.Run("export", _folder["lake [x]"], _folder["out"] + "/").Status);
        Assert.Equal([Log], Files());
    }

    [Fact]
    public void Only_what_an_export_has_made_is_removed_where_it_fails()
    {
        using var files = new LogFileWriter(_folder["out"], maxRecords: 1);
        foreach (var key in new[] { "a/b/1", "a/b/1", "c/2", "3" })
            files.Append(key, "{}"u8);
        files.Finish();
        File.WriteAllText(_folder["out", "c", "mine.json.gz"], "");
        files.Remove();
        Assert.Equal(["c/mine.json.gz"], Files());
        Assert.Equal(["c"], Directory.GetDirectories(_folder["out"]).Select(Path.GetFileName));
    }

    [Fact]
    public void A_lake_that_is_missing_is_named() =>
        Assert.Contains("expected a lake's folder", Assert.Throws<CatalogException>(() => Export.Run(new(_folder["no"], _folder["out"]))).Message, StringComparison.Ordinal);

    [Fact]
    public void An_empty_lake_gives_no_files()
    {
        Directory.CreateDirectory(_folder["lake", "events"]);
        Assert.Equal((0, 0), (Run().Records, Run().Files));
    }

    [Fact]
    public void A_full_file_goes_on_in_another_and_no_name_is_taken_twice()
    {
        using var files = new LogFileWriter(_folder["out"], maxRecords: 2);
        foreach (var key in new[] { "a.json", "a.json", "a.json", "a.json.gz", "a", "a-2.json.gz" })
            files.Append(key, "{}"u8);
        files.Finish();
        Assert.Equal(["a-2-2.json.gz", "a-2.json.gz", "a-3.json.gz", "a-4.json.gz", "a.json.gz"], Files().Order(StringComparer.Ordinal));
        Assert.Equal("""{"Records":[{},{}]}""", Text("a.json.gz"));
        Assert.Equal((6, 5), (files.Records, files.Files));
    }

    [Theory]
    [InlineData("../a")]
    [InlineData("x/../../out-2/a")]
    [InlineData("")]
    public void No_name_leads_out_of_the_folder(string key)
    {
        using var files = new LogFileWriter(_folder["out"]);
        Assert.Throws<CloudTrailException>(() => files.Append(key, "{}"u8));
        Assert.Equal([], Directory.EnumerateFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void The_command_prints_what_it_wrote_and_refuses_what_it_cannot()
    {
        Put("events", "iam", ("event_name", "'A'"), ("source_object", $"'{Log}'"), ("source_index", "0"));
        var done = TraillakeProcess.Run("export", _folder["lake [x]"], _folder["out"], "--since", "2024-01-01", "--until", "today", "--service", "iam", "--service", "s3", "--json");
        Assert.Equal((0, ""), (done.Status, done.Errors));
        var summary = JsonElement.Parse(done.Output);
        Assert.Equal((1, 1), (summary.GetProperty("records").GetInt32(), summary.GetProperty("files").GetInt32()));
        Assert.Equal(Text(Log).Length, summary.GetProperty("bytes_json").GetInt32());

        var again = TraillakeProcess.Run("export", _folder["lake [x]"], _folder["out"]);
        Assert.Equal((2, ""), (again.Status, again.Output));
        Assert.Equal($"traillake: {_folder["out"]}: expected an empty or a new folder, found one with files in it; nothing was exported. Name another, or empty it.\n", again.Errors.ReplaceLineEndings("\n"));

        var wrong = TraillakeProcess.Run("export", _folder["lake [x]"], _folder["out-2"], "--since", "soon");
        Assert.Equal((64, ""), (wrong.Status, wrong.Output));
        Assert.Contains("--since: expected a day such as 2024-01-31, today, yesterday or -7d, found soon", wrong.Errors, StringComparison.Ordinal);
        Assert.Matches("^1 record in 1 file, .* in .* s: ", TraillakeProcess.Run("export", _folder["lake [x]"], _folder["out-3"]).Output);
    }

    [GeneratedRegex("\"eventName\":\"([^\"]*)\"")]
    private static partial Regex EventName();

    int _parts;

    // One row as the lake keeps it; what is not said is NULL.
    void Put(string table, string service, params (string Column, string Sql)[] values)
    {
        var day = values.FirstOrDefault(value => value.Column == "event_date").Sql ?? "2024-01-01";
        var folder = _folder["lake [x]", table, $"service={service}", $"event_date={day}", "region=us-east-1"];
        Directory.CreateDirectory(folder);
        var columns = Columns.Of(Enum.Parse<LakeTable>(table, ignoreCase: true)).Select(column =>
            $"cast({values.FirstOrDefault(value => value.Column == column.Name).Sql ?? "null"} as {SqlType(column.Type)}) as {column.Name}");
        _duck.Execute($"copy (select {string.Join(", ", columns)}) to {DuckDbSql.Text(Path.Combine(folder, $"{_parts++}.parquet"))} (format parquet)");
    }

    static string SqlType(ColumnType type) => type switch
    {
        ColumnType.Boolean or ColumnType.BooleanText => "boolean",
        ColumnType.Timestamp => "timestamp_ms",
        ColumnType.Int64 => "bigint",
        ColumnType.TextList => "varchar[]",
        _ => "varchar",
    };

    ExportSummary Run(Func<ExportRequest, ExportRequest>? change = null)
    {
        Directory.CreateDirectory(_folder["lake [x]"]);
        if (Directory.Exists(_folder["out"]))
            Directory.Delete(_folder["out"], recursive: true);
        var request = new ExportRequest(_folder["lake [x]"], _folder["out"]);
        return Export.Run(change?.Invoke(request) ?? request);
    }

    IEnumerable<string> Files() => Directory.EnumerateFiles(_folder["out"], "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(_folder["out"], path).Replace('\\', '/'));

    string Text(string file)
    {
        using var gzip = new GZipStream(File.OpenRead(_folder["out", file]), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
