using TrailLake.DuckDb;

namespace TrailLake.Cli;

/// <summary>A Markdown table (GitHub's). NULL is an empty cell; bars, line breaks, control characters and what would be taken for HTML are escaped.</summary>
static class MarkdownOutput
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

    static string Escaped(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal).Replace("\n", "<br>", StringComparison.Ordinal);
}
