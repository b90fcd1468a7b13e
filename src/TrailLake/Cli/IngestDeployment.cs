using System.CommandLine;
using System.Text.RegularExpressions;
using TrailLake.Athena;
using TrailLake.Sql;
using TrailLake.Storage;

namespace TrailLake.Cli;

/// <summary>The deployment to Athena with which <c>ingest --athena-database</c> ends.</summary>
sealed partial class IngestDeployment
{
    const string Complete = "the lake is complete, but not all of it is on Athena";

    static readonly Option<string?> Database = new("--athena-database") { Description = "Deploy to this database on Athena when the run is done, as `athena deploy` does.", HelpName = "NAME" };
    static readonly Option<string?> Workgroup = new("--athena-workgroup") { Description = "Its workgroup; else as deployed last.", HelpName = "NAME" };
    static readonly Option<string?> Output = new("--athena-output") { Description = "Where Athena writes its answers; else as deployed last.", HelpName = "S3URI" };

    readonly ParseResult _line;
    readonly StoreUri _place;
    readonly ObjectStore _lake;
    readonly AthenaSettings _asked;

    IngestDeployment(ParseResult line, StoreUri place, ObjectStore lake, AthenaSettings asked) => (_line, _place, _lake, _asked) = (line, place, lake, asked);

    /// <summary>Adds its options.</summary>
    public static void AddTo(Command command)
    {
        foreach (var option in (Option[])[Database, Workgroup, Output])
            command.Options.Add(option);
    }

    /// <summary>What the command line asks for; null where nothing is to be deployed.</summary>
    /// <remarks>What is wrong with it is better known before the night's work: all is looked at that Athena need not be asked for.</remarks>
    /// <exception cref="UsageException">It cannot be deployed so.</exception>
    /// <exception cref="StoreException">There are no credentials.</exception>
    public static IngestDeployment? Of(ParseResult line, StoreUri place, ObjectStore lake)
    {
        var asked = new AthenaSettings(line.GetValue(Database), line.GetValue(Workgroup), line.GetValue(Output));
        if (asked is { Database: null, Workgroup: null, Output: null })
            return null;
        if (asked.Database is null)
            throw new UsageException("ingest: expected --athena-database beside --athena-workgroup and --athena-output, found none.");
        try
        {
            var settings = asked.OrRemembered(lake);
            settings.LocationOf(place);
            settings.Connect(line);
            return new(line, place, lake, asked);
        }
        catch (UsageException e)
        {
            throw new UsageException(InWordsOfIngest(e.Message));
        }
    }

    /// <summary>Deploys the lake as it is after the run.</summary>
    /// <exception cref="AthenaException">Not all of it is on Athena.</exception>
    public void Run(bool hasText, bool isQuiet, CancellationToken cancel)
    {
        AthenaDeployed done;
        try
        {
            done = AthenaDeployCommand.Deploy(_line, _place, _lake, _asked, isProjected: null, isDryRun: false, isQuiet, cancel);
        }
        catch (Exception e) when (e is AthenaException or StoreException or UsageException or CatalogException)
        {
            throw new AthenaException($"{Complete}: {InWordsOfIngest(e.Message)} `{Again}` catches up, and so does the next run.", e);
        }

        if (hasText)
            Console.Out.Write(AthenaReport.TextOf(done));
        if (AthenaReport.RefusalOf(done) is { } refusal) // which the next run does not mend
            throw new AthenaException($"{Complete}: {InWordsOfIngest(refusal.Message)}", refusal);
    }

    // The lake remembers where it is deployed only once that has succeeded.
    string Again => string.Concat(
        $"traillake athena deploy {_place.Text} --database {_asked.Database}",
        _asked.Workgroup is { } group ? $" --workgroup {group}" : "", _asked.Output is { } output ? $" --output {output}" : "");

    // The messages name the options of `athena`. Of ingest's own --region is the source's, and Athena's region is the environment's or the profile's.
    static string InWordsOfIngest(string message) => OptionOfAthena().Replace(message, option => option.Groups[1].Value switch
    {
        "region" => "AWS_REGION",
        "location s3://bucket/prefix" => "`traillake athena deploy` and its --location, which the lake remembers",
        var name => "--athena-" + name,
    });

    [GeneratedRegex(@"--(database|workgroup|output|region|location s3://bucket/prefix)\b")]
    private static partial Regex OptionOfAthena();
}
