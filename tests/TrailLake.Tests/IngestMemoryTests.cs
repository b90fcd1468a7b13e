using System.IO.Compression;
using System.Text;
using TrailLake.Storage;

namespace TrailLake.Tests;

/// <summary>What keeps a run's memory flat must not change what it writes: epochs, closed days, and the two ways of reading a record.</summary>
public sealed class IngestMemoryTests : IDisposable
{
    readonly TestLake _lake = new();

    public void Dispose() => _lake.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void When_what_records_share_has_filled_its_memory_a_new_epoch_begins_and_every_row_keeps_its_values(int threads)
    {
        for (var file = 0; file < 60; file++)
            _lake.Put($"{file:00}.json", TestLake.Log(Enumerable.Range(file * 100, 100).Select(i => TestLake.Record(i, Identity(i)))));
        var report = _lake.Run(new IngestOptions { MemoryBytes = 4 << 20, Threads = threads });
        Assert.Equal((6_000, 6_000), (report.RecordsRead, report.RecordsWritten));
        Assert.Equal(["6000", "6000", "6000"], _lake.Rows("""
            select count(*), count(distinct user_arn),
                count(*) filter (user_arn = 'arn:aws:sts::111122223333:assumed-role/r/' || cast(cast(right(event_id, 12) as integer) as varchar) and user_agent = 'agent ' || cast(cast(right(event_id, 12) as integer) % 7 as varchar))
            from events
            """)[0]);
        Assert.True(int.Parse((string)_lake.Scalar($"select sum(num_row_groups) from parquet_file_metadata('{_lake.Lake}/events/**/*.parquet')")!) > 3);
    }

    [Fact]
    public void Of_many_processors_only_so_many_get_a_worker_as_half_of_the_memory_has_room_for()
    {
        Assert.Equal([2, 2, 5, 21, 125], new long[] { 1, 64, 128, 384, 2048 }.Select(mebibytes => IngestRun.MostWorkers(mebibytes << 20)));
    }

    static string Identity(int i) =>
        $$$$"""
        "userAgent":"agent {{{{i % 7}}}}","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE:{{{{i}}}}","arn":"arn:aws:sts::111122223333:assumed-role/r/{{{{i}}}}","accountId":"111122223333","sessionContext":{"sessionIssuer":{},"attributes":{"mfaAuthenticated":"false"}}}
        """;

    [Fact]
    public void An_event_that_comes_days_later_goes_to_its_own_day_and_is_there_once()
    {
        for (var day = 1; day <= 6; day++)
            _lake.Put(TestLake.DayKey(day, "a"), TestLake.Log(Enumerable.Range(0, 20).Select(i => DayRecord(day, i))));
        _lake.Put(TestLake.DayKey(2, "again"), TestLake.Log(DayRecord(2, 5))); // counted before days are closed, too
        _lake.Put(TestLake.DayKey(6, "late"), TestLake.Log(DayRecord(1, 3), DayRecord(1, 77), DayRecord(5, 4)));
        var report = _lake.Run(new IngestOptions { ClosesOldFrom = 1 });
        Assert.Equal((124, 121, 3), (report.RecordsRead, report.RecordsWritten, report.Duplicates));
        Assert.Equal(1, report.FilesMerged); // its file was closed when the late event came
        Assert.Single(_lake.Files("events/service=s3/event_date=2024-01-01"));
        Assert.Single(_lake.Files("events/service=s3/event_date=2024-01-05"));
        Assert.Equal(["121", "121"], _lake.Rows("select count(*), count(distinct event_id) from events")[0]);
    }

    static string DayRecord(int day, int i) => TestLake.Record(day * 1000 + i).Replace("2024-01-31", $"2024-01-{day:00}");

