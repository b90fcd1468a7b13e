using System.CommandLine;
using System.Text.Json;
using TrailLake.DuckDb;
using TrailLake.Lake;
using TrailLake.Sql;
using TrailLake.Storage;

namespace TrailLake.Cli;

/// <summary><c>traillake views LAKE</c>: lists the views with their questions, prints one, or makes those of the services in the lake.</summary>
static class ViewsCommand
{
    static readonly Argument<string> Lake = new("LAKE") { Description = "The lake's folder." };
    static readonly Option<string?> Show = new("--show") { Description = "Print the SQL of one view.", HelpName = "NAME" };
    static readonly Option<bool> Sql = new("--sql") { Description = "Print the SQL that makes any DuckDB session see the lake as query does: settings, macros, tables and views." };
    static readonly Option<bool> Json = new("--json") { Description = "Print a JSON array of name, question and sql." };
    static readonly Option<bool> Generate = new("--generate") { Description = "Make a view for each service in the lake, with its request and response fields as typed columns." };
    static readonly Option<string[]> Services = ServiceOption.Create("With --generate: this service alone; may be given again.");
    static readonly Option<string?> Output = new("--output", "-o") { Description = "With --generate: the folder to write to; without it they are written into the lake, where query finds them.", HelpName = "DIR" };

    public static Command Create()
    {
        var command = new Command("views", "List the views with the question that each answers.") { Lake, Show, Sql, Json, Generate, Services, Output };
        LakeFolder.AddTo(command);
        S3Settings.AddEncryption(command);
        CompleteViews(Show, Lake);
        command.SetAction(Run);
        return command;
    }

    static int Run(ParseResult parsed)
    {
        var (lake, show, services, folder) = (parsed.GetRequiredValue(Lake), parsed.GetValue(Show), parsed.GetRequiredValue(Services), parsed.GetValue(Output) is { } named ? LocalFolder.Of("views: --output", named) : null);
        var place = StoreUri.Parse(lake);
        if (parsed.GetValue(Sql))
            CheckSession(parsed, lake);
        lake = LakeFolder.Of(lake, parsed, new PullRequest { Folders = parsed.GetValue(Generate) ? [] : [LakeFolders.Notes], Services = services });
        LakePlace.RequireLake(lake, parsed.GetRequiredValue(Lake));
        if (parsed.GetValue(Sql))
            return PrintSession(lake);
        if (parsed.GetValue(Generate))
            return show is null ? ViewsGeneration.Run(parsed, lake, place.OpenLake(S3Settings.OfWriter(parsed, default)), services, folder, parsed.GetValue(Json)) : throw new UsageException("views: expected one of --generate and --show, found both.");
        if (services.Length > 0 || folder is not null)
            throw new UsageException($"views: {(services.Length > 0 ? "--service" : "--output")} goes with --generate, found without it.");

        var views = LakeCatalog.Views(lake);
        if (show is not null)
            views = [Find(views, show, lake)];
        else
            views = Sound(views, message => Console.Error.WriteLine($"traillake: {message}"));

        using var output = StandardOutput.Open();
        if (parsed.GetValue(Json))
            WriteJson(output, views);
        else if (show is not null)
            WriteText(output, views[0].Text.TrimEnd() + "\n");
        else
            WriteText(output, List(views));
        return ExitStatus.Done;
    }

    static void CheckSession(ParseResult parsed, string lake)
    {
        if (StoreUri.Parse(lake).IsS3)
            throw new UsageException($"views: --sql: expected a lake on this disk, found {lake}. Copy it, or a part of it, with `traillake pull {lake} DIR`, and name DIR.");
        Option[] others = [Show, Generate, Json, Services, Output];
        if (others.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } other)
            throw new UsageException($"views: expected --sql alone, found {other.Name} with it.");
    }

    static int PrintSession(string lake)
    {
        using var catalog = LakeCatalog.Open(lake);
        using var output = StandardOutput.Open();
        WriteText(output, catalog.SessionSql());
        return ExitStatus.Done;
    }

    /// <summary>The view of that name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static SqlDefinition Find(IReadOnlyList<SqlDefinition> views, string name, string lake) =>
        views.FirstOrDefault(view => view.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new UsageException($"no view is called {name}.{Nearest.Question(name, views.Select(view => view.Name))} `traillake views {lake}` lists those there are.");

    /// <summary>Those of the views that are none of the lake's broken files, which are told of.</summary>
    public static IReadOnlyList<SqlDefinition> Sound(IReadOnlyList<SqlDefinition> views, Action<string> warn) => [.. views.Where(view =>
    {
        try
        {
            return view.Question is not null;
        }
        catch (CatalogException e)
        {
            warn(TerminalText.Of(e.Message, keepsLines: true));
            return false;
        }
    })];

    /// <summary>Lets a shell complete an option by the views' names; of a lake that is on this disk also its own.</summary>
    public static void CompleteViews(Option option, Argument<string> lake) => option.CompletionSources.Add(context =>
        LakeCatalog.Views(context.ParseResult.GetValue(lake) is { Length: > 0 } place && Directory.Exists(place) ? place : ".").Select(view => new System.CommandLine.Completions.CompletionItem(view.Name)));

    /// <summary>Views with their questions, one a line.</summary>
    public static string List(IReadOnlyList<SqlDefinition> views)
    {
        var width = views.Max(view => view.Name.Length) + 2;
        return string.Concat(views.Select(view => $"{view.Name.PadRight(width)}{TerminalText.Of(view.Question)}\n"));
    }

    static void WriteText(Stream output, string text) => output.Write(System.Text.Encoding.UTF8.GetBytes(text));

    static void WriteJson(Stream output, IReadOnlyList<SqlDefinition> views)
    {
        using (var writer = new Utf8JsonWriter(output, DuckDbJson.Options with { Indented = true }))
        {
            writer.WriteStartArray();
            foreach (var view in views)
            {
                writer.WriteStartObject();
                writer.WriteString("name", view.Name);
                writer.WriteString("question", view.Question);
                writer.WriteString("sql", view.Text);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        output.Write("\n"u8);
    }
}
