using System.Collections.Concurrent;
using TrailLake.Lake;
using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake.Tests.Lake;

/// <summary>Small files become part of a larger one, in ingest and in compact; whatever ends that in the middle, rows are there once.</summary>
public sealed class MergeTests : IDisposable
{
    static readonly string Corpus = Environment.GetEnvironmentVariable("TRAILLAKE_CORPUS") ?? Repository.PathOf("tests", "TrailLake.Tests", "Samples");

    readonly TestLake _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public void A_late_file_grows_the_file_of_its_partition_under_the_same_name()
    {
        var first = _lake.Put("a.json", TestLake.Log(Records(0, 20))).Run();
        var name = _lake.Files("events").Single();
        var report = _lake.Put("late.json", TestLake.Log(Records(10, 30))).Run();
        Assert.Equal((20, 10, 10, 1), (report.RecordsRead, report.RecordsWritten, report.Duplicates, report.FilesMerged));
        Assert.Equal([name], _lake.Files("events"));
        Assert.Contains(first.RunId, name, StringComparison.Ordinal);
        Assert.Equal(["30", "30"], Counts());
        Assert.Empty(_lake.Files("_traillake/publishing"));
        Assert.Empty(Compact().Partitions == 1 ? _lake.Files("_traillake/locks") : ["?"]);
    }

    // Or a loss of power could leave neither: the older rows' ledgers name them already.
    [Fact]
    public void A_merged_file_is_on_the_disk_before_it_takes_an_older_ones_place()
    {
        _lake.Put("a.json", TestLake.Log(Records(0, 20))).Run();
        _lake.Put("late.json", TestLake.Log(Records(20, 30)));
        var watched = new SyncWatch(_lake.OpenLake());
        Ingest.Run(_lake.OpenSource(), watched, new IngestOptions(), out _);
        Assert.Equal(1, watched.Replaced);
    }

    [Fact]
    public void A_run_that_is_asked_to_end_while_it_merges_leaves_that_to_the_next_one()
    {
        _lake.Put("a.json", TestLake.Log(Records(0, 20))).Run();
        _lake.Put("late.json", TestLake.Log(Records(20, 30)));
        using var asked = new CancellationTokenSource();
        var report = Ingest.Run(_lake.OpenSource(), new EndingStore(_lake.OpenLake(), _lake.Files("events").Single(), asked), new IngestOptions { Cancel = asked.Token }, out _);
        Assert.Equal((10, 0, true), (report.RecordsWritten, report.FilesMerged, report.IsInterrupted));
        Assert.Equal(2, _lake.Files("events").Length);
        Assert.Equal(["30", "30"], Counts());
        Assert.DoesNotContain(_lake.Files(), key => Path.GetFileName(key).StartsWith(".traillake-", StringComparison.Ordinal));
        _lake.Put("later.json", TestLake.Log(Records(30, 31))).Run();
        Assert.Single(_lake.Files("events"));
        Assert.Equal(["31", "31"], Counts());
    }

    [Fact]
    public void A_note_that_a_loss_of_power_cut_short_is_removed_with_a_word_and_stops_no_run()
    {
        _lake.Put("a.json", TestLake.Log(Records(0, 20))).Run();
        foreach (var bytes in new byte[][] { [], "PAR1"u8.ToArray(), File.ReadAllBytes(Path.Combine(_lake.Lake, Assert.Single(_lake.Files(PublishedFiles.Folder))))[..100] })
        {
            var note = Path.Combine(_lake.Lake, PublishedFiles.PublishingFolder, "20240131T235959Z-abcd.parquet");
            Directory.CreateDirectory(Path.GetDirectoryName(note)!);
            File.WriteAllBytes(note, bytes);
            Assert.Equal(0, _lake.Run().ObjectsIngested);
            Assert.StartsWith(note, Assert.Single(_lake.Warnings), StringComparison.Ordinal);
            Assert.Empty(_lake.Files(PublishedFiles.PublishingFolder));
        }
        Assert.Equal(["20", "20"], Counts());
    }

