namespace TrailLake.Tests.Storage.S3;

/// <summary>Nights on S3 as docs/scheduling.md has them: each looks back three days, and each seventh thirty.</summary>
public sealed class S3NightsTests(S3Server server) : IDisposable
{
    const int Nights = 30, FilesOfADelivery = 3;

    readonly TestLake _lake = new(server, server);

    public void Dispose() => _lake.Dispose();

    [Fact]
    public void Thirty_nights_read_each_object_once_and_make_the_lake_that_one_run_makes()
    {
        var random = new Random(20260311);
        var (put, read) = (0, 0L);
        for (var night = 0; night < Nights; night++)
        {
            Put(random, night, ref put);
            if (random.Next(3) == 0)
                Put(random, Math.Max(0, night - random.Next(1, 9)), ref put); // into the folder of its day, late
            read += Night(night, night % 7 == 6 ? 30 : 3, put);
        }
        Assert.InRange(read, put * 3 / 4, put - 1); // what came later than three days ago since the last of the seventh nights is missing
        read += Night(Nights, 30, put);
        Assert.Equal(put, read);
        Assert.Equal($"{put}", _lake.Scalar("select count(*) from ingested_objects"));
        using var whole = new TestLake();
        whole.Run(source: _lake.OpenSource());
        Assert.Equal(whole.Scalar(RepeatedDeliveries.Checksum), _lake.Scalar(RepeatedDeliveries.Checksum));
        Assert.Equal(_lake.Scalar("select count(*) from events"), _lake.Scalar("select count(distinct event_id) from events"));
        Assert.All(_lake.Files("events").GroupBy(Path.GetDirectoryName), partition => Assert.Single(partition));
        Assert.Empty(Verify.Run(_lake.OpenLake(), 2, TestContext.Current.CancellationToken).Problems);
    }

    void Put(Random random, int day, ref int put)
    {
        RepeatedDeliveries.Add(random, day, _lake);
        put += FilesOfADelivery;
    }

    /// <summary>Runs at three in the morning after a night; returns how many objects it read.</summary>
    long Night(int night, int lateDays, int put)
    {
        var report = _lake.Run(new() { LateDays = lateDays, Clock = new FixedClock(RepeatedDeliveries.DateOf(night + 1)) });
        TestContext.Current.TestOutputHelper?.WriteLine($"night {night}, {lateDays} days back: {report.ObjectsListed} of {put} objects listed in {report.ListRequests} requests, {report.ObjectsIngested} read, {report.BytesWritten} bytes written");
        Assert.InRange(report.ObjectsListed, 0, (lateDays + 2) * 4 * FilesOfADelivery); // no more than these days have
        return report.ObjectsIngested;
    }
}
