using System.Diagnostics;
using Amazon.S3.Model;
using TrailLake.Lake;

namespace TrailLake.Tests.Storage.S3;

/// <summary>Ingest and compact of a lake on S3 killed at any of their requests, and several of them at once: the lake ends as one undisturbed run makes it.</summary>
public sealed class S3CrashTests(S3Server server) : IDisposable
{
    readonly TestLake _lake = new(null, server);
    readonly TempFolder _folder = new();

    public void Dispose()
    {
        _lake.Dispose();
        _folder.Dispose();
    }

    // Each round brings new files, among them late ones and repeated deliveries, and one run that is killed when it makes some request.
    [Theory]
    [InlineData(20260311)]
    [InlineData(20260312)]
    [InlineData(20260313)]
    [InlineData(20260314)]
    [InlineData(20260315)]
    [InlineData(20260316)]
    [InlineData(20260317)]
    public void A_kill_at_any_request_loses_nothing_doubles_nothing_and_leaves_nothing_behind(int seed)
    {
        const int kills = 15; // of each of seven seeds
        var random = new Random(seed);
        var usual = new Dictionary<string, int>();
        var (killed, round) = (0, 0);
        using var reader = new LakeReader(Copied);
        for (; killed < kills; round++)
        {
            Assert.True(round < 3 * kills);
            var verb = round % 4 == 3 ? "compact" : "ingest";
            RepeatedDeliveries.Add(random, round, _lake);
            if (verb == "compact")
                MakeSmallFiles();
            var last = usual.TryGetValue(verb, out var all) ? random.Next(1, all) : int.MaxValue; // the first is not killed, and tells how many requests there are
            var run = RunAndKill(verb, (_, number) => number == last, round % 2 == 0 ? Fault.Reset : Fault.LostAnswer, out var requests);
            TestContext.Current.TestOutputHelper?.WriteLine($"round {round}: {verb} killed at {last}: exit {run.Status}, {requests} requests, usual {all}");
            if (run.Status == 0)
                usual[verb] = requests;
            else
                killed++;
            Assert.True(run.Status is 0 or 137, $"round {round}: {run}");
            if (round % 5 == 4 && _lake.Files("_traillake/publishing").Length == 0)
                Assert.Empty(_lake.Rows("select event_id from events group by event_id having count(*) > 1"));
        }
        reader.AssertSawOnlyWhole();
        AssertRuns("ingest", _lake.Source, _lake.LakeUri);
        AssertRuns("compact", _lake.LakeUri);
        AssertIsWhole();
        Assert.Equal($"{3 * round}", _lake.Scalar("select count(distinct object_key) from ingested_objects"));
    }

