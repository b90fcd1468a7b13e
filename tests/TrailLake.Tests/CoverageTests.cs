using System.Text.Json;
using TrailLake.Lake;

namespace TrailLake.Tests;

/// <summary>What a run and status say of days, accounts, regions and gaps, and what a dry run expects.</summary>
public sealed class CoverageTests : IDisposable
{
    readonly TestLake _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public void A_run_tells_days_accounts_regions_gaps_and_how_late_files_came()
    {
        foreach (var (account, region, day, minute) in new[] { (1, "eu-west-1", 28, 5), (1, "eu-west-1", 31, 10), (1, "us-east-1", 30, 15), (2, "eu-west-1", 29, 5), (2, "eu-west-1", 30, 5) })
            _lake.Put($"AWSLogs/11112222333{account}/CloudTrail/{region}/2024/01/{day}/11112222333{account}_CloudTrail_{region}_202401{day}T10{minute:00}Z_x.json", TestLake.Record(account * 100 + day).Replace("2024-01-31T10:00:", $"2024-01-{day}T10:00:").Replace(":28Z", ":00Z"));
        var first = Report();
        Assert.Equal(("2024-01-28", "2024-01-31", 4), (first.GetProperty("first_day").GetString(), first.GetProperty("last_day").GetString(), first.GetProperty("days").GetInt32()));
        Assert.Equal(["111122223331", "111122223332"], first.GetProperty("accounts").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(["eu-west-1", "us-east-1"], first.GetProperty("regions").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal("""{"account":"111122223331","region":"eu-west-1","first_day":"2024-01-29","last_day":"2024-01-30","days":2}""", first.GetProperty("gaps").EnumerateArray().Single().GetRawText());
        Assert.InRange(first.GetProperty("delivery_lag_median_seconds").GetInt64(), 240, 300);
        Assert.InRange(first.GetProperty("delivery_lag_greatest_seconds").GetInt64(), 840, 900);

        var status = Status.Of(_lake.Lake);
        Assert.Equal(["111122223331 eu-west-1 2024-01-29 2024-01-30 2"], status.Gaps.Select(Text));
        Assert.Equal((5, first.GetProperty("delivery_lag_median_seconds").GetInt64(), first.GetProperty("delivery_lag_greatest_seconds").GetInt64()), (status.DeliveryLag!.Objects, status.DeliveryLag.MedianSeconds, status.DeliveryLag.GreatestSeconds));
        Assert.StartsWith("2024-01-31T10:00:", status.LastEventTime, StringComparison.Ordinal);
        Assert.Equal(["4", "2"], _lake.Rows("select days, gaps[1].days from ingest_runs")[0]);
        Assert.Contains("files came 4 min after their last event (median), 14 min at most", TraillakeProcess.Run("status", _lake.Lake).Output, StringComparison.Ordinal);

        // The file that was missing comes late: what is listed tells, not only what is read.
        _lake.Put("AWSLogs/111122223331/CloudTrail/eu-west-1/2024/01/29/late.json", TestLake.Record(5));
        Assert.Equal("2024-01-30", Report().GetProperty("gaps").EnumerateArray().Single().GetProperty("first_day").GetString());
    }

    [Fact]
    public void Gaps_are_those_of_the_trail_whose_source_may_lie_below_the_account()
    {
        foreach (var (kind, day) in new[] { ("CloudTrail", 27), ("CloudTrail", 29), ("CloudTrail-Insight", 28), ("CloudTrail-Insight", 31) })
            _lake.Put($"AWSLogs/111122223333/{kind}/eu-west-1/2024/01/{day}/111122223333_{kind}_eu-west-1_202401{day}T1005Z_x.json", TestLake.Record(day));
        string[] gap = ["111122223333 eu-west-1 2024-01-28 2024-01-28 1"];
        foreach (var below in new[] { "", "AWSLogs/111122223333", "AWSLogs/111122223333/CloudTrail/eu-west-1/2024" })
        {
            var lake = $"{_lake.Lake}{below.Length}";
            Assert.Equal(0, TraillakeProcess.Run("ingest", Path.Join(_lake.Source, below), lake).Status);
            var status = Status.Of(lake);
            Assert.Equal(gap, status.Gaps.Select(Text));
            Assert.Equal(gap, status.LastRun!.Value.GetProperty("gaps").EnumerateArray().Select(found => string.Join(' ', found.EnumerateObject().Select(name => name.Value))));
        }
    }

    [Fact]
    public void A_dry_run_expects_what_the_run_finds_and_writes_nothing()
    {
        for (var file = 0; file < 200; file++)
            _lake.Put($"AWSLogs/111122223333/CloudTrail/eu-west-1/2024/01/{30 + file % 2}/{file:000}.json", TestLake.Log(Enumerable.Range(0, 40 + file % 20).Select(id => TestLake.Record(file * 100 + id).Replace("s3.amazonaws", id % 4 == 0 ? "iam.amazonaws" : "s3.amazonaws").Replace("2024-01-31", $"2024-01-{30 + file % 2}"))));
        var plan = _lake.Run(new() { IsDryRun = true });
        Assert.False(Directory.Exists(_lake.Lake));
        var report = _lake.Run();
        Assert.Equal((plan.ObjectsIngested, plan.BytesCompressed), (report.ObjectsIngested, report.BytesCompressed));
        Assert.InRange(plan.EstimatedRecords!.Value, report.RecordsRead * 0.95, report.RecordsRead * 1.05);
        Assert.Equal(report.PartitionsTouched, plan.EstimatedPartitions);
        Assert.InRange(plan.EstimatedSeconds!.Value, 0, 60);
        Assert.Contains(" records for 4 partitions, in ", TraillakeProcess.Run("ingest", _lake.Source, _lake.Lake + "2", "--dry-run").Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_lake.Lake + "2"));
    }

    [Fact]
    public void What_there_is_one_of_is_told_as_one()
    {
        _lake.Put("AWSLogs/111122223333/CloudTrail/eu-west-1/2024/01/31/111122223333_CloudTrail_eu-west-1_20240131T1005Z_x.json", TestLake.Log(TestLake.Record(1), TestLake.Record(1)));
        Assert.Contains(" for 1 partition", TraillakeProcess.Run("ingest", _lake.Source, _lake.Lake, "--dry-run").Output, StringComparison.Ordinal);
        var run = TraillakeProcess.Run("ingest", _lake.Source, _lake.Lake).Output;
        Assert.Contains("1 day from 2024-01-31 to 2024-01-31, 1 account, 1 region\n", run, StringComparison.Ordinal);
        Assert.Contains("2 read = 1 written + 1 duplicate + 0 quarantined\n", run, StringComparison.Ordinal);
        Assert.Contains("1 in 1 partition, ", run, StringComparison.Ordinal);
        Assert.Contains("2 records read = 1 written + 1 duplicate + 0 quarantined\n", TraillakeProcess.Run("status", _lake.Lake).Output, StringComparison.Ordinal);
        Assert.Matches(@"1 event, \d+ columns?\n1 view in ", TraillakeProcess.Run("views", _lake.Lake, "--generate").Output);
    }

    [Fact]
    public void A_dry_run_that_is_asked_to_end_does_so_within_an_object()
    {
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1)));
        using var asked = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => _lake.Run(new() { IsDryRun = true, Cancel = asked.Token }, new FaultyStore(_lake.OpenSource()) { Opening = _ => asked.Cancel() }));
    }

    static string Text(Gap gap) => $"{gap.Account} {gap.Region} {gap.FirstDay} {gap.LastDay} {gap.Days}";

    JsonElement Report() => JsonDocument.Parse(_lake.Run().ToJson()).RootElement;
}