    [Fact]
    public void A_run_over_many_days_publishes_days_gone_by_and_the_rest_is_done_by_the_next_when_it_stops()
    {
        for (var day = 1; day <= 9; day++)
            _lake.Put(TestLake.DayKey(day, "a"), TestLake.Log([.. Enumerable.Range(0, 20).Select(i => DayRecord(day, i)), "{\"no\":\"record\"}"]));
        _lake.Put(TestLake.DayKey(8, "late"), TestLake.Log(DayRecord(2, 3), DayRecord(2, 99)));
        _lake.Put(TestLake.DayKey(4, "early"), TestLake.Log(DayRecord(9, 5), DayRecord(9, 98))); // a clock that runs ahead
        var source = new FaultyStore(LocalStore.OpenSource(_lake.Source)) { Opening = key => { if (key.Contains("/09/", StringComparison.Ordinal)) throw new InvalidOperationException(); } };
        Assert.Throws<InvalidOperationException>(() => _lake.Run(new IngestOptions { ClosesOldFrom = 1, Threads = 1 }, source));
        Assert.Equal(["8", "7"], _lake.Rows("select count(*), count(distinct regexp_extract(object_key, '/01/(..)/', 1)) from ingested_objects")[0]);
        Assert.Equal(["7", "7"], _lake.Rows("select count(*), count(distinct source_object) from quarantine")[0]);

        var report = _lake.Run(new IngestOptions { ClosesOldFrom = 1 });
        Assert.Equal(["182", "182", "9"], _lake.Rows("select count(*), count(distinct event_id), (select count(*) from quarantine) from events")[0]);
        Assert.Equal(["11", "11"], _lake.Rows("select count(*), count(distinct object_key) from ingested_objects")[0]);
        Assert.Equal((8, 3), (report.ObjectsAlreadyIngested, report.ObjectsIngested));
    }

    [Fact]
    public void A_day_is_published_when_the_first_hour_of_the_next_is_read_since_its_last_events_come_then()
    {
        for (var day = 1; day <= 5; day++)
        {
            _lake.Put(TestLake.HourKey(day, "1200"), TestLake.Log([.. Enumerable.Range(0, 20).Select(i => DayRecord(day, i)), "{\"no\":\"record\"}"]));
            _lake.Put(TestLake.HourKey(day, "0005"), TestLake.Log(DayRecord(Math.Max(day - 1, 1), 50), DayRecord(day, 51), "{\"no\":\"record\"}"));
        }
        var source = new FaultyStore(LocalStore.OpenSource(_lake.Source)) { Opening = key => { if (key == TestLake.HourKey(4, "1200")) throw new InvalidOperationException(); } };
        Assert.Throws<InvalidOperationException>(() => _lake.Run(new IngestOptions { ClosesOldFrom = 1, Threads = 1 }, source));
        Assert.Equal(["66", "2024-01-01", "2024-01-03"], _lake.Rows("select count(*), min(event_date), max(event_date) from events")[0]); // 22 of each day
        Assert.Equal(["6", "6"], _lake.Rows("select (select count(*) from ingested_objects), (select count(*) from quarantine)")[0]);

        var report = _lake.Run(new IngestOptions { ClosesOldFrom = 1 });
        Assert.Equal((6, 4, 0), (report.ObjectsAlreadyIngested, report.ObjectsIngested, report.FilesMerged));
        Assert.Equal(["109", "109", "10", "10"], _lake.Rows("select count(*), count(distinct event_id), (select count(*) from quarantine), (select count(*) from ingested_objects) from events")[0]);
        Assert.Equal(5, _lake.Files("events").Length);
    }

    // A part's ledger and its quarantine are of the same objects: what one had more than the other would be lost, or there twice.
    [Fact]
    public void What_a_part_quarantined_is_there_once_whenever_the_run_stops()
    {
        string[] keys = [TestLake.HourKey(1, "1200"), TestLake.HourKey(2, "0005"), TestLake.HourKey(2, "1200"), TestLake.HourKey(3, "1200"), TestLake.HourKey(4, "1200"), TestLake.HourKey(5, "0005"), TestLake.HourKey(5, "1200")];
        foreach (var (key, i) in keys.Select((key, i) => (key, i)))
            _lake.Put(key, TestLake.Log(DayRecord(int.Parse(key.Split('/')[6]), i), DayRecord(1, 20 + i), "{\"no\":\"record\"}"));
        foreach (var last in keys.Skip(1))
        {
            _lake.Clear();
            var source = new FaultyStore(LocalStore.OpenSource(_lake.Source)) { Opening = key => { if (key == last) throw new InvalidOperationException(); } };
            Assert.Throws<InvalidOperationException>(() => _lake.Run(new IngestOptions { ClosesOldFrom = 1, Threads = 1 }, source));
            Assert.Equal(_lake.Rows("select object_key from ingested_objects order by 1"), _lake.Rows("select source_object from quarantine order by 1"));
            _lake.Run(new IngestOptions { ClosesOldFrom = 1 });
            Assert.Equal(["7", "7", "14", "14"], _lake.Rows("select (select count(*) from quarantine), (select count(distinct source_object) from quarantine), count(*), count(distinct event_id) from events")[0]);
        }
    }

