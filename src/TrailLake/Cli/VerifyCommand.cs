using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using TrailLake.Storage;

namespace TrailLake.Cli;

/// <summary><c>traillake verify LAKE</c>: whether every file of a lake is readable, and as the runs noted it; and whether its source is what CloudTrail's digests say.</summary>
static class VerifyCommand
{
    static readonly Argument<string> Lake = new("LAKE") { Description = "The lake's folder, or s3://bucket/prefix." };
    static readonly Option<int?> Threads = IngestCommand.ThreadsOption();
    static readonly Option<bool> Json = new("--json") { Description = "Print what was found as one JSON object." };
    static readonly Option<bool> Quiet = new("--quiet") { Description = "Print nothing but what is wrong." };

    public static Command Create()
    {
        var command = new Command("verify", "Every Parquet file readable, and as the ledger says") { Lake, Threads, Json, Quiet };
        VerifyDigests.AddTo(command);
        ProgressLine.AddTo(command);
        S3Settings.AddToReader(command);
        command.SetAction(Run);
        return command;
    }

    static int Run(ParseResult line)
    {
        var (work, started) = (new WorkProgress(), Stopwatch.GetTimestamp());
        using var progress = ProgressLine.Start(line, line.GetValue(Quiet), work);
        using var interrupt = new Interrupt(progress.Say);
        var digests = VerifyDigests.Of(line, interrupt.Token);
        var (lake, threads) = (LakePlace.OpenLake(line.GetRequiredValue(Lake), S3Settings.OfLake(line, interrupt.Token)), line.GetValue(Threads) ?? Environment.ProcessorCount);
        var report = Verify.Run(lake, threads, interrupt.Token, work);
        if (digests is not null)
            report = digests.AddTo(report, lake, threads, work, interrupt.Token) with { Seconds = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3) };
        progress.Dispose();
        if (line.GetValue(Json))
            Console.Out.WriteLine(JsonSerializer.Serialize(report, ReportJson.Default.VerifyReport));
        else
            Print(report, line.GetValue(Quiet));
        return report.Problems.Count == 0 ? ExitStatus.Done : ExitStatus.Found;
    }

    static void Print(VerifyReport report, bool isQuiet)
    {
        foreach (var problem in report.Problems)
            Console.Out.WriteLine($"{problem.Problem.Replace('_', ' ')}: {TerminalText.Of(problem.Message)}");
        if (isQuiet)
            return;
        if (report.Digests is { } digests)
            Console.Out.WriteLine(VerifyDigests.Text(digests));
        Console.Out.WriteLine($"{report.Lake}: {StatusText.Count(report.Rows, "row")} in {StatusText.Count(report.Files, "file")}, {StatusText.Count(report.LedgerFiles, "file")} of the ledger, {StatusText.Size(report.BytesRead)} read in {report.Seconds:N1} s: {(report.Problems.Count == 0 ? "all as it should be" : StatusText.Count(report.Problems.Count, "problem"))}");
    }
}
