using System.CommandLine;
using System.Text.Json;
using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake.Cli;

/// <summary><c>traillake status LAKE</c>: what a lake holds, what it lacks, and how it came to it.</summary>
static class StatusCommand
{
    static readonly Argument<string> Lake = new("LAKE") { Description = "The lake's folder." };
    static readonly Option<bool> Json = new("--json") { Description = "Print the status as one JSON object." };

    public static Command Create()
    {
        var command = new Command("status", "Runs, days covered, gaps, sizes") { Lake, Json };
        LakeFolder.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    static int Run(ParseResult line)
    {
        var lake = line.GetRequiredValue(Lake);
        var folder = LakeFolder.Of(lake, line, new PullRequest { Folders = [LakeFolders.Notes] }); // the tables may be larger than this disk
        LakePlace.RequireLake(folder, lake);
        using var interrupt = new Interrupt();
        var status = Status.Find(folder, hasTables: !StoreUri.Parse(lake).IsS3, interrupt.Token) with { Lake = lake };
        if (line.GetValue(Json))
            Console.Out.WriteLine(JsonSerializer.Serialize(status, ReportJson.Default.LakeStatus));
        else
            StatusText.Write(Console.Out, status);
        return ExitStatus.Done;
    }
}
