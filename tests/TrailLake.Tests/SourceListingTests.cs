using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake.Tests;

public sealed class DiskSourceListingTests() : SourceListingTests(null);

public sealed class S3SourceListingTests(S3Server server) : SourceListingTests(server);

/// <summary>What of a source is listed, and that nothing which is asked for is passed by.</summary>
public abstract class SourceListingTests : IDisposable
{
    static readonly DateOnly Today = new(2024, 3, 10);

    readonly S3Server? _server;
    readonly TestLake _lake;

    protected SourceListingTests(S3Server? server) => (_server, _lake) = (server, new TestLake(server, null));

    public void Dispose()
    {
        _lake.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/trail/prefix/")]
    [InlineData("999900001111/")] // a prefix that is an account's number
    [InlineData("999900001111/trail/")]
    [InlineData("o-abc123")] // Control Tower's: o-abc123/AWSLogs/o-abc123/
    public void Of_every_layout_only_the_days_accounts_and_regions_asked_for_are_listed(string prefix)
    {
        var root = prefix == "o-abc123" ? "o-abc123/AWSLogs/o-abc123/" : prefix + "AWSLogs/";
        var wanted = new List<string>();
        foreach (var account in new[] { "111122223333", "444455556666" })
        {
            foreach (var kind in new[] { "CloudTrail", "CloudTrail-Insight", "CloudTrail-NetworkActivity", "CloudTrail-Aggregated", "CloudTrail-Digest", "Config" })
            {
                foreach (var (region, day) in new[] { ("eu-west-1", "2024/03/08"), ("eu-west-1", "2024/03/09"), ("us-east-1", "2024/03/09"), ("eu-west-1", "2023/03/09"), ("eu-west-1", "2024/03/10") })
                {
                    var key = $"{root}{account}/{kind}/{region}/{day}/x.json";
                    _lake.Put(key, "{}");
                    if ((account, region) == ("111122223333", "eu-west-1") && (day is "2024/03/09" or "2024/03/10") && kind is not ("CloudTrail-Digest" or "Config"))
                        wanted.Add(key);
                }
            }
        }
        var (kept, listed) = List(new() { Since = new(2024, 3, 9), Accounts = ["111122223333"], Regions = ["eu-west-1"] });
        Assert.Equal(wanted.Order(StringComparer.Ordinal), kept.Order(StringComparer.Ordinal));
        Assert.Equal(wanted.Count, listed); // and nothing else was even shown
    }

    [Fact]
    public void What_is_no_part_of_the_layout_is_listed_whole_beside_it()
    {
        _lake.Put("AWSLogs/111122223333/CloudTrail/eu-west-1/2024/03/01/old.json", "{}").Put("AWSLogs/111122223333/CloudTrail/eu-west-1/2024/03/09/new.json", "{}")
            .Put("stray.json", "{}").Put("other/tree/of/any/depth/at/all.json", "{}").Put("AWSLogs/notes/x.json", "{}");
        Assert.Equal(["AWSLogs/111122223333/CloudTrail/eu-west-1/2024/03/09/new.json", "AWSLogs/notes/x.json", "other/tree/of/any/depth/at/all.json", "stray.json"], List(new() { Since = new(2024, 3, 9) }).Kept);
        Assert.Equal(5, List(new()).Kept.Count);
    }

    [Theory]
    [InlineData("AWSLogs")]
    [InlineData("AWSLogs/111122223333")]
    [InlineData("AWSLogs/111122223333/CloudTrail")]
    [InlineData("AWSLogs/111122223333/CloudTrail/eu-west-1")]
    [InlineData("AWSLogs/111122223333/CloudTrail/eu-west-1/2024")]
    public void A_source_may_begin_within_the_layout(string root)
    {
        _lake.Put("AWSLogs/111122223333/CloudTrail/eu-west-1/2024/03/01/old.json", "{}").Put("AWSLogs/111122223333/CloudTrail/eu-west-1/2024/03/09/new.json", "{}")
            .Put("AWSLogs/111122223333/CloudTrail/eu-west-1/2024/03/09/again.json", "{}");
        Assert.Equal(2, List(new() { Since = new(2024, 3, 9), Regions = ["eu-west-1"] }, root).Kept.Count);
        Assert.Empty(List(new() { Since = new(2024, 3, 10) }, root).Kept);
    }

    [Fact]
    public void A_long_span_costs_requests_for_what_is_there_and_not_for_each_day()
    {
        foreach (var day in new[] { "2019/12/31", "2021/02/28", "2024/01/15", "2024/03/02", "2024/03/09" })
            _lake.Put($"AWSLogs/111122223333/CloudTrail/eu-west-1/{day}/x.json", "{}");
        var source = Open("");
        var before = source.ListRequests;
        Assert.Equal(4, List(source, new() { Since = new(2020, 2, 2) }).Kept.Count);
        Assert.Equal(2, List(source, new() { Until = new(2021, 2, 28) }).Kept.Count);
        Assert.InRange(source.ListRequests - before, 0, 40);
    }

    [Fact]
    public void Shards_list_each_their_own_and_together_all()
    {
        for (var account = 0; account < 12; account++)
            _lake.Put($"AWSLogs/{100000000000 + account}/CloudTrail/eu-west-1/2024/03/09/x.json", "{}");
        var lists = Enumerable.Range(1, 3).Select(number => List(new() { Shard = new Shard(number, 3) })).ToList();
        Assert.Equal(12, lists.Sum(list => list.Kept.Count));
        Assert.Equal(12, lists.Sum(list => list.Listed));
    }

    [Fact]
    public void A_run_without_days_goes_on_some_days_before_the_last_one_and_leaves_no_gap()
    {
        Put("2024/03/01", 1).Put("AWSLogs/111122223333/CloudTrail/eu-west-1/2024/03/09/2.json", TestLake.Log(TestLake.Record(2)));
        Assert.Equal((2, Today), (Run(Today).ObjectsIngested, Run(Today).CompleteBefore));
        Put("2024/03/01", 3);
        Put("2024/03/07", 4);
        var next = Run(new(2024, 3, 14)); // four nights were missed
        Assert.Equal((1, new DateOnly(2024, 3, 7)), (next.ObjectsIngested, next.ListedSince));
        Put("2024/03/13", 5);
        Assert.Equal(1, Run(new(2024, 3, 14), new() { Until = new(2024, 3, 13), Since = new(2024, 3, 13) }).ObjectsIngested); // takes nothing of the days before for done
        Put("2024/03/11", 6);
        Assert.Equal(1, Run(new(2024, 3, 15)).ObjectsIngested);
        Assert.Equal(1, Run(new(2024, 3, 15), new() { Since = new(2024, 3, 1) }).ObjectsIngested); // what came later than that is asked for by its day
    }

    [Fact]
    public void A_run_whose_clock_was_ahead_hides_no_days_from_the_next_ones()
    {
        Put("2024/03/01", 1);
        Run(Today.AddDays(30));
        Put("2024/03/08", 2);
        var next = Run(Today);
        Assert.Equal((1, (DateOnly?)null), (next.ObjectsIngested, next.ListedSince));
        Assert.Equal(Today.AddDays(-3), Run(Today.AddDays(1)).ListedSince);
        Run(Today.AddDays(30));
        File.SetLastWriteTimeUtc(Path.Combine(_lake.Lake, Assert.Single(_lake.Files(RunNote.Folder))), Today.ToDateTime(default, DateTimeKind.Utc));
        Assert.Null(Run(Today.AddDays(31)).ListedSince); // its day has come, and it still tells nothing
    }

    [Fact]
    public void A_run_of_some_accounts_is_not_taken_for_one_of_all()
    {
        Put("2024/03/01", 1);
        Run(Today, new() { Accounts = ["444455556666"] });
        Assert.Equal(1, Run(Today).ObjectsIngested);
    }

    TestLake Put(string day, int id) => _lake.Put($"AWSLogs/111122223333/CloudTrail/eu-west-1/{day}/{id}.json", TestLake.Log(TestLake.Record(id)));

    RunReport Run(DateOnly today, SourceFilter? filter = null) =>
        _lake.Run(new IngestOptions { LateDays = 3, Filter = filter ?? new(), Clock = new FixedClock(today) });

    ObjectStore Open(string root) => StoreUri.Parse(root.Length == 0 ? _lake.SourceUri : $"{_lake.SourceUri}/{root}").OpenSource(_server?.Options);

    (List<string> Kept, long Listed) List(SourceFilter filter, string root = "") => List(Open(root), filter);

    static (List<string> Kept, long Listed) List(ObjectStore source, SourceFilter filter)
    {
        var listed = 0L;
        var listing = new SourceListing(source, filter, Today, new WorkProgress(), TestContext.Current.CancellationToken);
        var kept = listing.List<StoredObject>(item =>
        {
            Interlocked.Increment(ref listed);
            return listing.KeyOf(item.Key) is { Kind: LogKind.Log } key && filter.Takes(item.Key, key) ? item : null;
        }, problem => Assert.Fail(problem.Message));
        return ([.. kept.Select(item => item.Key)], listed);
    }
}
