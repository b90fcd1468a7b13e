using System.Diagnostics;
using TrailLake.Cli;
using TrailLake.Report;

namespace TrailLake.Tests.Cli;

/// <summary>Answers that a signal ends: status 2, a word of it, and nothing half written or spilled left behind.</summary>
public sealed class StoppedAnswerTests : IDisposable
{
    const string Stopped = "traillake: stopping; once more stops it at once.\n", Interrupted = "traillake: interrupted; nothing is lost, run it again.\n";

    // Nobody waits for its end.
    const string Endless = "select sum(a.range * b.range) from range(10000000) a, range(10000000) b";

    readonly TempFolder _folder = new();
    readonly TestLake _lake = new();

    public void Dispose()
    {
        _lake.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    [InlineData("INT")]
    public void A_signal_ends_a_query_and_leaves_neither_its_file_nor_what_it_has_spilled(string signal)
    {
        Directory.CreateDirectory(Path.Combine(_lake.Lake, "_traillake"));
        Directory.CreateDirectory(_folder["out"]);
        Directory.CreateDirectory(_folder["spill"]);
        using var query = Start("query", _lake.Lake, "select range, md5(cast(range as varchar)) as hash from range(100000000) order by hash", "-o", _folder["out", "a.csv"], "--memory", "128MiB");
        Assert.True(SpinWait.SpinUntil(() => Spilled().Length > 0, TraillakeProcess.Patience));
        Kill(query, signal);
        var ended = TraillakeProcess.Await(query);
        Assert.Equal((2, ""), (ended.Status, ended.Output));
        Assert.EndsWith(Stopped + Interrupted, ended.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["out"]));
        Assert.Empty(Spilled());
    }

    // It waits where it reads what the runs wrote down; the file of its answer is begun by then.
    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public void A_signal_ends_a_report_and_leaves_no_half_of_its_page(string signal)
    {
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1))).Run();
        Directory.CreateDirectory(_folder["out"]);
        var pipe = MakePipe(Path.Combine(_lake.Lake, "_traillake", "runs", "x.json"));
        using var report = Start("report", _lake.Lake, _folder["out", "a.html"]);
        using (new FileStream(pipe, FileMode.Open, FileAccess.Write)) // opens when the report reads it
        {
            Assert.Single(Directory.GetFileSystemEntries(_folder["out"]));
            KillAndAwaitWord(report, signal);
        }
        var ended = TraillakeProcess.Await(report);
        Assert.Equal((2, "", Interrupted), (ended.Status, ended.Output, ended.Errors));
        Assert.Empty(Directory.GetFileSystemEntries(_folder["out"]));
    }

    [Fact]
    public void A_signal_ends_a_prompt_whose_query_has_spilled_and_leaves_nothing_of_it()
    {
        Directory.CreateDirectory(Path.Combine(_lake.Lake, "_traillake"));
        Directory.CreateDirectory(_folder["spill"]);
        using var terminal = Terminal.Run($"TMPDIR={_folder["spill"]} sh -c 'echo $$ >pid; exec {TraillakeProcess.Program} query {_lake.Lake} --memory 128MiB'");
        terminal.WaitFor("traillake> ");
        terminal.Type("select range, md5(cast(range as varchar)) as hash from range(100000000) order by hash;");
        terminal.Press("Enter");
        Assert.True(SpinWait.SpinUntil(() => Spilled().Length > 0, TraillakeProcess.Patience));
        TraillakeProcess.RunOther(new("kill", ["-s", "TERM", File.ReadAllText(terminal.PathOf("pid")).Trim()]));
        terminal.WaitFor("left with 2");
        Assert.Empty(Spilled());
    }

    // DuckDB forgets what it is told while nothing runs on it: the query waits for the text of a view then.
    [Fact]
    public void A_signal_that_comes_before_DuckDB_runs_the_query_ends_it_too()
    {
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1))).Run();
        Directory.CreateDirectory(Path.Combine(_lake.Lake, "_traillake", "views"));
        var pipe = MakePipe(Path.Combine(_lake.Lake, "_traillake", "views", "mine.sql"));
        using var query = Start("query", _lake.Lake, $"{Endless}, mine");
        using (var view = new StreamWriter(new FileStream(pipe, FileMode.Open, FileAccess.Write)))
        {
            KillAndAwaitWord(query, "INT");
            view.Write("create or replace view mine as select count(*) as events from events");
        }
        var ended = TraillakeProcess.Await(query);
        Assert.Equal((2, "", Interrupted), (ended.Status, ended.Output, ended.Errors));
    }

    [Fact]
    public void A_signal_that_comes_when_the_work_is_over_is_none_of_its_business()
    {
        var said = new List<string>();
        var interrupt = new Interrupt(said.Add);
        interrupt.Dispose();
        Assert.False(interrupt.Ask());
        using var other = new Interrupt(said.Add);
        Assert.True(other.Ask());
        Assert.False(other.Ask()); // the second one ends the program
        Assert.Equal(["stopping; once more stops it at once."], said);
    }

    [Fact]
    public void What_is_told_to_end_before_it_begins_ends()
    {
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1))).Run();
        var ended = new CancellationToken(canceled: true);
        Assert.ThrowsAny<OperationCanceledException>(() => LakeReport.Render(_lake.Lake, "lake", null, null, DateTime.UtcNow, new(), ended));
        Assert.ThrowsAny<OperationCanceledException>(() => Status.Find(_lake.Lake, hasTables: true, ended));
    }

    Process Start(params string[] arguments) => TraillakeProcess.StartInForeground(new Dictionary<string, string> { ["TMPDIR"] = _folder["spill"] }, arguments);

    string[] Spilled() => [.. Directory.EnumerateFileSystemEntries(_folder["spill"], "traillake-*")];

    static string MakePipe(string path)
    {
        Assert.Equal(0, TraillakeProcess.RunOther(new("mkfifo", [path])).Status);
        return path;
    }

    static void Kill(Process process, string signal) => TraillakeProcess.RunOther(new("kill", ["-s", signal, $"{process.Id}"]));

    static void KillAndAwaitWord(Process process, string signal)
    {
        Kill(process, signal);
        Assert.Equal(Stopped.TrimEnd(), process.StandardError.ReadLine());
    }
}
