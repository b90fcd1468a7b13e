using System.CommandLine;
using TrailLake.Athena;
using TrailLake.Sql;
using TrailLake.Storage;

namespace TrailLake.Cli;

/// <summary><c>traillake athena sql LAKE</c>: prints every statement that makes the lake known to Athena, and asks AWS nothing for it.</summary>
static class AthenaSqlCommand
{
    static readonly Argument<string> Lake = new("LAKE") { Description = "The lake's folder, or s3://bucket/prefix." };
    static readonly Option<bool> Projection = new("--projection") { Description = "Let Athena make up the partitions from the tables' properties." };

    public static Command Create()
    {
        var command = new Command("sql", "Print the database, tables, partitions and views.") { Lake, Projection };
        AthenaSettings.AddTo(command, hasOutput: false);
        command.SetAction(Run);
        return command;
    }

    static int Run(ParseResult line)
    {
        using var interrupt = new Interrupt();
        var place = StoreUri.Parse(line.GetRequiredValue(Lake));
        var store = LakePlace.OpenLake(place.Text, S3Settings.OfLake(line, interrupt.Token)); // of another place this would be a database without partitions
        var settings = AthenaSettings.Of(line).OrRemembered(store);
        var location = settings.LocationOf(place, AthenaTable.LakePlaceholder);
        var lake = AthenaLake.Of(store, location);
        foreach (var broken in lake.Broken)
            Console.Error.WriteLine($"traillake: {broken} It is left out.");
        if (location == AthenaTable.LakePlaceholder)
            Console.Error.WriteLine($"traillake: {place.Text} is on this disk: put its place on S3 for {location}, or name it with --location.");

        using var output = StandardOutput.Open();
        using var text = new TextOutput(output);
        foreach (var statement in lake.Statements(settings.DatabaseName, line.GetValue(Projection)))
        {
            text.Write($"{statement};\n\n");
            text.EndRow();
        }

        return ExitStatus.Done;
    }
}
