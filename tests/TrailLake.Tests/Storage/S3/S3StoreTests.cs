using System.Text;
using Amazon.S3.Model;
using TrailLake.Lake;
using TrailLake.Storage;
using TrailLake.Storage.S3;

namespace TrailLake.Tests.Storage.S3;

public sealed class S3StoreTests(S3Server server)
{
    readonly string _bucket = server.NewBucket();

    S3Store Lake => S3Store.OpenLake($"s3://{_bucket}/a/lake", server.Options);

    [Fact]
    public void What_is_written_is_read_listed_and_deleted()
    {
        var lake = Lake;
        lake.Write("events/service=s3/a.parquet", "one"u8);
        lake.Write("events/service=s3/a.parquet", "two"u8);
        lake.Write("empty", []);
        Assert.Equal("two", Encoding.UTF8.GetString(lake.Read("events/service=s3/a.parquet")));
        Assert.Empty(lake.Read("empty"));
        Assert.Equal(["empty", "events/service=s3/a.parquet"], lake.List().Select(found => found.Key));
        Assert.Equal(["empty", "events/"], lake.ListFolder("").Select(found => found.Key));
        Assert.Equal((true, false), (lake.Exists("empty"), lake.Exists("events")));
        var part = new byte[2];
        lake.ReadAt("events/service=s3/a.parquet", 1, part);
        Assert.Equal("wo"u8, part);
        lake.Write("events/service=s3/a.parquet", "three"u8); // read in parts before, so it may be held
        lake.ReadAt("events/service=s3/a.parquet", 1, part);
        Assert.Equal("hr"u8, part);
        Assert.Throws<StoreException>(() => lake.ReadAt("events/service=s3/a.parquet", 4, new byte[2]));
        lake.Delete("empty");
        lake.Delete("empty");
        Assert.Single(lake.List());
    }

    [Fact]
    public void An_object_is_invisible_until_it_is_committed_and_gone_when_it_is_not()
    {
        var lake = Lake;
        using (var write = lake.BeginWrite("kept"))
        {
            write.Append("new"u8);
            write.Append("er"u8);
            var back = new byte[3];
            write.ReadBack(2, back);
            Assert.Equal("wer"u8, back);
            Assert.Empty(lake.List());
            write.Commit();
        }
        using (var write = lake.BeginWrite("dropped"))
            write.Append("x"u8);
        Assert.Equal(["kept"], lake.List().Select(found => found.Key));
        Assert.Equal("newer"u8, lake.Read("kept"));
    }

    [Fact]
    public void Thousands_of_objects_can_be_under_way_and_are_committed_at_once()
    {
        var lake = Lake;
        var writes = Enumerable.Range(0, 1200).Select(number => lake.BeginWrite($"p={number % 50}/{number:0000}")).ToList();
        foreach (var write in writes)
            write.Append("piece;"u8);
        lake.CommitAll(writes);
        Assert.Equal(1200, lake.List().Count()); // more than a page
        Assert.All(lake.List(), found => Assert.Equal("piece;".Length, found.SizeBytes));
    }

    [Fact]
    public void Of_many_that_create_an_object_at_once_one_succeeds()
    {
        var won = new int[16];
        Parallel.For(0, 16, new() { MaxDegreeOfParallelism = 16 }, number => won[number] = Lake.TryCreate("lock", Encoding.UTF8.GetBytes($"{number}")) ? 1 : 0);
        Assert.Equal(1, won.Sum());
        Assert.Equal($"{Array.IndexOf(won, 1)}", Encoding.UTF8.GetString(Lake.Read("lock")));
    }

