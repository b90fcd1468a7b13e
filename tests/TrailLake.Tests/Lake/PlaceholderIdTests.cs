using TrailLake.CloudTrail;
using TrailLake.Lake;

namespace TrailLake.Tests.Lake;

/// <summary>Trails whose event ids were replaced by one placeholder: every event is kept, every repetition found, and it takes no more memory for that.</summary>
[Collection(nameof(PlaceholderIdTests))]
public sealed class PlaceholderIdTests : IDisposable
{
    /// <summary>Nothing else runs meanwhile: what the whole process allocates is measured.</summary>
    [CollectionDefinition(nameof(PlaceholderIdTests), DisableParallelization = true)]
    public sealed class Alone;

    const long MostBytes = 200_000_000; // all pairs of two files would take more

    readonly TestLake _lake = new();

    public void Dispose() => _lake.Dispose();

    [Theory]
    [InlineData("REDACTED")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("")]
    public void Thousands_of_events_of_one_id_are_kept_and_their_repetitions_found(string id)
    {
        Put("a.json", id, 0, 6_000);
        Put("b.json", id, 3_000, 6_000); // in the same run
        var before = GC.GetTotalAllocatedBytes();
        var first = _lake.Run(new() { Threads = 1 });
        Assert.Equal((9_000, 3_000, 9_000), (first.RecordsWritten, first.Duplicates, first.ConflictingEventIds));
        Put("c.json", id, 6_000, 3_100); // among what is stored
        var second = _lake.Run(new() { Threads = 1 });
        Assert.Equal((100, 3_000, 100), (second.RecordsWritten, second.Duplicates, second.ConflictingEventIds));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, MostBytes);
        Assert.Equal("9100", _lake.Scalar("select count(*) from events"));
    }

    [Fact]
    public void Two_shards_repetitions_of_them_are_found_when_their_files_are_merged()
    {
        RunShards();
        var rows = _lake.Scalar("select count(*) from events");
        var before = GC.GetTotalAllocatedBytes();
        Compact.Run(_lake.OpenLake(), new CompactOptions { Threads = 1 });
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, MostBytes);
        Assert.Equal("9000", _lake.Scalar("select count(*) from events"));
        Assert.Equal("12000", rows);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(6_000)]
    [InlineData(1_000_000)]
    public void The_same_repetitions_are_found_however_few_rows_are_held_at_once(int rows)
    {
        RunShards();
        var (lake, layout) = (_lake.OpenLake(), TableLayout.Of(LakeTable.Events));
        var files = lake.List("events/").Select(file => LakeFile.Open(lake, file, layout.Schema)).ToList();
        Assert.Equal((2, 3_000), (files.Count, StoredDuplicates.Find(layout, files, TestContext.Current.CancellationToken, rows).Count));
        files.ForEach(file => file.Dispose());
    }

    void RunShards()
    {
        foreach (var shard in new Shard[] { new(1, 2), new(2, 2) })
        {
            var key = Enumerable.Range(0, 100).Select(number => $"{number}.json").First(key => shard.Takes(key, LogKey.Parse(key)));
            Put(key, "REDACTED", 3_000 * shard.Number, 6_000); // 6,000 to 8,999 are in both
            Assert.Equal(6_000, _lake.Run(new() { Threads = 1, Shard = shard }).RecordsWritten);
        }
    }

    void Put(string key, string id, int first, int count) =>
        _lake.Put(key, TestLake.Log(Enumerable.Range(first, count).Select(number => TestLake.Record(0, $"\"requestID\":\"{number}\"").Replace("00000000-0000-0000-0000-000000000000", id, StringComparison.Ordinal).Replace("T10:00:00Z", $"T{number / 3600:00}:{number / 60 % 60:00}:{number % 60:00}Z", StringComparison.Ordinal))));
}
