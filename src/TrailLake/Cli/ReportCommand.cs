using System.CommandLine;
using TrailLake.Report;

namespace TrailLake.Cli;

/// <summary><c>traillake report LAKE OUT</c>: one self-contained HTML page with pictures.</summary>
static class ReportCommand
{
    static readonly Argument<string> Lake = new("LAKE") { Description = "The lake's folder." };
    static readonly Argument<string> Out = new("OUT") { Description = "The page's file, such as report.html; - for standard output." };
    static readonly Option<DateOnly?> Since = UtcDay.Option("--since", "Events of this day (UTC) and later; without it, the last thirty days that the lake has.");
    static readonly Option<DateOnly?> Until = UtcDay.Option("--until", "Events up to this day (UTC), and of it; without it, the last day with events.");
    static readonly Option<bool> Quiet = new("--quiet") { Description = "Say nothing." };

    public static Command Create()
    {
        var command = new Command("report", "One self-contained HTML page with pictures of what happened.") { Lake, Out, Since, Until, Quiet };
        LakeFolder.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    static int Run(ParseResult line)
    {
        var (lake, path, since, until) = (line.GetRequiredValue(Lake), line.GetRequiredValue(Out), line.GetValue(Since), line.GetValue(Until));
        using var target = OutputTarget.Open(path);
        // The days before tell what is new.
        var folder = LakeFolder.Of(lake, line, new PullRequest { Since = since?.AddDays(-Math.Min(ReportPeriod.HistoryDays, since.Value.DayNumber)), Until = until }, line.GetValue(Quiet));
        LakePlace.RequireLake(folder, lake);
        var work = new WorkProgress();
        using var progress = ProgressLine.Start(line, line.GetValue(Quiet), work);
        using var interrupt = new Interrupt(progress.Say);
        var page = LakeReport.Render(folder, lake, since, until, DateTime.UtcNow, work, interrupt.Token);
        progress.Dispose();
        target.Stream.Write(System.Text.Encoding.UTF8.GetBytes(page));
        target.Complete();
        if (!line.GetValue(Quiet) && path != "-")
            Console.Error.WriteLine($"{path}: {StatusText.Size(page.Length)}; open it in a browser.");
        return ExitStatus.Done;
    }
}
