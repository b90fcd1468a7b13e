using System.Diagnostics;
using System.Text.RegularExpressions;
using TrailLake.Tests.Athena;

namespace TrailLake.Tests;

/// <summary>The README's commands, run as they stand there, beside the demo's lake and a stand-in for Athena.</summary>
public sealed partial class ReadmeCommandTests(SampleLake lake) : IDisposable
{
    readonly TempFolder _folder = new();
    readonly Lazy<StandInAthena> _athena = new(() => new(new("s3://audit-lake/trail", lake.Location)));

    static string Readme { get; } = File.ReadAllText(Repository.PathOf("README.md"));

    public void Dispose()
    {
        _folder.Dispose();
        if (_athena.IsValueCreated)
            _athena.Value.Dispose();
    }

    [Fact]
    public void Every_command_does_what_it_says()
    {
        var commands = CodeBlocks().Matches(Readme).Select(match => MakeLines().Replace(match.Groups[1].Value, "")).Where(block => block.Length > 0).ToList();
        Assert.True(commands.Count >= 10);
        Assert.All(commands, command => Assert.StartsWith("bin/traillake ", command, StringComparison.Ordinal));
        foreach (var command in commands)
        {
            var (status, _, errors) = Run(command);
            Assert.True(status == 0, $"exit {status} of\n{command}\n{errors}");
        }
        Assert.NotEmpty(File.ReadAllText(_folder["errors.csv"]));
        Assert.NotEmpty(Directory.GetFiles(_folder["own"], "*.parquet", SearchOption.AllDirectories));
        Assert.NotEmpty(Directory.GetFiles(_folder["out"], "*.json.gz", SearchOption.AllDirectories));
    }

    [Fact]
    public void Every_target_of_make_that_it_names_is_there()
    {
        var targets = CodeBlocks().Matches(Readme).SelectMany(block => MakeTargets().Matches(block.Groups[1].Value)).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.Contains("demo", targets);
        var makefile = File.ReadAllText(Repository.PathOf("Makefile"));
        Assert.All(targets, target => Assert.Matches($"(?m)^{target}:.*## ", makefile));
    }

    [Fact]
    public void The_line_of_a_crontab_is_that_of_the_page_on_schedules() =>
        Assert.Contains(Crontab().Match(Readme).Groups[1].Value, File.ReadAllText(Repository.PathOf("docs", "scheduling.md")), StringComparison.Ordinal); // where it is tested

    [Fact]
    public void The_first_query_has_the_answer_that_is_printed_below_it()
    {
        var first = CodeBlocks().Matches(Readme).First(match => match.Groups[1].Value.StartsWith("bin/traillake query", StringComparison.Ordinal));
        var printed = Readme[(first.Index + first.Length)..].Trim().Split("\n\n")[0].Split('\n')
            .Where(line => !line.StartsWith("| ---", StringComparison.Ordinal)).Select(line => string.Join(',', line.Trim('|', ' ').Split(" | ").Select(cell => cell.Trim())));
        var (status, output, errors) = Run(first.Groups[1].Value);
        Assert.True(status == 0, errors);
        Assert.Equal(printed, output.TrimEnd().Split('\n'));
    }

    (int Status, string Output, string Errors) Run(string command)
    {
        if (!Directory.Exists(_folder["bin"]))
        {
            Directory.CreateDirectory(_folder["bin"]);
            File.CreateSymbolicLink(_folder["bin", "traillake"], TraillakeProcess.Program);
            Directory.CreateSymbolicLink(_folder["lake"], lake.Location);
            Directory.CreateSymbolicLink(_folder["source"], Path.Join(SampleLake.Trail, "AWSLogs", "123456789012")); // of which nothing is broken
        }
        var start = new ProcessStartInfo("/bin/sh", ["-e", "-c", command.Replace("SOURCE LAKE", "source own", StringComparison.Ordinal)])
        {
            WorkingDirectory = _folder.Root,
        };
        foreach (var (name, value) in _athena.Value.Environment)
            start.Environment[name] = value;
        var done = TraillakeProcess.RunOther(start);
        return (done.Status, done.Output, done.Errors);
    }

    [GeneratedRegex("^```sh\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CodeBlocks();

    [GeneratedRegex("^```crontab\n(.+?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Crontab();

    [GeneratedRegex("^make.*\n", RegexOptions.Multiline)]
    private static partial Regex MakeLines();

    [GeneratedRegex("^make ([a-z]+)", RegexOptions.Multiline)]
    private static partial Regex MakeTargets();
}
