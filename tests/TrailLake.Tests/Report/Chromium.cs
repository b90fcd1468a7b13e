using System.Diagnostics;
using System.Text.Json;

namespace TrailLake.Tests.Report;

/// <summary>A real browser, in which a report is opened as its readers do.</summary>
static class Chromium
{
    static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Join(folder, name))).FirstOrDefault(File.Exists);

    /// <summary>Opens a page, clicks through it and tells what it saw (see browse-report.mjs).</summary>
    public static JsonElement Browse(string page, string pictures)
    {
        // The one place where a test of the page is not run: `make test` installs the browser where it may.
        if (Program is null)
            Assert.Skip("no browser here: `apt-get install --no-install-recommends chromium` as root installs one");
        var node = TraillakeProcess.RunOther(new ProcessStartInfo("node", ["browse-report.mjs", Program, page, pictures])
        {
            WorkingDirectory = Repository.PathOf("tests", "TrailLake.Tests", "Report"), // so that node finds the clone's node_modules
        });
        Assert.True(node.Status == 0, node.ToString());
        return JsonElement.Parse(node.Output);
    }
}
