using System.Diagnostics;
using System.Text.RegularExpressions;
using TrailLake.Lake;

namespace TrailLake.Tests;

/// <summary>Runs that a full disk, a signal or a crash ends: nothing half written is seen, and the next run has every event once.</summary>
public sealed class StoppedRunTests : IDisposable
{
    const int Files = 40, RecordsOfAFile = 25;

    readonly TestLake _lake = new();

    public void Dispose() => _lake.Dispose();

    // The limit decides what fails: rows, quarantine, ledger, or the run's report.
    [Fact]
    public void A_full_disk_ends_the_run_with_one_line_and_a_run_with_room_completes()
    {
        PutFiles();
        var failed = 0;
        for (var blocks = 0; blocks < 400; blocks = blocks * 3 / 2 + 1)
        {
            var run = TraillakeProcess.RunWithFileLimit(blocks, "ingest", _lake.Source, _lake.Lake, "--compression", "none", "--quiet");
            AssertOnlyWhole();
            if (run.Status != 2)
            {
                Assert.Equal((1, ""), (run.Status, run.Output));
                Assert.Matches($@"^traillake: \d+ records? and \d+ objects? are in quarantine: traillake status {Regex.Escape(_lake.Lake)}\n$", run.Errors);
                break;
            }
            failed++;
            Assert.Equal("", run.Output);
            Assert.Equal(1, run.Errors.AsSpan().Count('\n'));
            Assert.StartsWith($"traillake: {_lake.Lake}/", run.Errors, StringComparison.Ordinal);
            Assert.Contains("cannot write it: it would be larger than a file may be here; raise the limit", run.Errors, StringComparison.Ordinal);
        }
        Assert.InRange(failed, 5, 20);
        AssertComplete();
    }

    [Fact]
    public void A_small_disk_that_is_full_then_read_only_and_then_has_room_has_everything_once()
    {
        PutFiles();
        var run = SmallDisk.Run(_lake.Lake, """
            traillake() { "$2" "$3" "$4" "$1/lake" --compression none --quiet 2>&1 || echo "exit $?"; }
            traillake "$@"
            mount -o remount,ro "$1" && traillake "$@"
            mount -o remount,rw,size=64m "$1" && traillake "$@"
            "$2" query "$1/lake" "select count(*), count(distinct event_id) from events" --format csv
            find "$1" -name '.traillake-*' | grep -v /locks/ # of what was half written nothing is left
            """, TraillakeProcess.Program, "ingest", _lake.Source);
        Assert.Equal("", run.Errors);
        var lines = run.Output.Split('\n');
        Assert.Contains("the disk is full; free some space and run again.", lines[0], StringComparison.Ordinal);
        Assert.Equal("exit 2", lines[1]);
        Assert.Contains("the disk is read-only; name another place.", lines[2], StringComparison.Ordinal);
        Assert.Equal("exit 2", lines[3]);
        Assert.Contains(" are in quarantine: traillake status ", lines[4], StringComparison.Ordinal);
        Assert.Equal(["exit 1", "count_star(),count(DISTINCT event_id)", "1000,1000", ""], lines[5..]);
    }

    // The old rows wait in one file; late ones merge with it.
    [Fact]
    public void A_disk_that_is_full_in_a_merge_leaves_the_old_file_and_a_run_with_room_completes()
    {
        PutFiles();
        _lake.Run();
        var old = _lake.Rows("select count(*), sum(hash(event_id)) from events")[0];
        for (var late = 0; late < 3; late++)
            _lake.Put($"late{late}.json", TestLake.Log([Record(5000 + late), .. late == 0 ? Enumerable.Range(0, 20).Select(Record) : []]));
        var failed = 0;
        for (var blocks = 8; blocks < 4000; blocks = blocks * 3 / 2 + 1)
        {
            var run = TraillakeProcess.RunWithFileLimit(blocks, "ingest", _lake.Source, _lake.Lake, "--compression", "none", "--quiet");
            if (run.Status == 0)
                break;
            Assert.Equal((2, "", 1), (run.Status, run.Output, run.Errors.AsSpan().Count('\n')));
            Assert.Equal(old, _lake.Rows("select count(*), sum(hash(event_id)) from events")[0]);
            failed++;
        }
        Assert.InRange(failed, 2, 20);
        _lake.Run();
        Assert.Equal(["1003", "1003"], _lake.Rows("select count(*), count(distinct event_id) from events")[0]);
        Assert.Equal(3, _lake.Files("events").Length); // one a region
        Assert.Empty(Temporary());
        Assert.Empty(Verify.Run(TrailLake.Storage.LocalStore.OpenLake(_lake.Lake), 1, TestContext.Current.CancellationToken).Problems);
    }

