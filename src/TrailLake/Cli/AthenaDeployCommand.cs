using System.CommandLine;
using System.Text.Json;
using TrailLake.Athena;
using TrailLake.Storage;

namespace TrailLake.Cli;

/// <summary><c>traillake athena deploy LAKE</c>: brings the database on Athena to where the lake is.</summary>
static class AthenaDeployCommand
{
    static readonly Argument<string> Lake = new("LAKE") { Description = "The lake, s3://bucket/prefix, or a copy of it on this disk (see --location)." };
    static readonly Option<bool?> Projection = new("--projection") { Description = "Let Athena make up the partitions from the tables' properties; false lists them again. Else as the tables are.", HelpName = "BOOL", Arity = ArgumentArity.ZeroOrOne };
    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Print the statements that are due, and change nothing." };
    static readonly Option<bool> Json = new("--json") { Description = "Print what was done as one JSON object." };
    static readonly Option<bool> Quiet = new("--quiet") { Description = "Print nothing but errors." };

    public static Command Create()
    {
        var command = new Command("deploy", "Create or update the database, tables, partitions and views.") { Lake, Projection, DryRun, Json, Quiet };
        ProgressLine.AddTo(command);
        AthenaSettings.AddTo(command);
        S3Settings.AddEncryption(command);
        command.SetAction(Run);
        return command;
    }

    static int Run(ParseResult line)
    {
        using var interrupt = new Interrupt();
        var place = StoreUri.Parse(line.GetRequiredValue(Lake));
        var store = LakePlace.OpenLake(place.Text, S3Settings.OfWriter(line, interrupt.Token)); // of another place all tables would be empty, and Athena says nothing of that
        bool? isProjected = line.GetResult(Projection) is null ? null : line.GetValue(Projection) ?? true;
        var done = Deploy(line, place, store, AthenaSettings.Of(line), isProjected, line.GetValue(DryRun), line.GetValue(Quiet), interrupt.Token);
        if (line.GetValue(Json))
            Console.Out.WriteLine(JsonSerializer.Serialize(AthenaReport.Of(done), AthenaSettingsJson.Default.AthenaReport));
        else if (!line.GetValue(Quiet))
            Console.Out.Write(AthenaReport.TextOf(done));
        return AthenaReport.RefusalOf(done) is { } refusal ? throw refusal : ExitStatus.Done;
    }

    /// <summary>Deploys a lake, and lets it remember where to. Views may have been refused.</summary>
    /// <exception cref="AthenaException">Athena refused something else.</exception>
    public static AthenaDeployed Deploy(ParseResult line, StoreUri place, ObjectStore store, AthenaSettings asked, bool? isProjected, bool isDryRun, bool isQuiet, CancellationToken cancel)
    {
        var settings = asked.OrRemembered(store);
        var lake = AthenaLake.Of(store, settings.LocationOf(place));
        var queries = settings.Connect(line).CheckedAsync(cancel).GetAwaiter().GetResult();
        AthenaDeployed done;
        var work = new WorkProgress();
        using (ProgressLine.Start(line, isQuiet, work))
            done = AthenaDeploy.RunAsync(queries, lake, isProjected, isDryRun, work, cancel).GetAwaiter().GetResult();
        if (!isDryRun)
            Remember(settings, store, mayFail: done.Refused.Count > 0);
        return done;
    }

    // What Athena refused matters more than that the lake may not be written to.
    static void Remember(AthenaSettings settings, ObjectStore store, bool mayFail)
    {
        try
        {
            settings.Remember(store);
        }
        catch (StoreException) when (mayFail)
        {
        }
    }
}