    [Fact]
    public async Task A_kill_between_the_parts_of_a_large_object_leaves_an_upload_that_the_next_run_gives_up()
    {
        var large = new string('x', 100_000);
        for (var file = 0; file < 7; file++)
            _lake.Put($"{file}.json.gz", TestLake.Gzip(TestLake.Log(Enumerable.Range(0, 100).Select(i => TestLake.Record(file * 100 + i).Replace("\"requestParameters\":null", $"\"requestParameters\":{{\"n\":\"{file * 100 + i}{large}\"}}")))));
        var killed = RunAndKill("ingest", (line, _) => line.Contains("partNumber=3", StringComparison.Ordinal), Fault.Reset, out _, "--compression", "none");
        Assert.Equal(137, killed.Status);
        using var client = server.Client();
        Assert.Equal(1, await UploadsAsync(client));
        AssertRuns("ingest", _lake.Source, _lake.LakeUri, "--compression", "none");
        Assert.Equal(0, await UploadsAsync(client));
        AssertIsWhole();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Of_processes_that_start_at_once_one_does_the_work_and_the_others_say_so_or_wait(int processes)
    {
        RepeatedDeliveries.Add(new Random(1), 0, _lake);
        foreach (var more in new string[][] { [], ["--wait"] })
        {
            RepeatedDeliveries.Add(new Random(2), 1, _lake);
            var all = Enumerable.Range(0, processes).Select(number => Start(server.Endpoint, ["ingest", _lake.Source, _lake.LakeUri, "--quiet", .. more])).ToList();
            var ended = all.Select(process => TraillakeProcess.Await(process)).ToList();
            all.ForEach(process => process.Dispose());
            Assert.Contains(ended, run => run.Status == 0);
            Assert.All(ended, run => Assert.True(run.Status == 0 || (run.Status == 2 && more.Length == 0 && run.Errors.Contains("expected to be the only one that writes here", StringComparison.Ordinal)), run.ToString()));
        }
        AssertIsWhole();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Shards_at_once_make_the_same_lake_as_one_run(int shards)
    {
        var random = new Random(3);
        for (var night = 0; night < 2; night++) // the second night, too, with late files
        {
            for (var day = 0; day < 3; day++)
                RepeatedDeliveries.Add(random, day, _lake);
            var all = Enumerable.Range(1, shards).Select(shard => Start(server.Endpoint, "ingest", _lake.Source, _lake.LakeUri, "--quiet", "--shard", $"{shard}/{shards}")).ToList();
            Assert.All(all.Select(process => TraillakeProcess.Await(process)), run => Assert.True(run.Status == 0, run.ToString()));
            all.ForEach(process => process.Dispose());
        }
        Assert.True(_lake.Files("events").GroupBy(Path.GetDirectoryName).Max(partition => partition.Count()) > 1);
        AssertRuns("compact", _lake.LakeUri);
        Assert.All(_lake.Files("events").GroupBy(Path.GetDirectoryName), partition => Assert.Single(partition));
        AssertIsWhole();
    }

    // As a query does.
    string Copied()
    {
        Pull.Run(_lake.OpenLake(), _folder["copy"], new PullRequest());
        return _folder["copy"];
    }

    // The server hears of the last request, or does not.
    TraillakeProcess RunAndKill(string verb, Func<string, int, bool> isLast, Fault fate, out int requests, params string[] more)
    {
        Process? process = null;
        using var started = new ManualResetEventSlim();
        using var proxy = new FaultyProxy(server.Endpoint, (line, number) =>
        {
            if (!isLast(line, number))
                return Fault.None;
            started.Wait();
            process!.Kill();
            return fate;
        });
        using (process = Start(proxy.Endpoint, verb == "compact" ? ["compact", _lake.LakeUri, "--quiet", .. more] : [verb, _lake.Source, _lake.LakeUri, "--quiet", .. more]))
        {
            started.Set();
            var ended = TraillakeProcess.Await(process);
            requests = proxy.Requests;
            return ended;
        }
    }

    void AssertRuns(params string[] arguments)
    {
        using var process = Start(server.Endpoint, [.. arguments, "--quiet"]);
        var run = TraillakeProcess.Await(process);
        Assert.True(run.Status == 0, run.ToString());
    }

    Process Start(string endpoint, params string[] arguments)
    {
        Directory.CreateDirectory(_folder["temporary"]);
        return TraillakeProcess.StartIn(new Dictionary<string, string> { ["TMPDIR"] = _folder["temporary"] }, [.. arguments, "--endpoint-url", endpoint]);
    }

    // For compact to have work.
    void MakeSmallFiles()
    {
        foreach (var number in new[] { 1, 2 })
            _lake.Run(new() { Shard = new Shard(number, 2) });
    }

    void AssertIsWhole()
    {
        using var whole = new TestLake();
        whole.Run(source: _lake.OpenSource());
        Assert.Equal(whole.Scalar(RepeatedDeliveries.Checksum), _lake.Scalar(RepeatedDeliveries.Checksum));
        Assert.Equal(_lake.Scalar("select count(*) from events"), _lake.Scalar("select count(distinct event_id) from events"));
        Assert.Empty(Verify.Run(_lake.OpenLake(), 2, TestContext.Current.CancellationToken).Problems);
        foreach (var folder in new[] { "_traillake/locks", "_traillake/running", "_traillake/publishing" })
            Assert.Empty(_lake.Files(folder));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["temporary"], "traillake-*"));
        using var client = server.Client();
        Assert.Equal(0, UploadsAsync(client).GetAwaiter().GetResult());
    }

    async Task<int> UploadsAsync(Amazon.S3.AmazonS3Client client) =>
        (await client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = _lake.LakeUri.Split('/')[2] }, TestContext.Current.CancellationToken)).MultipartUploads?.Count ?? 0;
}
