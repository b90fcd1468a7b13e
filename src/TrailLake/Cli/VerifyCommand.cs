using System.CommandLine;
using System.Text.Json;

namespace TrailLake.Cli;

/// <summary><c>traillake verify LAKE</c>: whether every file of a lake is readable, and as the runs noted it.</summary>
static class VerifyCommand
{
    static readonly Argument<string> Lake = new("LAKE") { Description = "The lake's folder, or s3://bucket/prefix." };
    static readonly Option<int?> Threads = IngestCommand.ThreadsOption();
    static readonly Option<bool> Json = new("--json") { Description = "Print what was found as one JSON object." };
    static readonly Option<bool> Quiet = new("--quiet") { Description = "Print nothing but what is wrong." };

    public static Command Create()
    {
        var command = new Command("verify", "Every Parquet file readable, and as the ledger says") { Lake, Threads, Json, Quiet };
        ProgressLine.AddTo(command);
        S3Settings.AddToReader(command);
        command.SetAction(Run);
        return command;
    }

    static int Run(ParseResult line)
    {
        var work = new WorkProgress();
        using var progress = ProgressLine.Start(line, line.GetValue(Quiet), work);
        using var interrupt = new Interrupt(progress.Say);
        var report = Verify.Run(LakePlace.OpenLake(line.GetRequiredValue(Lake), S3Settings.OfLake(line, interrupt.Token)), line.GetValue(Threads) ?? Environment.ProcessorCount, interrupt.Token, work);
        progress.Dispose();
        if (line.GetValue(Json))
            Console.Out.WriteLine(JsonSerializer.Serialize(report, ReportJson.Default.VerifyReport));
        else
        {
            foreach (var problem in report.Problems)
                Console.Out.WriteLine($"{problem.Problem}: {TerminalText.Of(problem.Message)}");
            if (!line.GetValue(Quiet))
                Console.Out.WriteLine($"{report.Lake}: {StatusText.Count(report.Rows, "row")} in {StatusText.Count(report.Files, "file")}, {StatusText.Count(report.LedgerFiles, "file")} of the ledger, {StatusText.Size(report.BytesRead)} read in {report.Seconds:N1} s: {(report.Problems.Count == 0 ? "all as it should be" : StatusText.Count(report.Problems.Count, "problem"))}");
        }
        return report.Problems.Count == 0 ? ExitStatus.Done : ExitStatus.Found;
    }
}
