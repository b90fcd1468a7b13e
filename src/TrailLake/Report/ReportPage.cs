using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace TrailLake.Report;

// The page, in one file that fetches nothing:
//   report.html with {{…}} | its style | the data as JSON, in which every < is an escape | d3 | Plot | report.js
// A Content-Security-Policy names style and scripts by their hashes, so that nothing else runs, whatever the logs hold.

/// <summary>Puts a report's page together out of <c>Report/Page</c>, the chart library and the data.</summary>
static partial class ReportPage
{
    // Plot gives each of its charts this style; as in its source, plot.js and className plot-d6a7b5.
    const string PlotStyle = ":where(.plot-d6a7b5) {\n  --plot-background: white;\n  display: block;\n  height: auto;\n  height: intrinsic;\n  max-width: 100%;\n}\n:where(.plot-d6a7b5 text),\n:where(.plot-d6a7b5 tspan) {\n  white-space: pre;\n}";

    static readonly string[] Scripts = ["d3.min.js", "plot.umd.min.js", "report.js"];

    static readonly string[] Licences = ["d3.LICENSE", "plot.LICENSE"]; // ISC, which asks for them

    /// <summary>The page.</summary>
    /// <param name="data">JSON, UTF-8.</param>
    public static string Of(ReadOnlySpan<byte> data)
    {
        var style = Resource("report.css");
        var scripts = Scripts.Select(Resource).Select(script => script.Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase)).ToList();
        var policy = $"default-src 'none'; script-src {string.Join(' ', scripts.Select(Hash))}; style-src {Hash(style)} {Hash(PlotStyle)}; img-src data:; base-uri 'none'; form-action 'none'";
        var parts = new Dictionary<string, string>
        {
            ["policy"] = policy,
            ["style"] = style,
            ["licences"] = System.Net.WebUtility.HtmlEncode(string.Join("\n", Licences.Select(Resource))),
            ["data"] = Encoding.UTF8.GetString(data).Replace("<", "\\u003c", StringComparison.Ordinal),
            ["scripts"] = string.Concat(scripts.Select(script => $"<script>{script}</script>\n")),
        };
        return Places().Replace(Resource("report.html"), match => parts[match.Groups[1].Value]);
    }

    static string Hash(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    static string Resource(string name)
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream($"report/{name}")
            ?? throw new InvalidOperationException($"report/{name}: expected it in the program, found nothing; `make build` puts it there.");
        return new StreamReader(stream).ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Places();
}