    [Fact]
    public void Only_partitions_with_new_rows_are_written()
    {
        _lake.Put("a.json", TestLake.Log(Records(0, 20).Concat(Records(100, 120).Select(Tomorrow)))).Run();
        var before = _lake.Files("events").ToDictionary(key => key, Modified);
        _lake.Put("late.json", TestLake.Log(Records(20, 21))).Run();
        Assert.Equal(before.Keys.Order(), _lake.Files("events").Order());
        Assert.Equal(["event_date=2024-01-31"], _lake.Files("events").Where(key => Modified(key) != before[key]).Select(key => key.Split('/')[2]));

        DateTime Modified(string key) => File.GetLastWriteTimeUtc(Path.Combine(_lake.Lake, key));
    }

    [Fact]
    public void A_merged_file_has_the_rows_of_its_parts_in_every_column()
    {
        var files = Directory.EnumerateFiles(Corpus, "*.json.gz", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(400).ToList();
        Assert.NotEmpty(files);
        using var whole = new TestLake();
        var merged = 0L;
        for (var i = 0; i < files.Count; i++)
        {
            var (key, bytes) = (Path.GetRelativePath(Corpus, files[i]), File.ReadAllBytes(files[i]));
            whole.Put(key, bytes);
            _lake.Put(key, bytes);
            if (i % (files.Count / 4 + 1) == 0)
                merged += _lake.Run().FilesMerged;
        }
        merged += _lake.Run().FilesMerged;
        Assert.True(merged > 0);
        whole.Run();
        foreach (var table in new[] { "events", "insights", "aggregates" })
        {
            // Which of two equal records stayed is the one thing that may differ.
            var content = $"select * exclude (source_object, source_index) from {table}";
            Assert.Equal("0", _lake.Scalar($"select count(*) from ({content} except all select * from read_parquet('{Dump(whole, content)}'))"));
            Assert.Equal(whole.Scalar($"select count(*) from {table}"), _lake.Scalar($"select count(*) from {table}"));
        }
    }

    [Fact]
    public void Shards_fill_one_lake_and_compact_makes_one_file_of_theirs_without_what_two_of_them_brought()
    {
        // No key names an account, so the twins of an event may be in two shards' files.
        for (var file = 0; file < 12; file++)
            _lake.Put($"{file}.json", TestLake.Log(Records(file * 10, file * 10 + 20)));
        var reports = Enumerable.Range(1, 4).Select(number => _lake.Run(new() { Shard = new Shard(number, 4) })).ToList();
        Assert.Equal(12, reports.Sum(report => report.ObjectsIngested));
        Assert.True(_lake.Files("events").Length > 1);
        var rows = long.Parse(_lake.Scalar("select count(*) from events")!.ToString()!);
        Assert.True(rows > 130);
        var plan = Compact(new() { IsDryRun = true });
        Assert.Equal((1, 1), (plan.PartitionsCompacted, plan.FilesAfter));
        var report = Compact();
        Assert.Equal((1, 4, 1, 130, rows - 130), (report.PartitionsCompacted, report.FilesBefore, report.FilesAfter, report.Rows, report.Duplicates));
        Assert.Single(_lake.Files("events"));
        Assert.Equal(["130", "130"], Counts());
        Assert.Equal(0, Compact().PartitionsCompacted);
    }

    // A shard passes by the files of the others, so no shard's name may stand on a file with the rows of all.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_delivered_again_to_shards_meets_its_twin_after_a_compaction_and_after_a_run_of_all(bool isCompaction)
    {
        for (var night = 0; night < 2; night++)
        {
            foreach (var number in new[] { 1, 2 })
            {
                var key = $"AWSLogs/{AccountOf(number)}/CloudTrail/eu-west-1/2024/01/31/{night}.json";
                _lake.Put(key, TestLake.Log(Records(number * 100, number * 100 + 10))).Run(new() { Shard = new Shard(number, 2) });
            }
            Assert.Equal(_lake.Scalar("select count(distinct event_id) from events"), _lake.Scalar("select count(*) from events"));
            if (isCompaction)
                Compact();
            else
                _lake.Put($"{night}.json", TestLake.Log(Records(99, 101))).Run(); // the first night with a new row, then with none
            Assert.Single(_lake.Files("events"));
        }
    }

    [Fact]
    public void Rows_that_share_an_id_but_say_something_else_stay_and_so_do_rows_without_one()
    {
        string[] records = [TestLake.Record(1, "\"errorCode\":\"A\""), TestLake.Record(2).Replace("eventID", "eventKey")];
        foreach (var number in new[] { 1, 2 })
        {
            var key = KeyOf(number, 2);
            _lake.Put(key, TestLake.Log([.. records, TestLake.Record(1, $"\"errorCode\":\"{number}\"")])).Run(new() { Shard = new Shard(number, 2) });
        }
        Assert.Equal(2, _lake.Files("events").Length);
        Assert.Equal(5, Compact().Rows);
        Assert.Equal(["1", "2", "A", null, null], _lake.Rows("select error_code from events order by 1 nulls last").Select(row => row[0]));
    }

    [Fact]
    public void A_filter_by_day_or_service_leaves_the_other_partitions_as_they_are()
    {
        foreach (var number in new[] { 1, 2 })
            _lake.Put(KeyOf(number, 2), TestLake.Log(Records(number * 10, number * 10 + 5).Concat(Records(number * 50, number * 50 + 5).Select(Tomorrow)))).Run(new() { Shard = new Shard(number, 2) });
        Assert.Equal(0, Compact(new() { Services = ["iam"] }).PartitionsCompacted);
        Assert.Equal(1, Compact(new() { Services = ["s3"], Until = new DateOnly(2024, 1, 31) }).PartitionsCompacted);
        Assert.Single(_lake.Files("events/service=s3/event_date=2024-01-31"));
        Assert.Equal(2, _lake.Files("events/service=s3/event_date=2024-02-01").Length);
        Assert.Equal(1, Compact(new() { Since = new DateOnly(2024, 2, 1) }).PartitionsCompacted);
    }

    // Each step of a compaction that takes in the files of two shards: announce, write a third, remove the one and the other, settle. A crash after any of them.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_merge_that_crashes_after_any_step_is_finished_or_forgotten_by_the_next_run(int steps)
    {
        foreach (var number in new[] { 1, 2 })
            _lake.Put(KeyOf(number, 2), TestLake.Log(Records(number * 10, number * 10 + 15))).Run(new() { Shard = new Shard(number, 2) });
        Assert.Throws<StoreException>(() => TrailLake.Compact.Run(new CrashingStore(LocalStore.OpenLake(_lake.Lake), steps), new()));
        Assert.Equal(steps is 2 or 3 ? "crashed between" : "whole", _lake.Files("events").Length >= 2 && long.Parse(Counts()[0]!) > 30 ? "crashed between" : "whole");
        _lake.Put("more.json", TestLake.Log(Records(100, 101)).Replace("s3.", "iam.", StringComparison.Ordinal)).Run();
        Assert.Empty(_lake.Files("_traillake/publishing"));
        Compact();
        Assert.Equal(["26", "26"], Counts());
        Assert.Equal(["26"], [PublishedFiles.Load(LocalStore.OpenLake(_lake.Lake)).Files.Values.Sum(file => file.Rows).ToString()!]);
        Assert.Equal(_lake.Files("events"), PublishedFiles.Load(LocalStore.OpenLake(_lake.Lake)).Files.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_file_of_a_later_release_is_not_merged_since_a_column_would_be_lost()
    {
        _lake.Put("a.json", TestLake.Log(Records(0, 5))).Run();
        var file = Path.Combine(_lake.Lake, _lake.Files("events").Single());
        var later = Path.Combine(Path.GetDirectoryName(file)!, "later.parquet");
        var times = TableLayout.Of(TrailLake.CloudTrail.LakeTable.Events).Schema.Columns.Where(column => column.Type == ParquetType.TimestampMillis).Select(column => $"{column.Name}::timestamp_ms as {column.Name}");
        _lake.Rows($"copy (select * replace ({string.Join(", ", times)}), 'x' as column_of_tomorrow from read_parquet('{file}')) to '{later}' (format parquet)");
        File.Move(later, file, overwrite: true);
        Assert.Equal(0, _lake.Put("b.json", TestLake.Log(Records(10, 15))).Run().FilesMerged); // ids that do not meet: of others' files only the plainest can be read
        Assert.Equal(["10", "10"], Counts());
    }

    CompactReport Compact(CompactOptions? options = null) => TrailLake.Compact.Run(LocalStore.OpenLake(_lake.Lake), options ?? new());

    IReadOnlyList<string?> Counts() => _lake.Rows("select count(*), count(distinct event_id) from events")[0];

    static IEnumerable<string> Records(int first, int end) => Enumerable.Range(first, end - first).Select(id => TestLake.Record(id));

    static string Tomorrow(string record) => record.Replace("2024-01-31T", "2024-02-01T");

    static string KeyOf(int number, int count) => Enumerable.Range(0, 1000).Select(i => $"{i}.json").First(key => new Shard(number, count).Takes(key, TrailLake.CloudTrail.LogKey.Parse(key)));

    static string AccountOf(int number) => Enumerable.Range(0, 100).Select(i => $"{111122223333 + i}").First(account => new Shard(number, 2).Takes("", TrailLake.CloudTrail.LogKey.Parse($"AWSLogs/{account}/CloudTrail/eu-west-1/2024/01/31/a.json")));

    static string Dump(TestLake lake, string sql)
    {
        var path = Path.Combine(lake.Source, "dump.parquet");
        lake.Rows($"copy ({sql}) to '{path}' (format parquet)");
        return path;
    }

    /// <summary>A lake whose writer crashes after so many steps of making its merged file visible.</summary>
    sealed class CrashingStore(ObjectStore inner, int steps) : PassingStore(inner)
    {
        int _steps = steps;

        public override void Write(string key, ReadOnlySpan<byte> content)
        {
            if (key.StartsWith(PublishedFiles.PublishingFolder, StringComparison.Ordinal) || key.StartsWith(PublishedFiles.Folder, StringComparison.Ordinal))
                Step();
            Inner.Write(key, content);
        }

        public override ObjectWrite BeginWrite(string key) => new CrashingWrite(Inner.BeginWrite(key), this);

        public override void Delete(string key)
        {
            if (key.StartsWith("events/", StringComparison.Ordinal))
                Step();
            if (_steps >= 0 || !key.StartsWith(PublishedFiles.PublishingFolder, StringComparison.Ordinal))
                Inner.Delete(key);
        }

        void Step()
        {
            if (_steps-- <= 0)
                throw new StoreException("the machine is gone");
        }

        sealed class CrashingWrite(ObjectWrite inner, CrashingStore store) : ObjectWrite
        {
            public override void Append(ReadOnlySpan<byte> content) => inner.Append(content);

            public override void ReadBack(long offset, Span<byte> target) => inner.ReadBack(offset, target);

            public override void Commit()
            {
                store.Step();
                inner.Commit();
            }

            public override void Abort() => inner.Abort();
        }
    }

    /// <summary>Asks for the end when a file is written anew.</summary>
    sealed class EndingStore(ObjectStore inner, string rewritten, CancellationTokenSource end) : PassingStore(inner)
    {
        public override ObjectWrite BeginWrite(string key)
        {
            if (key == rewritten)
                end.Cancel();
            return Inner.BeginWrite(key);
        }
    }

    /// <summary>Holds a lake to it that who makes merged files visible has synced them and the note of it before.</summary>
    sealed class SyncWatch(ObjectStore inner) : PassingStore(inner)
    {
        readonly ConcurrentDictionary<int, bool> _synced = new(); // by thread, for another one syncs meanwhile

        public int Replaced { get; private set; }

        public override void Sync()
        {
            if (Inner.List(PublishedFiles.PublishingFolder + "/").Any())
                _synced[Environment.CurrentManagedThreadId] = true;
            Inner.Sync();
        }

        public override void CommitAll(IEnumerable<ObjectWrite> writes)
        {
            foreach (var write in writes)
            {
                Assert.True(_synced.ContainsKey(Environment.CurrentManagedThreadId));
                write.Commit();
                Replaced++;
            }
        }
    }
}
