using System.Diagnostics;

namespace TrailLake.Tests.Storage.S3;

/// <summary>A run between two places on S3 that is asked to end: it ends soon, in good order, and the next one goes on from there.</summary>
public sealed class S3StopTests(S3Server server) : IDisposable
{
    const int Files = 300;

    /// <summary>Two seconds are promised; here many processes share the machine.</summary>
    static readonly TimeSpan s_soon = TimeSpan.FromSeconds(4);

    readonly TestLake _lake = new(server, server);

    public void Dispose() => _lake.Dispose();

    [Fact]
    public void A_signal_ends_the_run_with_what_it_has_read_in_the_lake()
    {
        PutFiles();
        var ended = RunAndSignal((_, number) => number == 100, Fault.None, out var took);
        Assert.Equal((2, ""), (ended.Status, ended.Output));
        Assert.InRange(took, TimeSpan.Zero, s_soon);
        if (ended.Errors.EndsWith(Nothing, StringComparison.Ordinal))
        {
            Assert.InRange(took, TimeSpan.FromSeconds(1), TimeSpan.MaxValue); // a server that is so slow that the time was up
            AssertLeftNothingBehind();
            return;
        }
        Assert.StartsWith("traillake: stopping; once more stops it at once.\ntraillake: interrupted; the ", ended.Errors, StringComparison.Ordinal);
        Assert.EndsWith(" objects read so far are in the lake. Run it again for the rest.\n", ended.Errors, StringComparison.Ordinal);
        var read = int.Parse(ended.Errors.Split("interrupted; the ")[1].Split(' ')[0]);
        Assert.InRange(read, 1, Files - 1);
        AssertLeftNothingBehind();
        Assert.Equal([$"{read}", $"{read}"], _lake.Rows("select count(*), count(distinct event_id) from events")[0]);
        Assert.Equal(Files - read, _lake.Run().ObjectsIngested);
        Assert.Equal([$"{Files}", $"{Files}"], _lake.Rows("select count(*), count(distinct event_id) from events")[0]);
    }

    [Fact]
    public void A_run_that_waits_for_an_answer_ends_all_the_same_and_takes_its_lock_away()
    {
        PutFiles();
        var ended = RunAndSignal((line, _) => line.Contains("/000.json ", StringComparison.Ordinal), Fault.Stall, out var took);
        Assert.InRange(took, TimeSpan.Zero, s_soon);
        Assert.True(ended == new TraillakeProcess(2, "", "traillake: stopping; once more stops it at once.\n" + Nothing), ended.ToString());
        AssertLeftNothingBehind();
        Assert.Equal(Files, _lake.Run().ObjectsIngested);
    }

    const string Nothing = "traillake: interrupted; nothing is lost, run it again.\n";

    void PutFiles()
    {
        for (var file = 0; file < Files; file++)
            _lake.Put($"{file:000}.json", TestLake.Log(TestLake.Record(file)));
    }

    void AssertLeftNothingBehind()
    {
        Assert.Empty(_lake.Files("_traillake/locks"));
        Assert.Empty(_lake.Files("_traillake/publishing"));
    }

    /// <summary>Runs it, and sends the signal when it asks for one of the log files.</summary>
    /// <param name="isLast">Given the request's first line, and how many files it has asked for.</param>
    /// <param name="fate">What becomes of that request.</param>
    /// <param name="took">From the signal to the end.</param>
    TraillakeProcess RunAndSignal(Func<string, int, bool> isLast, Fault fate, out TimeSpan took)
    {
        var signalled = 0L;
        Process? run = null;
        using var started = new ManualResetEventSlim();
        var asked = 0;
        using var proxy = new FaultyProxy(server.Endpoint, (line, _) =>
        {
            if (!line.StartsWith("GET ", StringComparison.Ordinal) || !line.Contains(".json ", StringComparison.Ordinal) || line.Contains("_traillake", StringComparison.Ordinal) || !isLast(line, Interlocked.Increment(ref asked)))
                return Fault.None;
            started.Wait();
            using var kill = Process.Start("kill", ["-s", "TERM", run!.Id.ToString()]);
            kill.WaitForExit();
            signalled = Stopwatch.GetTimestamp();
            return fate;
        });
        using (run = TraillakeProcess.Start("ingest", _lake.SourceUri, _lake.LakeUri, "--endpoint-url", proxy.Endpoint, "--threads", "1", "--downloads", "8", "--quiet"))
        {
            started.Set();
            var ended = TraillakeProcess.Await(run);
            took = Stopwatch.GetElapsedTime(signalled);
            return ended;
        }
    }
}
