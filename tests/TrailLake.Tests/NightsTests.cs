using TrailLake.Storage;

namespace TrailLake.Tests;

/// <summary>Thirty nights with files that come late, again, and in any order: the lake is what one run over everything makes, and each
/// night's work is in proportion to what was new.</summary>
public sealed class NightsTests : IDisposable
{
    const int Nights = 30;
    const string Rows = "select event_id, event_name, event_time, aws_region, user_agent, request_parameters from events order by all";

    readonly TestLake _lake = new();

    public void Dispose() => _lake.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(20260311)]
    public void Thirty_nights_make_the_lake_that_one_run_makes(int seed)
    {
        var random = new Random(seed);
        var delivered = new List<(string Key, byte[] Bytes)>();
        var waiting = new List<(int Night, string Key, byte[] Bytes)>();
        TestContext.Current.TestOutputHelper?.WriteLine("night  new  read  opened  records  written  duplicates  partitions  merged  bytes_written  bytes_of_touched");
        for (var night = 0; night < Nights; night++)
        {
            // The day's files: most come at once, some up to six nights late; and now and then one comes again, under its own or another name.
            foreach (var number in Enumerable.Range(0, 6))
                waiting.Add((night + (random.Next(4) == 0 ? random.Next(1, 7) : 0), Key(night, number, random), TestLake.Gzip(TestLake.Log(Enumerable.Range(0, 20).Select(_ => Record(night, random))))));
            var due = waiting.Where(file => file.Night == night || night == Nights - 1).Select(file => (file.Key, file.Bytes)).ToList();
            waiting.RemoveAll(file => due.Exists(other => other.Key == file.Key));
            if (delivered.Count > 0)
            {
                due.Add((Key(night, 90, random), delivered[random.Next(delivered.Count)].Bytes));
                var again = delivered[random.Next(delivered.Count)];
                due.RemoveAll(file => file.Key == again.Key);
                due.Add((again.Key, TestLake.Gzip([.. Unzipped(again.Bytes), (byte)'\n']))); // the same records in other bytes
            }
            foreach (var (key, bytes) in due.OrderBy(_ => random.Next()))
                _lake.Put(key, bytes);
            delivered.AddRange(due);
            Assert.True(Night(night, due.Count) > 0);
        }
        using var whole = new TestLake();
        whole.Run(source: LocalStore.OpenSource(_lake.Source));
        Assert.Equal(whole.Rows(Rows), _lake.Rows(Rows));
        Assert.Equal(_lake.Scalar("select count(*) from events"), _lake.Scalar("select count(distinct event_id) from events"));
        Assert.All(_lake.Files("events").GroupBy(Path.GetDirectoryName), partition => Assert.Single(partition));
        Assert.Empty(Verify.Run(LocalStore.OpenLake(_lake.Lake), 2, TestContext.Current.CancellationToken).Problems);
        Assert.Equal(0, _lake.Run().ObjectsIngested);
    }

    /// <summary>Runs a night and holds it to its work; returns the objects that it read.</summary>
    long Night(int night, int fresh)
    {
        var source = new CountingStore(LocalStore.OpenSource(_lake.Source));
        var before = Sizes();
        var report = _lake.Run(source: source);
        var after = Sizes();
        var touched = after.Where(file => !before.TryGetValue(file.Key, out var old) || old != file.Value).ToList();
        var bytesOfTouched = touched.Sum(file => file.Value.Length);
        TestContext.Current.TestOutputHelper?.WriteLine($"{night,5}{fresh,5}{report.ObjectsIngested,6}{source.Opened,8}{report.RecordsRead,9}{report.RecordsWritten,9}{report.Duplicates,12}{report.PartitionsTouched,12}{report.FilesMerged,8}{report.BytesWritten,15}{bytesOfTouched,18}");
        Assert.Equal((fresh, fresh), (report.ObjectsIngested, source.Opened)); // nothing old is opened
        Assert.InRange(touched.Count, 0, report.PartitionsTouched); // only where new rows are
        Assert.InRange(report.BytesWritten, 0, 2 * bytesOfTouched); // the new rows, and once more merged with the old ones
        return report.ObjectsIngested;
    }

    Dictionary<string, (long Length, DateTime Modified)> Sizes() =>
        _lake.Files("events").Select(key => new FileInfo(Path.Combine(_lake.Lake, key))).ToDictionary(file => file.FullName, file => (file.Length, file.LastWriteTimeUtc));

    static string Key(int night, int number, Random random) =>
        $"AWSLogs/{111122223333 + random.Next(2)}/CloudTrail/eu-west-1/2026/{1 + night / 28:00}/{1 + night % 28:00}/x_{night:00}_{number:00}_{random.Next()}.json.gz";

    static string Record(int night, Random random)
    {
        var day = Math.Max(0, night - (random.Next(5) == 0 ? random.Next(5) : 0));
        var number = random.Next(60);
        return $$"""{"eventVersion":"1.08","eventTime":"2026-{{1 + day / 28:00}}-{{1 + day % 28:00}}T{{number % 24:00}}:00:00Z","eventSource":"{{(number % 3 == 0 ? "iam" : "s3")}}.amazonaws.com","eventName":"Get{{number % 7}}","awsRegion":"eu-west-1","userAgent":"agent {{number % 11}}","eventID":"00000000-0000-{{day:0000}}-{{number:0000}}-000000000000","requestParameters":{"n":{{number}}},"responseElements":null}""";
    }

    static byte[] Unzipped(byte[] gzip)
    {
        using var stream = new System.IO.Compression.GZipStream(new MemoryStream(gzip), System.IO.Compression.CompressionMode.Decompress);
        using var whole = new MemoryStream();
        stream.CopyTo(whole);
        return whole.ToArray();
    }

    sealed class CountingStore(ObjectStore inner) : PassingStore(inner)
    {
        int _opened;

        public int Opened => _opened;

        public override Stream OpenRead(string key)
        {
            Interlocked.Increment(ref _opened);
            return Inner.OpenRead(key);
        }
    }
}
