using System.Collections.Immutable;
using TrailLake.DuckDb;

namespace TrailLake.Cli;

/// <summary>A table for eyes. Widths come from the first rows; wide columns give way until the table fits the screen, and where that would leave
/// nothing to read, each row becomes a block of lines instead.</summary>
static class TableOutput
{
    const int SampleRows = 1_000;
    const int NarrowestColumn = 8;
    const int WidestScreen = 10_000;

    /// <summary>Columns of the terminal; in a pipe what COLUMNS says, or 160.</summary>
    public static int ScreenWidth() =>
        !Console.IsOutputRedirected && Console.WindowWidth > 0 ? Console.WindowWidth
        : int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out var columns) && columns > 0 ? Math.Min(columns, WidestScreen)
        : 160;

    /// <param name="hint">Says how to see what was cut to fit the screen.</param>
    public static long Write(DuckDbResult result, TextOutput output, int screen, string hint)
    {
        var columns = result.Columns;
        if (columns is [{ Name: "explain_key" }, { Name: "explain_value" }])
            return WritePlan(result, output);

        var (rows, isCut) = (0L, false);
        var waiting = new List<string[]>();
        int[]? widths = null;
        while (result.ReadChunk())
        {
            for (var row = 0; row < result.RowCount; row++, rows++)
            {
                string?[] texts = [.. columns.Select(column => column.GetText(row))];
                isCut |= texts.Any(TableCell.IsTooLong);
                string[] cells = [.. texts.Select(TableCell.Of)];
                if (rows < SampleRows)
                {
                    waiting.Add(cells);
                    continue;
                }

                widths ??= Begin(columns, waiting, output, screen, ref isCut);
                WriteRow(columns, cells, widths, rows, output, ref isCut);
            }
        }

        if (widths is null)
            Begin(columns, waiting, output, screen, ref isCut);
        output.Write($"({rows} row{(rows == 1 ? "" : "s")})\n");
        if (isCut)
            output.Write($"… is cut: {hint}\n");
        return rows;
    }

    // Writes the head and the rows that the widths were taken from. No widths: the rows are blocks.
    static int[] Begin(ImmutableArray<DuckDbColumn> columns, List<string[]> sample, TextOutput output, int screen, ref bool isCut)
    {
        var widths = Widths(columns, sample, screen);
        if (widths.Length > 0)
        {
            output.Write(Line(columns, [.. columns.Select(column => TableCell.Of(column.Name))], widths));
            output.Write(string.Join("  ", widths.Select(width => new string('─', width))) + "\n");
        }

        for (var row = 0; row < sample.Count; row++)
            WriteRow(columns, sample[row], widths, row, output, ref isCut);
        sample.Clear();
        return widths;
    }

    static void WriteRow(ImmutableArray<DuckDbColumn> columns, string[] cells, int[] widths, long row, TextOutput output, ref bool isCut)
    {
        for (var index = 0; index < widths.Length && !isCut; index++)
            isCut = TableCell.MayBeCut(columns[index].Type) && TableCell.Width(cells[index]) > widths[index];
        if (widths.Length > 0)
            output.Write(Line(columns, cells, widths));
        else
            WriteBlock(columns, cells, row, output);
        output.EndRow();
    }

    static string Line(ImmutableArray<DuckDbColumn> columns, string[] cells, int[] widths) =>
        string.Join("  ", cells.Select((cell, index) => TableCell.Fit(cell, columns[index].Type, widths[index]))).TrimEnd() + "\n";

    static void WriteBlock(ImmutableArray<DuckDbColumn> columns, string[] cells, long row, TextOutput output)
    {
        string[] names = [.. columns.Select(column => TableCell.Of(column.Name))];
        var width = names.Max(name => name.Length);
        output.Write($"── row {row + 1} ──\n");
        for (var index = 0; index < cells.Length; index++)
            output.Write($"{names[index].PadRight(width)}  {cells[index]}\n");
    }

    static int[] Widths(ImmutableArray<DuckDbColumn> columns, List<string[]> sample, int screen)
    {
        int[] widths = [.. columns.Select((column, index) =>
            Math.Max(TableCell.Width(TableCell.Of(column.Name)), sample.Count == 0 ? 0 : sample.Max(cells => TableCell.Width(cells[index]))))];
        var room = screen - 2 * (widths.Length - 1);
        if (Sum(columns, widths, int.MaxValue) <= room)
            return widths;
        if (sample.Count > 0 && Sum(columns, widths, NarrowestColumn) > room)
            return [];

        // The widest gives way first: lower a common ceiling until all fit. Of no rows there is only the head, which may run over.
        var ceiling = widths.Max();
        while (ceiling > NarrowestColumn && Sum(columns, widths, ceiling) > room)
            ceiling--;
        return [.. widths.Select((width, index) => Below(ceiling, columns[index], width))];
    }

    static int Sum(ImmutableArray<DuckDbColumn> columns, int[] widths, int ceiling) =>
        widths.Select((width, index) => Below(ceiling, columns[index], width)).Sum();

    static int Below(int ceiling, DuckDbColumn column, int width) => TableCell.MayBeCut(column.Type) ? Math.Min(width, ceiling) : width;

    // EXPLAIN draws its own boxes.
    static long WritePlan(DuckDbResult result, TextOutput output)
    {
        var rows = 0L;
        for (; result.ReadChunk(); rows += result.RowCount)
        {
            for (var row = 0; row < result.RowCount; row++)
                output.Write(TerminalText.Of((result.Columns[1].GetText(row) ?? "").TrimEnd(), keepsLines: true) + "\n");
        }

        return rows;
    }
}
