using System.Text.RegularExpressions;
using TrailLake.DuckDb;

namespace TrailLake.Cli;

/// <summary>A Markdown table (GitHub's). NULL is an empty cell; bars, line breaks, control characters and what would be taken for HTML, for emphasis, code or
/// a link are escaped: a reader sees the value with all its letters.</summary>
static partial class MarkdownOutput
{
    public static long Write(DuckDbResult result, TextOutput output)
    {
        foreach (var column in result.Columns)
            output.Write($"| {Cell(column.Name)} ");
        output.Write("|\n"u8);
        foreach (var column in result.Columns)
            output.Write(TableCell.IsNumber(column.Type) ? "| ---: "u8 : "| --- "u8);
        output.Write("|\n"u8);

        var rows = 0L;
        for (; result.ReadChunk(); rows += result.RowCount)
        {
            for (var row = 0; row < result.RowCount; row++)
            {
                foreach (var column in result.Columns)
                    output.Write($"| {Cell(column.GetText(row) ?? "")} ");
                output.Write("|\n"u8);
                output.EndRow();
            }
        }

        return rows;
    }

    static string Cell(string text) => TerminalText.Of(Escaped(text), keepsLines: true);

    static string Escaped(string text) => Marks().Replace(Entities().Replace(text, "&amp;"), @"\$&")
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal).Replace("\n", "<br>", StringComparison.Ordinal);

    // An underscore within a word, as names have it, marks nothing; of a link it is enough that its text does not end.
    [GeneratedRegex(@"[\\|*`~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|\](?=\()")]
    private static partial Regex Marks();

    [GeneratedRegex(@"&(?=#?\w+;)")]
    private static partial Regex Entities();
}