    [Fact]
    public async Task Keys_of_any_kind_are_read_as_they_are()
    {
        string[] keys = ["a b.json", "a+b.json", "a%2Fb.json", "/double.json", "é/日本.json", "..x/../y.json", "a&b=c?d#e.json", "tab\tx.json", "q'\"<>.json", "./z.json", "line\nfeed.json"];
        using var client = server.Client();
        foreach (var key in keys)
            await client.PutObjectAsync(new PutObjectRequest { BucketName = _bucket, Key = "src/" + key, ContentBody = key, UseChunkEncoding = false }, TestContext.Current.CancellationToken);
        await client.PutObjectAsync(new PutObjectRequest { BucketName = _bucket, Key = "src/folder/", ContentBody = "" }, TestContext.Current.CancellationToken);
        var source = S3Store.OpenSource($"s3://{_bucket}/src", server.Options);
        Assert.Equal(keys.Order(StringComparer.Ordinal), source.List().Select(found => found.Key).Order(StringComparer.Ordinal));
        foreach (var key in keys)
        {
            using var stream = new StreamReader(source.OpenRead(key));
            Assert.Equal(key, await stream.ReadToEndAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public void An_object_that_was_replaced_after_it_was_listed_is_named()
    {
        var lake = Lake;
        lake.Write("a", "12"u8);
        var item = lake.List().Single();
        lake.Write("a", "34"u8);
        var error = Assert.Throws<StoreException>(() => lake.ReadAsync(item, new byte[2], TestContext.Current.CancellationToken).GetAwaiter().GetResult());
        Assert.Contains("was replaced", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_object_that_is_read_in_parts_and_was_replaced_is_read_anew_once_it_is_listed()
    {
        var (lake, part) = (Lake, new byte[2]);
        lake.Write("a.parquet", "12"u8);
        Assert.Single(lake.List());
        lake.ReadAt("a.parquet", 0, part);
        Lake.Write("a.parquet", "34"u8); // by another process
        Assert.Single(lake.List());
        lake.ReadAt("a.parquet", 0, part);
        Assert.Equal("34"u8, part);
    }

    [Fact]
    public void A_source_may_be_one_object()
    {
        Lake.Write("one.json", "[]"u8);
        Lake.Write("one.json.gz", "x"u8);
        var source = S3Store.OpenSource($"s3://{_bucket}/a/lake/one.json", server.Options);
        Assert.Equal("one.json", Assert.Single(source.List()).Key);
        Assert.Throws<StoreException>(() => source.Read("one.json.gz"));
    }

    [Theory]
    [InlineData("a", "a/b", true)]
    [InlineData("a/b", "a", true)]
    [InlineData("a", "a", true)]
    [InlineData("a", "a-b", false)]
    [InlineData("", "a", true)]
    public void Places_overlap_where_one_lies_in_the_other(string one, string other, bool expected) =>
        Assert.Equal(expected, S3Store.OpenLake($"s3://{_bucket}/{one}", server.Options).Overlaps(S3Store.OpenLake($"s3://{_bucket}/{other}", server.Options)));

    [Fact]
    public void An_error_names_the_place_and_what_to_do()
    {
        Assert.Contains("check the path", Message(() => S3Store.OpenSource($"s3://{_bucket}/nothing", server.Options)), StringComparison.Ordinal);
        Assert.Contains("the bucket does not exist", Message(() => S3Store.OpenSource("s3://no-such-bucket", server.Options)), StringComparison.Ordinal);
        Assert.Contains($"s3://{_bucket}/a/lake/no/such: cannot read it: it does not exist", Message(() => Lake.Read("no/such")), StringComparison.Ordinal);
        Assert.Contains("found no bucket", Message(() => S3Store.OpenLake("s3:///x", server.Options)), StringComparison.Ordinal);
        Assert.Contains("--endpoint-url", Message(() => S3Store.OpenLake("s3://bucket", server.Options with { EndpointUrl = "nonsense" })), StringComparison.Ordinal);
        Assert.Contains("--profile nobody", Message(() => S3Store.OpenLake("s3://bucket", server.Options with { Profile = "nobody" })), StringComparison.Ordinal);
        Assert.Contains("check the network", Message(() => S3Store.OpenLake($"s3://{_bucket}", server.Options with { EndpointUrl = $"http://127.0.0.1:{S3Server.FreePort()}", FirstDelay = TimeSpan.FromMilliseconds(1) }).Exists("x")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_crashed_run_is_cleared_away_by_the_next_and_one_that_lives_is_left()
    {
        var lake = LakeOfADeadRunAndALiveOne();
        using var client = server.Client();
        await client.InitiateMultipartUploadAsync(_bucket, "a/lake/events/dead.parquet", TestContext.Current.CancellationToken);
        await client.InitiateMultipartUploadAsync(_bucket, "a/lake/events/elsewhere.parquet", TestContext.Current.CancellationToken);
        var forgotten = new List<string>();
        using (var run = lake.BeginRun("_traillake/running", "mine", LakeFolders.All, forgotten.Add))
        {
            Assert.Equal(["dead"], forgotten);
            Assert.Equal(["_traillake/running/elsewhere", "_traillake/running/mine"], lake.List("_traillake/").Select(found => found.Key));
            run.Complete();
        }
        Assert.Equal(["_traillake/running/elsewhere"], lake.List("_traillake/").Select(found => found.Key));
        var uploads = await client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = _bucket }, TestContext.Current.CancellationToken);
        Assert.Equal(["a/lake/events/elsewhere.parquet"], uploads.MultipartUploads.Select(upload => upload.Key));
    }

    S3Store LakeOfADeadRunAndALiveOne()
    {
        var lake = Lake;
        lake.Write("_traillake/running/dead", Encoding.UTF8.GetBytes(Marker(pid: int.MaxValue)));
        lake.Write("_traillake/running/elsewhere", "{\"host\":\"another\",\"pid\":1,\"process_started\":\"\"}"u8);
        return lake;
    }

    // A merged file bears the name of an older run: beside one that lives nobody can tell whose it is.
    [Fact]
    public async Task An_upload_that_may_be_of_a_live_run_is_given_up_when_that_has_ended()
    {
        var lake = LakeOfADeadRunAndALiveOne();
        using var client = server.Client();
        await client.InitiateMultipartUploadAsync(_bucket, "a/lake/events/older.parquet", TestContext.Current.CancellationToken);
        using (var beside = lake.BeginRun("_traillake/running", "mine", LakeFolders.All, _ => { }))
            beside.Complete();
        Assert.Single((await client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = _bucket }, TestContext.Current.CancellationToken)).MultipartUploads);
        lake.Delete("_traillake/running/elsewhere");
        using (var alone = lake.BeginRun("_traillake/running", "next", LakeFolders.All, _ => { }))
            alone.Complete();
        Assert.Empty((await client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = _bucket }, TestContext.Current.CancellationToken)).MultipartUploads ?? []);
        Assert.Empty(lake.List("_traillake/running/"));
    }

    [Fact]
    public async Task What_another_program_uploads_to_the_bucket_of_a_lake_is_left_to_it()
    {
        var lake = S3Store.OpenLake($"s3://{_bucket}", server.Options);
        lake.Write("_traillake/running/dead", Encoding.UTF8.GetBytes(Marker(pid: int.MaxValue)));
        using var client = server.Client();
        foreach (var key in new[] { "events/service=s3/event_date=2024-01-31/region=eu-west-1/a.parquet", "_traillake/ledger/a.parquet", "backup.tar", "events-of-another/a.parquet" })
            await client.InitiateMultipartUploadAsync(_bucket, key, TestContext.Current.CancellationToken);
        using (var run = lake.BeginRun("_traillake/running", "mine", LakeFolders.All, _ => { }))
            run.Complete();
        var uploads = await client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = _bucket }, TestContext.Current.CancellationToken);
        Assert.Equal(["backup.tar", "events-of-another/a.parquet"], uploads.MultipartUploads.Select(upload => upload.Key));
    }

    [Fact]
    public void A_run_whose_marker_another_removed_publishes_nothing_more()
    {
        using var run = Lake.BeginRun("_traillake/running", "mine", LakeFolders.All, _ => { });
        run.Require();
        Lake.Delete("_traillake/running/mine");
        Assert.Contains("found that another run removed it", Assert.Throws<StoreException>(run.Require).Message, StringComparison.Ordinal);
    }

    string Marker(int pid)
    {
        using var run = Lake.BeginRun("markers", "own", [], _ => { });
        return Encoding.UTF8.GetString(Lake.Read("markers/own")).Replace($"\"pid\":{Environment.ProcessId}", $"\"pid\":{pid}", StringComparison.Ordinal);
    }

    static string Message(Action action) => Assert.Throws<StoreException>(action).Message;
}
