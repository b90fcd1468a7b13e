using System.CommandLine;
using System.Text.Json;

namespace TrailLake.Cli;

/// <summary><c>traillake export LAKE OUT</c>: a lake's records as the log files that they came from.</summary>
static class ExportCommand
{
    static readonly Argument<string> Lake = new("LAKE") { Description = "The lake's folder." };
    static readonly Argument<string> Out = new("OUT") { Description = "A folder for the log files, empty or new." };
    static readonly Option<DateOnly?> Since = UtcDay.Option("--since", "Events of this day (UTC) and later.");
    static readonly Option<DateOnly?> Until = UtcDay.Option("--until", "Events up to this day (UTC), and of it.");
    static readonly Option<string[]> Services = ServiceOption.Create();
    static readonly Option<string[]> Regions = IngestCommand.Names("--region", "Events of this region; may be given again.");
    static readonly Option<string[]> Accounts = AccountOption.OfLake();
    static readonly Option<bool> Json = new("--json") { Description = "Print the summary as one JSON object." };
    static readonly Option<bool> Quiet = new("--quiet") { Description = "Print no progress and no summary." };

    public static Command Create()
    {
        var command = new Command("export", "Back to CloudTrail's JSON files ({\"Records\":[…]}, gzipped)")
        {
            Lake, Out, Since, Until, Services, Regions, Accounts, Json, Quiet,
        };
        LakeFolder.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    static int Run(ParseResult line)
    {
        var (isQuiet, output) = (line.GetValue(Quiet), LocalFolder.Of("export: OUT", line.GetRequiredValue(Out)));
        var part = new PullRequest { Since = line.GetValue(Since), Until = line.GetValue(Until), Services = line.GetRequiredValue(Services), Regions = line.GetRequiredValue(Regions) };
        var folder = LakeFolder.Of(line.GetRequiredValue(Lake), line, part, isQuiet);
        LakePlace.RequireLake(folder, line.GetRequiredValue(Lake));
        var work = new WorkProgress();
        using var progress = ProgressLine.Start(line, isQuiet, work);
        using var interrupt = new Interrupt(progress.Say);
        var summary = Export.Run(
            new(folder, output)
            {
                Since = line.GetValue(Since),
                Until = line.GetValue(Until),
                Services = line.GetRequiredValue(Services),
                Regions = line.GetRequiredValue(Regions),
                Accounts = line.GetRequiredValue(Accounts),
                Cancel = interrupt.Token,
            },
            work);
        progress.Dispose();
        if (line.GetValue(Json))
            Console.Out.WriteLine(JsonSerializer.Serialize(summary, ReportJson.Default.ExportSummary));
        else if (!isQuiet)
            Console.Out.WriteLine($"{StatusText.Count(summary.Records, "record")} in {StatusText.Count(summary.Files, "file")}, {StatusText.Size(summary.BytesWritten)} ({StatusText.Size(summary.BytesJson)} unzipped), in {summary.Seconds:N1} s: {summary.Out}");
        return ExitStatus.Done;
    }
}
