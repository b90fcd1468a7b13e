using System.CommandLine;
using System.Text.Json;
using TrailLake.DuckDb;
using TrailLake.Sql;

namespace TrailLake.Cli;

/// <summary><c>traillake views LAKE</c>: lists the views with their questions, or prints one.</summary>
static class ViewsCommand
{
    public static Command Create()
    {
        var lake = new Argument<string>("LAKE") { Description = "The lake's folder." };
        var show = new Option<string?>("--show") { Description = "Print the SQL of one view.", HelpName = "NAME" };
        var json = new Option<bool>("--json") { Description = "Print a JSON array of name, question and sql." };
        var command = new Command("views", "List the views with the question that each answers.") { lake, show, json };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(lake), parsed.GetValue(show), parsed.GetValue(json)));
        return command;
    }

    static int Run(string lake, string? show, bool json)
    {
        LakeCatalog.RequireFolder(lake);
        var views = LakeCatalog.Views(lake);
        if (show is not null)
            views = [Find(views, show, lake)];

        using var output = StandardOutput.Open();
        if (json)
            WriteJson(output, views);
        else if (show is not null)
            WriteText(output, views[0].Text.TrimEnd() + "\n");
        else
            WriteText(output, List(views));
        return ExitStatus.Done;
    }

    /// <summary>The view of that name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static SqlDefinition Find(IReadOnlyList<SqlDefinition> views, string name, string lake) =>
        views.FirstOrDefault(view => view.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new UsageException($"no view is called {name}. `traillake views {lake}` lists those there are.");

    static string List(IReadOnlyList<SqlDefinition> views)
    {
        var width = views.Max(view => view.Name.Length) + 2;
        return string.Concat(views.Select(view => $"{view.Name.PadRight(width)}{view.Question}\n"));
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
