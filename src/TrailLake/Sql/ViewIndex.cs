using System.Text;
using System.Text.RegularExpressions;

namespace TrailLake.Sql;

/// <summary>Renders the index of <c>sql/README.md</c>: each view with its question, its columns and an example, by topic.</summary>
/// <remarks>What it says stands in the views' own opening comments, but for the columns, which DuckDB tells.</remarks>
static partial class ViewIndex
{
    const string Begin = "<!-- views: rendered by `make sql` -->", End = "<!-- end of views -->";

    // The order in which a reader would look for them; a topic that is not here comes last.
    static readonly string[] Topics = ["CIS monitoring", "activity", "identity", "evasion", "data access", "network", "hygiene", "services"];

    // What nearly every row that is one call begins and ends with; the index names it once.
    static readonly string[] CallColumns =
    [
        "event_date", "region", "service", "event_time", "event_id", "recipient_account_id", "event_name", "user_type", "user_arn", "user_access_key_id", "source_ip_address", "user_agent", "is_error", "error_code", "error_message",
    ];

    /// <summary>The README with the index of now in it.</summary>
    /// <exception cref="InvalidDataException">The README lacks the two marks between which the index stands.</exception>
    public static string Into(string readme)
    {
        var (begin, end) = (readme.IndexOf(Begin, StringComparison.Ordinal), readme.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
            throw new InvalidDataException($"sql/README.md: expected the lines {Begin} and {End}, found them not; the index of views goes between them.");
        return $"{readme[..(begin + Begin.Length)]}\n{Render()}\n{readme[end..]}";
    }

    /// <summary>The topic of a view, as its comment says it.</summary>
    public static string TopicOf(string text) => Headers().Match(text).Groups["topic"].Value;

    /// <summary>An example query, as the view's comment gives it.</summary>
    public static string ExampleOf(string text) => Headers().Match(text).Groups["example"].Value;

    static string Render()
    {
        var columns = Columns();
        var index = new StringBuilder($"\n*the call* stands for the columns {string.Join(", ", CallColumns)}.\n");
        foreach (var topic in SqlLibrary.Views.GroupBy(view => TopicOf(view.Text)).OrderBy(topic => (uint)Array.IndexOf(Topics, topic.Key)))
        {
            index.Append($"\n### {char.ToUpperInvariant(topic.Key[0])}{topic.Key[1..]}\n\n| question | view | columns | for example |\n| --- | --- | --- | --- |\n");
            foreach (var view in topic.OrderBy(view => CisOf(view.Text).Length).ThenBy(view => CisOf(view.Text), StringComparer.Ordinal))
            {
                var question = CisOf(view.Text) is { Length: > 0 } section ? $"{view.Question} ({section})" : view.Question;
                index.Append($"| {question} | [{view.Name}](views/{view.Name}.sql) | {string.Join(", ", Shortened([.. columns[view.Name]]))} | `{ExampleOf(view.Text)}` |\n");
            }
        }
        return index.ToString();
    }

    static string[] Shortened(string[] columns) =>
        CallColumns.Except(columns).Any() ? columns : ["*the call*", .. columns.Except(CallColumns)];

    /// <summary>The section of the CIS benchmark that a view answers, such as 4.3; empty for the others.</summary>
    public static string CisOf(string text) => CisSections().Match(text).Groups["section"].Value;

    static ILookup<string, string> Columns()
    {
        var empty = Directory.CreateTempSubdirectory("traillake-");
        try
        {
            using var catalog = LakeCatalog.Open(empty.FullName);
            using var described = catalog.Query("select table_name, column_name from duckdb_columns() order by column_index");
            return described.Rows().ToLookup(row => (string)row[0]!, row => (string)row[1]!);
        }
        finally
        {
            empty.Delete(true);
        }
    }

    [GeneratedRegex("""^-- Topic: (?<topic>[^.]+)\. Source: .+\.\n-- Example: (?<example>select .+)$""", RegexOptions.Multiline)]
    private static partial Regex Headers();

    [GeneratedRegex("""^-- Topic: .* Source: CIS AWS Foundations Benchmark [\d.]+, (?<section>[\d.]+)\.$""", RegexOptions.Multiline)]
    private static partial Regex CisSections();
}
