using System.CommandLine;
using System.Text;
using System.Text.Json;
using TrailLake.Sql;
using TrailLake.Storage;

namespace TrailLake.Cli;

/// <summary><c>traillake views LAKE --generate</c>: writes a view for each service of a lake.</summary>
static class ViewsGeneration
{
    /// <param name="line">For --progress.</param>
    /// <param name="lake">The folder in which DuckDB finds the lake.</param>
    /// <param name="store">The lake itself, here or on S3.</param>
    /// <param name="services">The services to look at; none for all.</param>
    /// <param name="folder">Where to write to; null for the lake.</param>
    /// <param name="isJson">Print a JSON array instead of lines.</param>
    public static int Run(ParseResult line, string lake, ObjectStore store, string[] services, string? folder, bool isJson)
    {
        using var interrupt = new Interrupt();
        IReadOnlyList<ServiceView> views;
        using (var catalog = LakeCatalog.Open(lake))
        {
            var work = new WorkProgress();
            work.Watch("looking at the fields", () => catalog.Progress);
            using var progress = ProgressLine.Start(line, isQuiet: false, work);
            if (progress.IsOn)
                catalog.CountProgress();
            views = ServiceViews.Generate(catalog, services, interrupt.Token);
        }
        if (services.FirstOrDefault(name => views.All(view => view.Service != name)) is { } missing)
            throw new UsageException($"--service {missing}: expected a service that has events in {store.Root}, found none of it. `traillake query {store.Root} \"select distinct service from events\"` lists them; nothing was written.");

        foreach (var view in views)
            Write(store, folder, view);
        if (isJson)
            Console.Out.WriteLine(JsonSerializer.Serialize(views.Select(view => new GeneratedView(view.Name, view.Service, view.Events, view.Columns, view.FieldsLeftOut)).ToArray(), GeneratedViewJson.Default.GeneratedViewArray));
        else
            Console.Out.Write(TextOf(views, folder ?? store.Locate(LakeViews.Folder)));
        return ExitStatus.Done;
    }

    static void Write(ObjectStore store, string? folder, ServiceView view)
    {
        if (folder is null)
        {
            store.Write($"{LakeViews.Folder}/{view.Name}.sql", Encoding.UTF8.GetBytes(view.Text));
            return;
        }

        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, view.Name + ".sql"), view.Text);
    }

    static string TextOf(IReadOnlyList<ServiceView> views, string folder)
    {
        var width = views.Select(view => view.Name.Length).DefaultIfEmpty().Max() + 2;
        var text = new StringBuilder();
        foreach (var view in views)
            text.Append($"{view.Name.PadRight(width)}{StatusText.Count(view.Events, "event")}, {StatusText.Count(view.Columns, "column")}{(view.FieldsLeftOut == 0 ? "" : $", {StatusText.Count(view.FieldsLeftOut, "field")} left out")}\n");
        return text.Append($"{StatusText.Count(views.Count, "view")} in {folder}\n").ToString();
    }
}
