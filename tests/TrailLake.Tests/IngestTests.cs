using TrailLake.Lake;

namespace TrailLake.Tests;

public sealed class DiskToDiskIngestTests() : IngestTests(null, null);

public sealed class S3ToDiskIngestTests(S3Server server) : IngestTests(server, null);

public sealed class DiskToS3IngestTests(S3Server server) : IngestTests(null, server);

public sealed class S3ToS3IngestTests(S3Server server) : IngestTests(server, server);

/// <summary>What a run does, wherever its source and its lake are.</summary>
public abstract class IngestTests(S3Server? source, S3Server? lake) : IDisposable
{
    readonly TestLake _lake = new(source, lake);

    public void Dispose()
    {
        _lake.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Records_become_rows_in_the_partition_of_service_day_and_region()
    {
        var report = _lake.Put("a.json.gz", TestLake.Gzip(TestLake.Log(TestLake.Record(1), TestLake.Record(2)))).Run();
        Assert.Equal((2, 2, 0, 0), (report.RecordsRead, report.RecordsWritten, report.Duplicates, report.RecordsQuarantined));
        Assert.Equal([$"events/service=s3/event_date=2024-01-31/region=eu-west-1/{report.RunId}.parquet"], _lake.Files("events"));
        Assert.Equal(["GetObject", "2024-01-31 10:00:01", "s3", "2024-01-31", "eu-west-1", "a.json.gz", "0"],
            _lake.Rows("select event_name, event_time, service, event_date, region, source_object, source_index from events order by source_index")[0]);
    }

    [Fact]
    public void A_second_run_with_nothing_new_reads_nothing_and_changes_nothing()
    {
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1))).Run();
        var before = _lake.Files();
        var report = _lake.Run();
        Assert.Equal((1, 1, 0, 0), (report.ObjectsListed, report.ObjectsAlreadyIngested, report.ObjectsIngested, report.RecordsRead));
        Assert.Equal(before, _lake.Files());
    }

    [Fact]
    public void A_file_that_changed_is_read_again_and_only_what_is_new_in_it_is_added()
    {
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1))).Run();
        var report = _lake.Put("a.json", TestLake.Log(TestLake.Record(1), TestLake.Record(2))).Run();
        Assert.Equal((2, 1, 1), (report.RecordsRead, report.RecordsWritten, report.Duplicates));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_event_is_in_the_lake_once_however_often_it_comes(bool inTwoRuns)
    {
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1), TestLake.Record(2), TestLake.Record(1)));
        var first = inTwoRuns ? _lake.Run().Duplicates : 0;
        var report = _lake.Put("b.json.gz", TestLake.Gzip(TestLake.Log(TestLake.Record(2), TestLake.Record(1), TestLake.Record(3)))).Run();
        Assert.Equal(3, first + report.Duplicates);
        Assert.Equal(["3", "3"], _lake.Rows("select count(*), count(distinct event_id) from events")[0]);
        Assert.Equal("3", _lake.Scalar("select sum(duplicates) from ingested_objects"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_same_event_id_with_other_content_is_kept_and_counted(bool inTwoRuns)
    {
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1, "\"errorCode\":\"A\"")));
        if (inTwoRuns)
            _lake.Run();
        _lake.Put("b.json", TestLake.Log(TestLake.Record(1, "\"errorCode\":\"B\""), TestLake.Record(1, "\"errorCode\":\"A\"")));
        var report = _lake.Run();
        Assert.Equal(1, report.Duplicates);
        Assert.Equal(inTwoRuns ? 1 : 2, report.ConflictingEventIds);
        Assert.Equal(["A", "B"], _lake.Rows("select error_code from events order by 1").Select(row => row[0]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Another_order_of_keys_is_the_same_content(bool inTwoRuns)
    {
        const string empty = "\"sessionIssuer\":{},\"webIdFederationData\":{}", turned = "\"webIdFederationData\":{},\"sessionIssuer\":{}";
        var record = TestLake.Record(1, $"\"resources\":[{{\"ARN\":\"a\",\"type\":\"\\u0062\"}}],\"x\":1,\"y\":2,\"userIdentity\":{{\"sessionContext\":{{{empty}}}}}");
        var other = TestLake.Record(1, $"\"y\":2,\"x\":1,\"userIdentity\":{{\"sessionContext\":{{{turned}}}}},\"resources\":[{{\"type\":\"b\",\"ARN\":\"a\"}}]");
        _lake.Put("a.json", record);
        if (inTwoRuns)
            _lake.Run();
        var report = _lake.Put("b.json", other).Run();
        Assert.Equal((1, 0), (report.Duplicates, report.ConflictingEventIds));
    }

    [Fact]
    public void Any_difference_in_content_makes_another_record()
    {
        string[] variants =
        [
            "\"requestID\":\"11111111-1111-1111-1111-111111111111\"", "\"requestID\":\"x\"", "\"readOnly\":true", "\"readOnly\":false", "\"readOnly\":\"false\"",
            "\"errorMessage\":\"\"", "\"new\":1", "\"new\":1.0", "\"resources\":[{\"a\":1,\"b\":2}]", "\"resources\":[{\"a\":1}]", "\"resources\":[{\"a\":1,\"a\":1}]", "\"resources\":[]", "\"resources\":[{\"ARN\":\"arn:a\"}]",
            "\"userIdentity\":{\"sessionContext\":{\"attributes\":{\"creationDate\":\"2024-01-31T09:00:00Z\"}}}",
            "\"userIdentity\":{\"sessionContext\":{\"attributes\":{\"creationDate\":\"2024-01-31T09:00:01Z\"}}}",
        ];
        _lake.Put("a.json", TestLake.Log(variants.Select(more => TestLake.Record(1, more)))).Run();
        var report = _lake.Put("b.json", TestLake.Log(variants.Reverse().Select(more => TestLake.Record(1, more)))).Run();
        Assert.Equal((15, 0, 15), (report.RecordsRead, report.RecordsWritten, report.Duplicates));
        Assert.Equal("15", _lake.Scalar("select count(*) from events"));
    }

    [Fact]
    public void Records_without_an_id_have_no_duplicates_but_their_own_place()
    {
        var record = TestLake.Record(1).Replace("eventID", "eventKey");
        _lake.Put("a.json", TestLake.Log(record, record)).Run();
        _lake.OpenLake().Delete(_lake.Files("_traillake/ledger").Single()); // as if the run had ended before its ledger
        var report = _lake.Run();
        Assert.Equal((2, 0, 2), (report.RecordsRead, report.RecordsWritten, report.Duplicates));
        Assert.Equal("2", _lake.Scalar("select count(*) from events"));
    }

    [Fact]
    public void A_record_without_an_id_is_no_duplicate_of_one_with_an_id_that_stood_at_its_place()
    {
        string without = TestLake.Record(1).Replace("eventID", "eventKey"), other = TestLake.Record(2).Replace("eventID", "eventKey");
        var with = $$"""{{without[..^1]}},"eventID":"x"}""";
        _lake.Put("a.json", TestLake.Log(with, other)).Run();
        var report = _lake.Put("a.json", TestLake.Log(without, other, other)).Run(); // another file of that name
        Assert.Equal((3, 2, 1, 0), (report.RecordsRead, report.RecordsWritten, report.Duplicates, report.ConflictingEventIds));
        Assert.Equal("4", _lake.Scalar("select count(*) from events"));
    }

    [Fact]
    public void Insight_and_aggregated_records_have_tables_of_their_own()
    {
        _lake.Put("i.json", """{"eventCategory":"Insight","eventID":"i","eventTime":"2024-01-31T10:00:00Z","awsRegion":"eu-west-1","insightDetails":{"state":"Start","eventSource":"ec2.amazonaws.com"}}""")
            .Put("g.json", """{"eventCategory":"Aggregated","eventId":"g","eventSource":"s3.amazonaws.com","awsRegion":"eu-west-1","timeWindow":{"windowStart":"2024-02-01T00:00:00Z"}}""")
            .Run();
        Assert.Equal(["ec2", "2024-01-31", "eu-west-1", "Start"], _lake.Rows("select service, event_date, region, insight_state from insights")[0]);
        Assert.Equal(["s3", "2024-02-01", "g"], _lake.Rows("select service, event_date, event_id from aggregates")[0]);
        Assert.Empty(_lake.Rows("select event_id from events"));
    }

    [Theory]
    [InlineData("../../etc", "..%2F..%2Fetc")]
    [InlineData("/absolute", "%2Fabsolute")]
    [InlineData("..", "%2E%2E")]
    [InlineData("", "unknown")]
    [InlineData("a\\u0000b", "a%00b")]
    [InlineData("50%", "50%25")]
    [InlineData("eu west", "eu%20west")]
    [InlineData("\\u0455\\u0455m", "%D1%95%D1%95m")]
    [InlineData("__HIVE_DEFAULT_PARTITION__", "unknown")]
    public void A_region_that_tries_to_leave_the_lake_stays_inside_it(string region, string folder)
    {
        _lake.Put("a.json", TestLake.Record(1).Replace("eu-west-1", region)).Run();
        Assert.Equal([$"events/service=s3/event_date=2024-01-31/region={folder}"], _lake.Files("events").Select(Path.GetDirectoryName));
        Assert.Equal("1", _lake.Scalar("select count(*) from events"));
    }

    // On disks to which A and a are one letter the file of the one would replace the other's.
    [Fact]
    public void Regions_that_differ_in_case_alone_have_folders_that_differ_in_more()
    {
        string[] regions = ["eu-west-1", "EU-west-1", "eu-WEST-1"];
        _lake.Put("a.json", TestLake.Log(regions.Select((region, i) => TestLake.Record(i).Replace("eu-west-1", region)))).Run();
        Assert.Equal(regions.Length, _lake.Files("events").Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal(regions.Order(StringComparer.Ordinal), _lake.Rows("select region from events where region = aws_region").Select(row => row[0]!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("../x.amazonaws.com", "..%2Fx.amazonaws.com")]
    [InlineData("S3.AmazonAWS.com", "s3")]
    [InlineData("nodots", "nodots")]
    [InlineData(".hidden", ".hidden")]
    public void The_service_is_the_first_label_in_lower_case(string source, string folder)
    {
        _lake.Put("a.json", TestLake.Record(1).Replace("s3.amazonaws.com", source)).Run();
        Assert.StartsWith($"events/service={folder}/", _lake.Files("events").Single());
        Assert.Equal(source, _lake.Scalar("select event_source from events"));
    }

    [Fact]
    public void A_value_of_300_letters_is_unknown_as_a_folder_and_whole_as_a_column()
    {
        var name = new string('r', 300);
        _lake.Put("a.json", TestLake.Record(1).Replace("eu-west-1", name)).Run();
        Assert.Equal([name, "unknown"], _lake.Rows("select aws_region, region from events")[0]);
    }

    [Fact]
    public void The_same_rows_give_the_same_bytes_whatever_the_threads()
    {
        for (var file = 0; file < 40; file++)
            _lake.Put($"{file:00}.json", TestLake.Log(Enumerable.Range(0, 50).Select(i => TestLake.Record(file * 37 + i, $"\"userAgent\":\"agent {i % 7}\",\"errorMessage\":\"{file}\""))));
        byte[] Lake(int threads)
        {
            _lake.Clear();
            _lake.Run(new IngestOptions { Threads = threads });
            return _lake.OpenLake().Read(_lake.Files("events").Single());
        }
        var one = Lake(1);
        Assert.Equal(one, Lake(1));
        Assert.Equal(one, Lake(4));
    }

    [Fact]
    public void With_little_memory_rows_are_written_in_more_row_groups_and_duplicates_are_still_found()
    {
        var random = new Random(20241105);
        string Padding() => Convert.ToHexString(Enumerable.Range(0, 500).Select(_ => (byte)random.Next(256)).ToArray());
        for (var file = 0; file < 200; file++)
        {
            var records = Enumerable.Range(0, 50).Select(i => TestLake.Record(file * 50 + i, $"\"requestParameters2\":\"{Padding()}\"")).ToList();
            _lake.Put($"a{file:000}.json", TestLake.Log(records)).Put($"b{file:000}.json", TestLake.Log(records));
        }
        var report = _lake.Run(new IngestOptions { MemoryBytes = 4 << 20 });
        Assert.Equal((20_000, 10_000, 10_000), (report.RecordsRead, report.RecordsWritten, report.Duplicates));
        Assert.Equal(["10000", "10000"], _lake.Rows("select count(*), count(distinct event_id) from events")[0]);
        Assert.NotEqual("1", _lake.Scalar($"select max(num_row_groups) from parquet_file_metadata('{_lake.Lake}/events/**/*.parquet')"));
    }

    [Fact]
    public void A_dry_run_counts_and_writes_nothing()
    {
        var report = _lake.Put("a.json", TestLake.Record(1)).Run(new IngestOptions { IsDryRun = true });
        Assert.Equal((1, 0), (report.ObjectsIngested, report.RecordsRead));
        Assert.Empty(_lake.Files());
    }

    [Fact]
    public void Digests_and_configuration_files_are_passed_over_and_counted()
    {
        var report = _lake.Put("AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2024/01/31/x.json.gz", "{}")
            .Put("AWSLogs/111122223333/Config/eu-west-1/2024/1/31/ConfigSnapshot/x.json.gz", "{}")
            .Put("digest.json", """{"awsAccountId":"111122223333","digestStartTime":"2024-01-31T10:00:00Z","logFiles":[]}""")
            .Put("notes.txt", "no log")
            .Put("a.json", TestLake.Record(1)).Run();
        Assert.Equal((5, 4, 1, 1), (report.ObjectsListed, report.ObjectsPassedOver, report.ObjectsIngested, report.RecordsWritten));
    }

    [Fact]
    public void Only_files_of_the_days_accounts_and_regions_asked_for_are_read()
    {
        foreach (var (account, region, day) in new[] { ("111122223333", "eu-west-1", "30"), ("111122223333", "us-east-1", "31"), ("444455556666", "eu-west-1", "31") })
            _lake.Put($"AWSLogs/{account}/CloudTrail/{region}/2024/01/{day}/{account}.json", TestLake.Record(int.Parse(day)));
        var filter = new SourceFilter { Since = new DateOnly(2024, 1, 31), Accounts = ["111122223333"], Regions = ["us-east-1", "eu-west-1"] };
        Assert.Equal(1, _lake.Run(new IngestOptions { Filter = filter }).ObjectsIngested);
        Assert.Equal(2, _lake.Run().ObjectsIngested);
    }

    [Fact]
    public void The_views_of_runs_and_quarantine_have_every_name_that_their_files_have()
    {
        var report = _lake.Put("a.json", TestLake.Log(TestLake.Record(1), "{}")).Run();
        string[] Names(string key) => [.. System.Text.Json.JsonDocument.Parse(new StreamReader(_lake.OpenLake().OpenRead(key)).ReadLine()!).RootElement.EnumerateObject().Select(property => property.Name)];
        Assert.Equal(Names($"{RunReport.Folder}/{report.RunId}.json").Except(["dry_run"]).Order(), RunReport.Columns.Select(column => column.Name).Order());
        Assert.Equal(Names($"{Quarantine.Folder}/{report.RunId}.jsonl"), Quarantine.Columns.Select(column => column.Name));
    }

    [Fact]
    public void The_run_is_kept_with_its_counts()
    {
        var report = _lake.Put("a.json", TestLake.Log(TestLake.Record(1), "{}")).Run();
        Assert.Equal([report.RunId, "2", "1", "1"], _lake.Rows("select run_id, records_read, records_written, records_quarantined from ingest_runs")[0]);
    }
}
