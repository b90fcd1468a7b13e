using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TrailLake.Tests;

/// <summary>The examples of docs/scheduling.md: each is what its scheduler reads, and each command in it runs.</summary>
public sealed partial class ScheduleTests : IDisposable
{
    static readonly string Page = File.ReadAllText(Repository.PathOf("docs", "scheduling.md"));

    readonly TestLake _lake = new();

    public ScheduleTests() => _lake.Put("AWSLogs/111122223333/CloudTrail/eu-west-1/2024/01/31/a.json", TestLake.Log(TestLake.Record(1)));

    public void Dispose() => _lake.Dispose();

    [Fact]
    public void Every_command_runs_with_the_options_that_it_has_there()
    {
        var commands = Commands().Matches(Page).Select(match => match.Groups[1].Value.TrimEnd()).ToList();
        Assert.True(commands.Count >= 8);
        foreach (var command in commands)
        {
            using var run = Start(Of(command), ("JOB_COMPLETION_INDEX", "3"));
            var ended = TraillakeProcess.Await(run);
            Assert.True(ended.Status == 0, $"{command}\n{ended}");
        }
    }

    [Fact]
    public void The_array_job_of_AWS_Batch_says_what_it_runs_and_when_it_tries_again()
    {
        using var job = JsonDocument.Parse(Blocks("json").Single());
        var size = job.RootElement.GetProperty("arrayProperties").GetProperty("size").GetInt32();
        Assert.InRange(size, 2, 10_000); // AWS's own bounds
        var command = job.RootElement.GetProperty("containerOverrides").GetProperty("command").EnumerateArray().Select(word => word.GetString()!).ToArray();
        for (var index = 0; index < size; index++)
        {
            using var run = Start(Of(string.Join(' ', command)), ("AWS_BATCH_JOB_ARRAY_INDEX", $"{index}"), ("AWS_BATCH_JOB_ARRAY_SIZE", $"{size}"));
            Assert.Equal(0, TraillakeProcess.Await(run).Status);
        }
        Assert.Equal("1", _lake.Scalar("select count(*) from events"));
        Assert.Equal(["1 EXIT", "64 EXIT", "* RETRY"], job.RootElement.GetProperty("retryStrategy").GetProperty("evaluateOnExit").EnumerateArray().Select(rule => $"{rule.GetProperty("onExitCode").GetString()} {rule.GetProperty("action").GetString()}"));
    }

    [Fact]
    public void The_manifests_of_Kubernetes_have_the_fields_that_they_need()
    {
        var manifests = Blocks("yaml").Select(Yaml).ToDictionary(manifest => manifest.GetProperty("kind").GetString()!);
        Assert.Equal(["CronJob", "Job"], manifests.Keys.Order());
        Assert.All(manifests.Values, manifest => Assert.Equal("batch/v1", manifest.GetProperty("apiVersion").GetString()));
        var cron = manifests["CronJob"].GetProperty("spec");
        Assert.Matches(@"^(\S+ ){4}\S+$", cron.GetProperty("schedule").GetString());
        Assert.Equal("Forbid", cron.GetProperty("concurrencyPolicy").GetString());
        var job = cron.GetProperty("jobTemplate").GetProperty("spec");
        Assert.Equal(("FailJob", "In", "[64]"), FailureRule(job));
        Assert.Equal(4, job.GetProperty("backoffLimit").GetInt32());
        var indexed = manifests["Job"].GetProperty("spec");
        Assert.Equal(("Indexed", indexed.GetProperty("completions").GetInt32()), (indexed.GetProperty("completionMode").GetString(), indexed.GetProperty("parallelism").GetInt32()));
        Assert.Contains($"--shard auto/{indexed.GetProperty("completions").GetInt32()} ", ShellOf(indexed), StringComparison.Ordinal);
        Assert.Equal(("FailIndex", "In", "[64]"), FailureRule(indexed));
        Assert.Equal(4, indexed.GetProperty("backoffLimitPerIndex").GetInt32());
        Assert.All(new[] { job, indexed }, spec => Assert.Equal("Never", spec.GetProperty("template").GetProperty("spec").GetProperty("restartPolicy").GetString()));
    }

    static (string? Action, string? Operator, string Values) FailureRule(JsonElement job)
    {
        var rule = job.GetProperty("podFailurePolicy").GetProperty("rules").EnumerateArray().Single();
        var statuses = rule.GetProperty("onExitCodes");
        Assert.Equal(job.GetProperty("template").GetProperty("spec").GetProperty("containers")[0].GetProperty("name").GetString(), statuses.GetProperty("containerName").GetString());
        return (rule.GetProperty("action").GetString(), statuses.GetProperty("operator").GetString(), statuses.GetProperty("values").GetRawText());
    }

    // Kubernetes asks only the first process of a pod, the shell, to end.
    [Fact]
    public void A_pod_that_is_asked_to_end_hands_that_on_and_ends_as_the_run_does()
    {
        foreach (var manifest in Blocks("yaml").Select(Yaml))
        {
            var spec = manifest.GetProperty("spec");
            var shell = ShellOf(spec.TryGetProperty("jobTemplate", out var template) ? template.GetProperty("spec") : spec);
            using var run = TraillakeProcess.StartOther(new("/bin/sh", ["-c", WithRun(shell, "(trap 'exit 2' TERM; echo; while :; do sleep 0.1; done) ")]));
            run.StandardOutput.ReadLine(); // it runs
            using var kill = Process.Start("kill", ["-s", "TERM", run.Id.ToString()]);
            Assert.Equal(2, TraillakeProcess.Await(run).Status);
        }
    }

