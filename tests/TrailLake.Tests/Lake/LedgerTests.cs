using System.Collections.Concurrent;
using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake.Tests.Lake;

/// <summary>A night reads as much of the ledger as its days need, however old the lake is, and still knows every object.</summary>
public sealed class LedgerTests : IDisposable
{
    static readonly DateOnly First = new(2024, 1, 2);

    readonly TestLake _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public void A_night_reads_the_ledgers_of_the_days_that_it_looks_at_and_no_older_ones()
    {
        for (var night = 0; night < 20; night++)
        {
            _lake.Put(TestLake.DayKey(2 + night, "x"), TestLake.Log(TestLake.Record(night)));
            var (report, read) = Run(night);
            Assert.Equal((1, Math.Min(night, 4)), (report.ObjectsIngested, report.ObjectsAlreadyIngested)); // three days before the last night, and that
            Assert.Equal(Enumerable.Range(1, Math.Min(night, 6)).Select(ago => First.AddDays(night - ago)).Order(), read.Select(DayOf).Order());
        }
    }

    [Fact]
    public void An_object_whose_key_names_no_day_is_known_for_ever()
    {
        _lake.Put("flat.json", TestLake.Log(TestLake.Record(1)));
        Assert.Equal(1, Run(0).Report.ObjectsIngested);
        _lake.Put(TestLake.DayKey(20, "x"), TestLake.Log(TestLake.Record(3)));
        var (next, _) = Run(18);
        Assert.Equal((1, 1), (next.ObjectsIngested, next.ObjectsAlreadyIngested));
        var (last, read) = Run(25);
        Assert.Equal((0, 2, 2), (last.ObjectsIngested, last.ObjectsAlreadyIngested, read.Count));
    }

    // As archives unpack them that give all files one time; an export of Event history is always called the same.
    [Theory]
    [InlineData("event_history.json")]
    [InlineData("")]
    public void Files_of_one_name_size_and_time_in_two_sources_are_two_files(string file)
    {
        foreach (var (folder, id) in new[] { ("one", 1), ("two", 2) })
        {
            _lake.Put($"{folder}/event_history.json", TestLake.Log(TestLake.Record(id)));
            File.SetLastWriteTimeUtc(Path.Join(_lake.Source, folder, "event_history.json"), DateTime.UnixEpoch);
            foreach (var ingested in new[] { 1, 0 })
                Assert.Equal(ingested, _lake.Run(source: LocalStore.OpenSource(Path.Join(_lake.Source, folder, file))).ObjectsIngested);
        }
        Assert.Equal("2", _lake.Scalar("select count(*) from events"));
    }

    [Fact]
    public void A_trail_that_was_moved_is_not_read_again()
    {
        _lake.Put(TestLake.HourKey(2, "1005"), TestLake.Log(TestLake.Record(1))).Run();
        Directory.Move(_lake.Source, _lake.Source + ".moved");
        var report = _lake.Run(source: LocalStore.OpenSource(_lake.Source + ".moved"));
        Assert.Equal((0, 1), (report.ObjectsIngested, report.ObjectsAlreadyIngested));
    }

    [Fact]
    public void A_shard_reads_its_own_ledgers_and_those_of_other_sharings_out()
    {
        for (var file = 0; file < 8; file++)
            _lake.Put($"{file}.json", TestLake.Log(TestLake.Record(file)));
        Shard[] shards = [new(1, 2), new(2, 2)];
        Assert.Equal(8, shards.Sum(shard => Run(0, shard).Report.ObjectsIngested));
        Assert.All(shards, shard => Assert.Equal(shard, Shard.Of(Assert.Single(Run(1, shard).LedgersRead))));
        var (third, read) = Run(1, new Shard(1, 3));
        Assert.Equal((0, 2), (third.ObjectsIngested, read.Count));
        Assert.Equal((0, 8), (Run(1).Report.ObjectsIngested, Run(1).Report.ObjectsAlreadyIngested));
    }

    [Fact]
    public void A_run_that_is_asked_to_end_reads_no_further_ledgers()
    {
        for (var night = 0; night < 20; night++)
        {
            _lake.Put(TestLake.DayKey(2 + night, "x"), TestLake.Log(TestLake.Record(night)));
            Run(night);
        }
        using var asked = new CancellationTokenSource();
        var lake = new WatchedStore(_lake.OpenLake()) { Reading = key => { if (key.StartsWith(Ledger.Folder, StringComparison.Ordinal)) asked.Cancel(); } };
        Assert.Throws<OperationCanceledException>(() => TrailLake.Ingest.Run(_lake.OpenSource(), lake, new IngestOptions { Cancel = asked.Token }, out _));
        Assert.InRange(lake.Keys.Distinct().Count(key => key.StartsWith(Ledger.Folder, StringComparison.Ordinal)), 1, 10);
        Assert.Empty(_lake.Files("_traillake/locks"));
    }

    [Fact]
    public void No_run_bears_the_name_of_a_shard()
    {
        for (var i = 0; i < 100_000; i++)
            Assert.Null(Shard.Of(RunIds.New(new FixedClock(First).GetUtcNow())));
    }

    (RunReport Report, List<string> LedgersRead) Run(int night, Shard? shard = null)
    {
        var lake = new WatchedStore(_lake.OpenLake());
        var report = TrailLake.Ingest.Run(_lake.OpenSource(), lake, new IngestOptions { LateDays = 3, Shard = shard, Clock = new FixedClock(First.AddDays(night)) }, out _);
        return (report, [.. lake.Keys.Distinct().Where(key => key.StartsWith(Ledger.Folder, StringComparison.Ordinal))]);
    }

    static DateOnly DayOf(string key) => RunIds.DayOf(Path.GetFileName(key))!.Value;

    sealed class WatchedStore(ObjectStore inner) : PassingStore(inner)
    {
        public ConcurrentBag<string> Keys { get; } = [];

        /// <summary>Told of each key that is read.</summary>
        public Action<string> Reading { get; init; } = static _ => { };

        public override void ReadAt(string key, long offset, Span<byte> target)
        {
            Keys.Add(key);
            Reading(key);
            Inner.ReadAt(key, offset, target);
        }
    }
}
