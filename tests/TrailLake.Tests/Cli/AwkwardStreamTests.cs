using TrailLake.Cli;

namespace TrailLake.Tests.Cli;

/// <summary>Streams that are closed, full, pipes, or gone in the middle: the work is done, and the status tells what came of it.</summary>
public sealed class AwkwardStreamTests(SampleLake lake) : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("query \"$1\" 2>/dev/full <&-", 64)]
    [InlineData("query \"$1\" 2>/dev/full </dev/null", 64)]
    [InlineData("athena query \"$1\" 2>/dev/full <&-", 64)]
    [InlineData("query \"$2\" 'select 1' 2>/dev/full", 2)]
    [InlineData("query \"$2\" 'select 1' 2>&-", 2)]
    [InlineData("query \"$1\" 'select 1' --progress json 2>/dev/full", 0)]
    [InlineData("query \"$1\" 'select 1' --fail-if-rows >&-", 2)]
    [InlineData("verify \"$1\" --quiet <&- >&- 2>&-", 0)]
    [InlineData("query \"$2\" 'select 1' >&- 2>&-", 2)]
    [InlineData("query \"$1\" <&- 2>&-", 64)]
    public void What_cannot_be_said_or_read_changes_no_status(string typed, int status) => Assert.Equal(status, Shell(typed).Status);

    [Theory]
    [InlineData("status \"$1\"")]
    [InlineData("views \"$1\"")]
    [InlineData("query \"$1\" 'select 1'")]
    public void A_closed_standard_output_is_called_so(string typed) =>
        Assert.Equal((2, "traillake: standard output: expected it to be open, found it closed; send it somewhere, such as to /dev/null.\n"), (Shell($"{typed} >&-").Status, Shell($"{typed} >&-").Errors));

    [Fact]
    public void An_alert_is_one_though_its_reader_has_seen_enough()
    {
        var script = "{ \"$0\" query \"$1\" --fail-if-rows 'select range from range(1000000)'; echo $? >\"$2\"; } | head -n 1 >/dev/null";
        TraillakeProcess.RunOther(new("/bin/sh", ["-c", script, TraillakeProcess.Program, lake.Location, _folder["status"]]));
        Assert.Equal("1\n", File.ReadAllText(_folder["status"]));
    }

    [Fact]
    public void A_pipe_is_written_to_and_stays_one()
    {
        var ran = Shell("query \"$1\" 'select 42 as answer' -o \"$2\" & cat \"$2\"; wait; test -p \"$2\"", before: "mkfifo \"$2\";");
        Assert.Equal((0, "answer\n42\n"), (ran.Status, ran.Output));
        Assert.Equal(64, TraillakeProcess.Run("query", lake.Location, "select 1", "--format", "parquet", "-o", _folder["nowhere"]).Status);
    }

    // The reader is let in when the path is asked whether it is a pipe, and has a second to find nothing in it.
    [Fact]
    public void A_reader_that_waits_at_a_pipe_gets_the_answer_and_not_the_end()
    {
        TraillakeProcess.RunOther(new("mkfifo", [_folder["pipe"]]));
        using var reader = TraillakeProcess.StartOther(new("cat", [_folder["pipe"]]));
        using (var target = OutputTarget.Open(_folder["pipe"], () => Assert.False(reader.WaitForExit(TimeSpan.FromSeconds(1)), "it found the end")))
        {
            target.Stream.Write("answer"u8);
            target.Complete();
        }
        Assert.Equal("answer", TraillakeProcess.Await(reader).Output);
    }

    [Fact]
    public void A_pipe_that_holds_no_log_is_quarantined_and_not_read_again()
    {
        Directory.CreateDirectory(_folder["source"]);
        var ran = TraillakeProcess.RunOther(new("/bin/sh", ["-c", "mkfifo \"$1/p.json\"; echo nonsense >\"$1/p.json\" & \"$0\" ingest \"$1\" \"$2\" --json --progress none", TraillakeProcess.Program, _folder["source"], _folder["lake"]]));
        Assert.True(ran.Status == 1, ran.ToString());
        Assert.Contains("\"objects_quarantined\":1,", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_behind_a_name_of_the_shell_keeps_no_end_of_its_old_text()
    {
        var ran = Shell("query \"$1\" 'select 42 as answer' -o /dev/fd/3 3<>\"$2\"; cat \"$2\"", before: "printf 'an older and longer answer' >\"$2\";");
        Assert.Equal((0, "answer\n42\n", ""), (ran.Status, ran.Output, ran.Errors));
    }

    [Fact]
    public void A_file_in_the_folder_in_memory_is_replaced_as_in_any_other()
    {
        var file = $"/dev/shm/traillake-test-{Guid.NewGuid():N}.csv";
        if (!Directory.Exists("/dev/shm"))
            return; // Linux has one
        File.WriteAllText(file, "an older and longer answer");
        try
        {
            var ran = TraillakeProcess.Run("query", lake.Location, "select 42 as answer", "-o", file);
            Assert.Equal((0, "", "answer\n42\n"), (ran.Status, ran.Errors, File.ReadAllText(file)));
            Assert.Equal(0, TraillakeProcess.Run("query", lake.Location, "select 42 as answer", "-o", file, "--format", "parquet").Status);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void An_export_for_which_there_was_no_room_can_be_run_again()
    {
        var ran = TraillakeProcess.RunWithFileLimit(1, "export", lake.Location, _folder["out"]);
        Assert.Equal((2, ""), (ran.Status, ran.Output));
        Assert.StartsWith($"traillake: {_folder["out"]}: cannot write it: it would be larger than a file may be here", ran.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["out"]));
        Assert.Equal(0, TraillakeProcess.Run("export", lake.Location, _folder["out"]).Status);
    }

    // $0 is the program, $1 a lake, $2 a path where nothing is.
    TraillakeProcess Shell(string typed, string before = "") => TraillakeProcess.RunOther(new("/bin/sh", ["-c", $"{before} \"$0\" {typed}", TraillakeProcess.Program, lake.Location, _folder["nowhere"]]));
}
