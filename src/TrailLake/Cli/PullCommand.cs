using System.CommandLine;
using System.Text.Json;
using TrailLake.Storage;

namespace TrailLake.Cli;

/// <summary><c>traillake pull LAKE DIR</c>: copies a part of a lake to this disk.</summary>
static class PullCommand
{
    static readonly Argument<string> Lake = new("LAKE") { Description = "The lake, at s3://bucket/prefix or here." };
    static readonly Argument<string> Folder = new("DIR") { Description = "A folder for the copy: empty, new, or an earlier copy." };
    static readonly Option<DateOnly?> Since = UtcDay.Option("--since", "Events of this day (UTC) and later.");
    static readonly Option<DateOnly?> Until = UtcDay.Option("--until", "Events up to this day (UTC), and of it.");
    static readonly Option<string[]> Services = ServiceOption.Create();
    static readonly Option<string[]> Regions = IngestCommand.Names("--region", "Events of this region; may be given again.");
    static readonly Option<bool> Json = new("--json") { Description = "Print the summary as one JSON object." };
    static readonly Option<bool> Quiet = new("--quiet") { Description = "Print nothing but errors." };

    public static Command Create()
    {
        var command = new Command("pull", "Copy a part of a lake on S3 to this disk, for work offline") { Lake, Folder, Since, Until, Services, Regions, Json, Quiet };
        ProgressLine.AddTo(command);
        S3Settings.AddToReader(command);
        command.SetAction(Run);
        return command;
    }

    static int Run(ParseResult line)
    {
        var (isQuiet, folder) = (line.GetValue(Quiet), LocalFolder.Of("pull: DIR", line.GetRequiredValue(Folder)));
        var work = new WorkProgress();
        using var progress = ProgressLine.Start(line, isQuiet, work);
        using var interrupt = new Interrupt(progress.Say);
        var lake = LakePlace.OpenLake(line.GetRequiredValue(Lake), S3Settings.OfLake(line, interrupt.Token));
        if (lake.Overlaps(LocalStore.OpenLake(folder)))
            throw new UsageException($"pull: expected DIR beside LAKE, found {folder} and {lake.Root}, one in the other. Name another DIR; nothing was copied.");
        var summary = Pull.Run(lake, folder, new PullRequest
        {
            Since = line.GetValue(Since), Until = line.GetValue(Until), Services = line.GetRequiredValue(Services), Regions = line.GetRequiredValue(Regions),
            Progress = work, Cancel = interrupt.Token,
        });
        progress.Dispose();
        if (line.GetValue(Json))
            Console.Out.WriteLine(JsonSerializer.Serialize(summary, PullJson.Default.PullSummary));
        else if (!isQuiet)
            Console.Out.WriteLine($"{StatusText.Count(summary.FilesCopied, "file")} copied, {StatusText.Size(summary.BytesCopied)}; {summary.FilesUnchanged:N0} unchanged, {summary.FilesDeleted:N0} deleted, in {summary.Seconds:N1} s: {summary.Folder}");
        return ExitStatus.Done;
    }
}
