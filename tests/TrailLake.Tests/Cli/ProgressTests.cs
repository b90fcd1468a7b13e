using System.Text.Json;
using TrailLake.Cli;
using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake.Tests.Cli;

public sealed class ProgressTests : IDisposable
{
    static readonly WorkState Half = new("reading", "", "objects", 5_123, 12_287, 400_000, 84_000_000, 168_000_000, TimeSpan.FromSeconds(4));

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_line_has_the_step_a_bar_and_all_the_numbers() =>
        Assert.Equal("reading  ██████████░░░░░░░░░░   50 %  5,123/12,287 objects  100,000 records/s  84.0 MB/168.0 MB  0:04 left", ProgressText.Line(Half, 200, hasColour: false));

    [Theory]
    [InlineData(80)]
    [InlineData(40)]
    [InlineData(20)]
    [InlineData(5)]
    [InlineData(0)]
    public void A_narrow_terminal_gets_what_matters_most(int width)
    {
        var line = ProgressText.Line(Half, width, hasColour: false);
        Assert.True(line.Length <= width);
        Assert.StartsWith("reading"[..Math.Min(width, 7)], line, StringComparison.Ordinal);
        Assert.Equal(width >= 20, line.Contains("50 %", StringComparison.Ordinal));
    }

    [Fact]
    public void Colour_is_the_bars_alone_and_takes_no_room()
    {
        var line = ProgressText.Line(Half, 200, hasColour: true);
        Assert.Equal(ProgressText.Line(Half, 200, hasColour: false), line.Replace("\x1b[36m", "", StringComparison.Ordinal).Replace("\x1b[0m", "", StringComparison.Ordinal));
        Assert.Contains("\x1b[36m█", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Work_whose_end_is_not_known_has_no_bar_and_no_time_left() =>
        Assert.Equal("merging  3 partitions  2.0 kB", ProgressText.Line(new("merging", "", "partitions", 3, 0, 0, 2_000, 0, TimeSpan.FromSeconds(1)), 100, hasColour: false));

    [Theory]
    [InlineData("ingest", "objects", 1L)]
    [InlineData("export", "files", 1L)]
    [InlineData("compact", "partitions", 0L)]
    [InlineData("verify", "files", null)]
    [InlineData("pull", "files", null)]
    public void A_scheduler_gets_JSON_lines_that_end_with_what_the_work_came_to(string verb, string unit, long? objects)
    {
        var source = _folder["a.json"];
        File.WriteAllText(source, """{"Records":[{"eventVersion":"1.08","eventTime":"2024-01-01T00:00:01Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"us-east-1","eventID":"1"}]}""");
        if (verb != "ingest")
            Assert.Equal(0, TraillakeProcess.Run("ingest", source, _folder["lake"], "--quiet").Status);

        string[] arguments = verb switch { "ingest" => [source, _folder["lake"]], "export" or "pull" => [_folder["lake"], _folder["out"]], _ => [_folder["lake"]] };
        var ran = TraillakeProcess.Run([verb, .. arguments, "--progress", "json", "--quiet"]);

        Assert.True(ran is { Status: 0, Output: "" }, ran.ToString());
        using var last = JsonDocument.Parse(ran.Errors.TrimEnd().Split('\n')[^1]);
        Assert.Equal(unit, last.RootElement.GetProperty("unit").GetString());
        var done = last.RootElement.GetProperty("objects").GetInt64();
        Assert.True(objects is null ? done > 0 : done == objects, ran.Errors);
        if (verb is "ingest" or "export")
            Assert.Equal(1, last.RootElement.GetProperty("records").GetInt64());
        Assert.True(last.RootElement.GetProperty("seconds").GetDouble() >= 0);
    }

    [Theory]
    [InlineData("querying", "query", "select count(*) from events")]
    [InlineData("looking at the fields", "views", "--generate")]
    [InlineData("summing up", "report", "-")]
    public void What_counts_nothing_itself_says_what_it_does_and_how_long(string step, string verb, string argument)
    {
        Assert.Equal(1, TraillakeProcess.Run("ingest", SampleLake.Trail, _folder["lake"], "--quiet").Status);
        var ran = TraillakeProcess.Run(verb, _folder["lake"], argument, "--progress", "json");
        Assert.True(ran.Status == 0 && ran.Output.Length > 0, ran.ToString());
        using var last = JsonDocument.Parse(ran.Errors.TrimEnd().Split('\n')[^1]);
        Assert.Equal(step, last.RootElement.GetProperty("step").GetString());
        Assert.True(last.RootElement.GetProperty("seconds").GetDouble() >= 0);
        Assert.False(last.RootElement.TryGetProperty("unit", out _));
        Assert.Equal("", TraillakeProcess.Run(verb, _folder["lake"], argument).Errors);
    }

    [Fact]
    public void A_query_shows_how_far_it_is_until_its_first_row_is_there()
    {
        Directory.CreateDirectory(_folder["_traillake"]);
        using var terminal = Terminal.Run($"{TraillakeProcess.Program} query {_folder.Root} 'select sum(a.range * b.range) from range(100000) a, range(10000000) b'");
        terminal.WaitFor("querying");
        terminal.Press("C-c");
        var screen = terminal.WaitFor("left with 2");
        Assert.Contains("interrupted", screen, StringComparison.Ordinal);
        Assert.DoesNotContain("querying", screen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_gets_no_progress_and_another_word_for_it_is_wrong_usage()
    {
        Assert.Equal("", TraillakeProcess.Run("ingest", SampleLake.Trail, _folder["lake"]).Errors);
        var ran = TraillakeProcess.Run("ingest", SampleLake.Trail, _folder["lake"], "--progress", "often");
        Assert.Equal(64, ran.Status);
        Assert.Contains("--progress: expected auto, json or none, found often", ran.Errors, StringComparison.Ordinal);
    }

    // A run that waits for another one is long work that ends when the test wants it to.
    [Fact]
    public void A_terminal_has_a_live_line_that_is_gone_when_the_work_is_done()
    {
        using var held = LakeLock.Take(LocalStore.OpenLake(_folder["lake"]), "held", new LockRequest(null, false, static _ => { }, TimeProvider.System, TestContext.Current.CancellationToken));
        using var terminal = Terminal.Run($"{TraillakeProcess.Program} ingest {SampleLake.Trail} {_folder["lake"]} --wait");
        terminal.WaitFor("\nwaiting for the lake");
        held.Dispose();
        var screen = terminal.WaitFor("left with 1");
        Assert.DoesNotContain("waiting for the lake", screen.Split('\n'));
        Assert.DoesNotContain(" left\n", screen, StringComparison.Ordinal);
        Assert.Contains("records", screen, StringComparison.Ordinal);
    }
}