    // The pod's shell turns a run's status into what Kubernetes should see.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 2)]
    [InlineData(64, 64)]
    public void A_pod_counts_as_done_when_something_is_in_quarantine_and_keeps_every_other_status(int status, int expected)
    {
        foreach (var manifest in Blocks("yaml").Select(Yaml))
        {
            var spec = manifest.GetProperty("spec");
            var shell = ShellOf(spec.TryGetProperty("jobTemplate", out var template) ? template.GetProperty("spec") : spec);
            Assert.Equal(expected, TraillakeProcess.RunOther(new("/bin/sh", ["-c", WithRun(shell, $"(exit {status}) ")])).Status);
        }
    }

    [Fact]
    public void The_units_of_systemd_are_without_fault()
    {
        using var folder = new TempFolder();
        foreach (var unit in Blocks("ini"))
        {
            var name = Regex.Match(unit, @"^# (\S+)").Groups[1].Value;
            File.WriteAllText(folder[name], unit.Replace("/usr/local/bin/traillake", "/bin/true", StringComparison.Ordinal));
            // Where there is no systemd, as on macOS, at least sections and keys are what they must be.
            Assert.All(unit.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(@"^(#.*|\[(Unit|Service|Timer|Install)\]|[A-Z][A-Za-z]+=.+)$", line));
        }
        var units = Directory.EnumerateFiles(folder.Root).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(["traillake-night.timer", "traillake-week.timer", "traillake@.service"], units.Select(path => Path.GetFileName(path)));
        Assert.Contains("\nsystemctl enable --now traillake-night.timer traillake-week.timer\n", Page, StringComparison.Ordinal); // else nothing starts them
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(path => File.Exists(Path.Combine(path, "systemd-analyze"))))
            Assert.Skip("no systemd-analyze here (Debian's systemd); only the units' keys were looked at");
        var ended = TraillakeProcess.RunOther(new("systemd-analyze", ["verify", .. units]));
        Assert.True(ended.Status == 0 && !ended.Errors.Contains("traillake", StringComparison.Ordinal), ended.ToString());
    }

    [Fact]
    public void The_container_copies_what_the_steps_before_it_make()
    {
        var file = Blocks("dockerfile").Single();
        Assert.Contains("ADD dist/traillake-*-linux-x64.tar.gz /opt/\nRUN ln -s /opt/traillake-*/traillake /usr/local/bin/traillake\n", file, StringComparison.Ordinal);
        Assert.Contains("ENTRYPOINT [\"/usr/local/bin/traillake\"]", file, StringComparison.Ordinal);
        var package = File.ReadAllText(Repository.PathOf("Makefile")).Split("\npackage:")[1];
        Assert.Contains("for name in linux-x64 portable; do tar -C dist -czf dist/traillake-$(VERSION)-$$name.tar.gz traillake-$(VERSION)-$$name ", package, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_of_exit_statuses_is_that_of_the_program() =>
        Assert.Equal([TrailLake.Cli.ExitStatus.Done, TrailLake.Cli.ExitStatus.Found, TrailLake.Cli.ExitStatus.Failed, TrailLake.Cli.ExitStatus.Usage], Regex.Matches(Page, @"^\| (\d+) \|", RegexOptions.Multiline).Select(match => int.Parse(match.Groups[1].Value)));

    static IEnumerable<string> Blocks(string language) =>
        Regex.Matches(Page, $"^```{language}\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline).Select(match => match.Groups[1].Value);

    static string ShellOf(JsonElement job) => job.GetProperty("template").GetProperty("spec").GetProperty("containers")[0].GetProperty("args")[0].GetString()!;

    // A shell's command with another in place of the run.
    static string WithRun(string shell, string run) => Regex.Replace(shell, "/usr/local/bin/traillake [^&]+", run);

    static JsonElement Yaml(string text)
    {
        var ended = TraillakeProcess.RunOther(new("node", [Repository.PathOf("tests", "TrailLake.Tests", "yaml-to-json.mjs"), Repository.PathOf("node_modules", "yaml", "dist", "index.js")]), text);
        Assert.True(ended.Status == 0, ended.Errors);
        return JsonDocument.Parse(ended.Output).RootElement;
    }

    string[] Of(string command) =>
        [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word is "SOURCE" or "s3://my-trail" ? _lake.Source : word is "LAKE" || word.EndsWith("/lake", StringComparison.Ordinal) || word.EndsWith("my-lake", StringComparison.Ordinal) ? _lake.Lake : word is "$days" or "%i" ? "30" : word)];

    static Process Start(string[] arguments, params (string Name, string Value)[] variables) =>
        TraillakeProcess.StartIn(variables.ToDictionary(variable => variable.Name, variable => variable.Value), arguments);

    [GeneratedRegex(@"(?:^|/bin/|/traillake/|`)traillake ((?:ingest|compact|verify|status) [^;&`""\n]+)", RegexOptions.Multiline)]
    private static partial Regex Commands();
}