    [Fact]
    public void A_file_that_is_full_ends_and_another_one_begins()
    {
        for (var file = 0; file < 8; file++)
            _lake.Put($"{file}.json", TestLake.Log(Enumerable.Range(0, 400).Select(i => TestLake.Record(file * 300 + i, $"\"requestID\":\"{(file * 300 + i) * 7919}\"")))); // a quarter of them in the next file, too
        var options = new IngestOptions { FullBytes = 10_000, Parquet = new() { RowGroupRows = 300 }, Threads = 1 };
        var report = _lake.Run(options);
        Assert.Equal((3200, 2500, 700), (report.RecordsRead, report.RecordsWritten, report.Duplicates));
        Assert.Equal(["2500", "2500"], _lake.Rows("select count(*), count(distinct event_id) from events")[0]);
        var files = _lake.Files("events");
        Assert.InRange(files.Length, 4, 9);
        Assert.All(files, file => Assert.InRange(new FileInfo(Path.Combine(_lake.Lake, file)).Length, 1, 30_000));
        _lake.Put("late.json", TestLake.Log(TestLake.Record(9000), TestLake.Record(5, $"\"requestID\":\"{5 * 7919}\"")));
        Assert.Equal(1, _lake.Run(options).RecordsWritten); // and no full file is merged
        Assert.InRange(_lake.Files("events").Length, files.Length, files.Length + 1);
        Assert.Empty(Verify.Run(LocalStore.OpenLake(_lake.Lake), 2, TestContext.Current.CancellationToken).Problems);
    }

    [Fact]
    public void Days_are_published_too_where_all_files_are_of_the_first_hour()
    {
        for (var day = 1; day <= 5; day++)
            _lake.Put(TestLake.HourKey(day, "0000"), TestLake.Log(DayRecord(Math.Max(day - 1, 1), 50 + day), DayRecord(day, 51)));
        var source = new FaultyStore(LocalStore.OpenSource(_lake.Source)) { Opening = key => { if (key == TestLake.HourKey(5, "0000")) throw new InvalidOperationException(); } };
        Assert.Throws<InvalidOperationException>(() => _lake.Run(new IngestOptions { ClosesOldFrom = 1, Threads = 1 }, source));
        Assert.Equal(["3", "2024-01-03"], _lake.Rows("select (select count(*) from ingested_objects), max(event_date) from events")[0]);
    }

    [Fact]
    public void Compact_and_spaced_files_make_the_same_rows_though_they_are_read_in_different_ways()
    {
        using var spaced = new TestLake();
        foreach (var path in Directory.EnumerateFiles(Samples, "*.json.gz", SearchOption.AllDirectories))
        {
            var json = Unzip(path);
            _lake.Put(Path.GetRelativePath(Samples, path), TestLake.Gzip(json));
            spaced.Put(Path.GetRelativePath(Samples, path), TestLake.Gzip(Space(json)));
        }
        Assert.Equal(_lake.Run().RecordsWritten, spaced.Run().RecordsWritten);
        foreach (var table in new[] { "events", "insights", "aggregates" })
        {
            var sql = $"select * from {table} order by source_object, source_index";
            Assert.Equal(_lake.Rows(sql).Select(row => string.Join('|', row)), spaced.Rows(sql).Select(row => string.Join('|', row)));
        }
    }

    static string Samples => Environment.GetEnvironmentVariable("TRAILLAKE_CORPUS") is { } corpus ? Path.Combine(corpus, "records") : SampleLake.Trail;

    static byte[] Unzip(string path)
    {
        using var stored = File.OpenRead(path);
        using var unzipped = new GZipStream(stored, CompressionMode.Decompress);
        using var whole = new MemoryStream();
        unzipped.CopyTo(whole);
        return whole.ToArray();
    }

    /// <summary>The same JSON with a blank behind every comma and colon outside of strings.</summary>
    static byte[] Space(byte[] json)
    {
        var spaced = new List<byte>(json.Length * 5 / 4);
        var inText = false;
        for (var i = 0; i < json.Length; i++)
        {
            spaced.Add(json[i]);
            if (json[i] == '"')
                inText = !inText;
            else if (inText && json[i] == '\\')
                spaced.Add(json[++i]);
            else if (!inText && json[i] is (byte)',' or (byte)':')
                spaced.Add((byte)' ');
        }
        return [.. spaced];
    }
}
