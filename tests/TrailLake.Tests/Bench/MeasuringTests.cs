using TrailLake.Bench;
using TrailLake.Bench.Generating;
using TrailLake.Bench.Measuring;

namespace TrailLake.Tests.Bench;

/// <summary>What the bench says of a lake and of a process is so.</summary>
public sealed class MeasuringTests : IDisposable
{
    readonly TestLake _lake = new();
    readonly TempFolder _folder = new();

    string Files => Path.Combine(_lake.Lake, "events/**/*.parquet");

    public void Dispose()
    {
        _lake.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_lake_of_a_made_trail_holds_what_its_truth_says()
    {
        var truth = TrailFiles.Make(new() { Events = 2_000, Regions = 3 }, _lake.Source);
        Assert.Equal(truth.Events, _lake.Run().RecordsWritten);
        ReadBack.Judge(Files, truth);
    }

    [Fact]
    public void A_lake_that_lacks_an_event_is_called_wrong()
    {
        var truth = TrailFiles.Make(new() { Events = 2_000, Regions = 3 }, _lake.Source);
        _lake.Run();
        File.Delete(Path.Combine(_lake.Lake, _lake.Files("events")[0]));
        Assert.Contains("expected 2000 events, found ", Assert.Throws<BenchException>(() => ReadBack.Judge(Files, truth)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_in_another_row_is_seen_though_every_column_is_right()
    {
        var (straight, crossed) = (new TruthSums(), new TruthSums());
        foreach (var (sums, first, second) in new[] { (straight, "a"u8.ToArray(), "b"u8.ToArray()), (crossed, "b"u8.ToArray(), "a"u8.ToArray()) })
        {
            foreach (var (id, name) in new[] { ("1"u8.ToArray(), first), ("2"u8.ToArray(), second) })
            {
                sums.Add(1, id);
                sums.Add(2, name);
                sums.EndRow("s3", DateTime.UnixEpoch, "eu-west-1");
            }
        }
        var (one, other) = (straight.ToTruth("", 0, 0, 0), crossed.ToTruth("", 0, 0, 0));
        Assert.Equal(one.Columns, other.Columns);
        Assert.NotEqual(one.Rows, other.Rows);
    }

    [Fact]
    public void A_child_is_measured_with_its_own_children()
    {
        var use = ChildProcess.Run("head -c 20000000 /dev/zero | cksum; echo done", _folder.Root);
        Assert.EndsWith("done\n", use.Output, StringComparison.Ordinal);
        Assert.InRange(use.CpuSeconds, 0.001, 60);
        Assert.InRange(use.WallSeconds, 0.001, 60);
        Assert.InRange(use.PeakBytes, 1 << 18, 1L << 40);
    }

    [Fact]
    public void A_child_that_fails_is_an_error_with_its_words() =>
        Assert.Contains("found 3 of: ", Assert.Throws<BenchException>(() => ChildProcess.Run("echo why >&2; exit 3", _folder.Root)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(2.0, 3.0, 1.0, 2.0)]
    [InlineData(1.5, 2.0, 1.0)]
    public void The_median_is_in_the_middle(double median, params double[] values) => Assert.Equal(median, Statistics.Median(values));
}