    [Fact]
    public void A_killed_run_leaves_nothing_that_is_seen_and_the_next_one_clears_it_away()
    {
        PutFiles();
        using (var run = StartUpTo("z.json", out var pipe))
        using (pipe)
        {
            run.Kill();
            Assert.NotEqual(0, TraillakeProcess.Await(run).Status);
        }
        Assert.NotEmpty(Temporary());
        Assert.Single(_lake.Files("_traillake/running"));
        AssertOnlyWhole();
        AssertComplete();
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public void A_signal_ends_the_run_with_what_it_has_read_and_the_next_one_goes_on_from_there(string signal)
    {
        PutFiles();
        using (var run = StartUpTo("20x.json", out var pipe))
        {
            var asked = Stopwatch.GetTimestamp();
            using (pipe)
            {
                using var kill = Process.Start("kill", ["-s", signal, run.Id.ToString()]);
                kill.WaitForExit();
                Assert.Equal("traillake: stopping; once more stops it at once.", run.StandardError.ReadLine()); // it has heard
            }
            var ended = TraillakeProcess.Await(run);
            Assert.Equal((2, "", $"traillake: interrupted; the 22 objects read so far are in the lake. Run it again for the rest.\ntraillake: 21 records and 0 objects are in quarantine: traillake status {_lake.Lake}\n"), (ended.Status, ended.Output, ended.Errors));
            Assert.InRange(Stopwatch.GetElapsedTime(asked).TotalSeconds, 0, 2);
        }
        Assert.Empty(Temporary());
        Assert.Empty(_lake.Files("_traillake/locks"));
        Assert.Equal([$"{21 * RecordsOfAFile}", "21"], _lake.Rows("select count(*), count(distinct source_object) from events")[0]);
        Assert.Equal("true", _lake.Scalar("select interrupted from ingest_runs"));
        var rest = _lake.Run();
        Assert.Equal((19, 19 * (RecordsOfAFile + 1), 0), (rest.ObjectsIngested, rest.RecordsRead, rest.Duplicates));
        AssertComplete(Files + 1); // the pipe is an object, too
    }

    [Fact]
    public void A_run_that_lives_is_left_alone_by_the_next_one_which_says_so_or_waits()
    {
        PutFiles();
        using var run = StartUpTo("z.json", out var pipe);
        var before = Temporary();
        Assert.NotEmpty(before);
        var refused = TraillakeProcess.Run("ingest", _lake.Source, _lake.Lake);
        Assert.Equal(2, refused.Status);
        Assert.Contains($"expected to be the only one that writes here, found run ", refused.Errors, StringComparison.Ordinal);
        Assert.Contains($", process {run.Id}, which began ", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(1, refused.Errors.AsSpan().Count('\n'));
        Assert.Equal(before, Temporary());
        using var waiting = TraillakeProcess.Start("ingest", _lake.Source, _lake.Lake, "--wait", "--json");
        Assert.Contains(": waiting for run ", waiting.StandardError.ReadLine(), StringComparison.Ordinal);
        pipe.Dispose();
        Assert.Equal(1, TraillakeProcess.Await(run).Status);
        var waited = TraillakeProcess.Await(waiting);
        Assert.Equal(0, waited.Status);
        Assert.Contains($"\"objects_already_ingested\":{Files},", waited.Output, StringComparison.Ordinal);
        Assert.Empty(Temporary());
    }

    [Fact]
    public void What_a_crashed_run_quarantined_is_counted_once()
    {
        PutFiles();
        var report = _lake.Run();
        // As if it had crashed before its ledger.
        File.Delete(Path.Combine(_lake.Lake, "_traillake", "ledger", report.RunId + ".parquet"));
        File.WriteAllText(Path.Combine(_lake.Lake, "_traillake", "running", report.RunId), "");
        AssertComplete();
    }

    [Fact]
    public void A_run_that_was_asked_to_end_publishes_nothing()
    {
        PutFiles();
        Assert.Throws<OperationCanceledException>(() => _lake.Run(new() { Cancel = new CancellationToken(canceled: true) }));
        Assert.Empty(_lake.Files());
    }

    [Fact]
    public void What_an_interrupted_run_did_not_read_is_not_among_its_bytes()
    {
        PutFiles();
        using var asked = new CancellationTokenSource();
        var report = _lake.Run(new() { Threads = 1, Cancel = asked.Token }, new FaultyStore(_lake.OpenSource()) { Opening = key => { if (key == "02.json") asked.Cancel(); } });
        Assert.Equal((true, 3L), (report.IsInterrupted, report.ObjectsIngested + report.ObjectsQuarantined));
        Assert.Equal(Enumerable.Range(0, 3).Sum(file => new FileInfo(Path.Combine(_lake.Source, $"{file:00}.json")).Length), report.BytesCompressed);
    }

    void PutFiles()
    {
        for (var file = 0; file < Files; file++)
            _lake.Put($"{file:00}.json", TestLake.Log(Enumerable.Range(0, RecordsOfAFile).Select(i => Record(file * RecordsOfAFile + i)).Append($"\"no record {new string('x', 4000)}\"")));
    }

    static string Record(int id) => TestLake.Record(id, $"\"requestID\":\"request {id * 7919}\"").Replace("eu-west-1", $"eu-west-{id % 3}");

    // A pipe in the source is where the run waits until the test has it where it wants it: when it can be written, the run reads it.
    Process StartUpTo(string name, out FileStream pipe)
    {
        var path = Path.Combine(_lake.Source, name);
        using (var make = Process.Start("mkfifo", [path]))
            make.WaitForExit();
        var run = TraillakeProcess.StartInForeground(new Dictionary<string, string>(), "ingest", _lake.Source, _lake.Lake, "--threads", "1", "--quiet");
        pipe = new FileStream(path, FileMode.Open, FileAccess.Write);
        File.Delete(path);
        return run;
    }

    string[] Temporary() => [.. _lake.Files().Where(key => Path.GetFileName(key).StartsWith(".traillake-", StringComparison.Ordinal))];

    // Whatever is seen is whole, and no event is seen twice.
    void AssertOnlyWhole()
    {
        if (Directory.Exists(_lake.Lake))
            Assert.Single(_lake.Rows("select count(*) from events having count(*) = count(distinct event_id)"));
    }

    void AssertComplete(int objects = Files)
    {
        if (_lake.Run() is { RecordsRead: > 0 } report)
            Assert.Equal(Files, report.RecordsQuarantined);
        Assert.Equal([$"{Files * RecordsOfAFile}", $"{Files * RecordsOfAFile}"], _lake.Rows("select count(*), count(distinct event_id) from events")[0]);
        Assert.Equal([new QuarantineCount("record_not_an_object", Files, Files)], Status.Of(_lake.Lake).Quarantine);
        Assert.Equal($"{objects}", _lake.Scalar("select count(*) from ingested_objects"));
        Assert.Empty(Temporary());
        Assert.Empty(_lake.Files("_traillake/running"));
        Assert.Equal(0, _lake.Run().RecordsRead);
    }
}
