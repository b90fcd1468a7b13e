using System.Text;

namespace TrailLake.Cli.Prompt;

/// <summary>Draws the buffer at the end of the terminal, over as many rows as it takes, and draws it over itself when it changes.</summary>
/// <remarks>Rows are broken here, one column before the terminal would: what a terminal does at its last column is not the same everywhere.</remarks>
sealed class PromptScreen(TextWriter terminal, Func<(int Columns, int Rows)> size)
{
    public const string First = "traillake> ", Next = "      ...> ";

    /// <summary>What stands before the text.</summary>
    public string Lead { get; set; } = First;

    int _cursorRow; // rows below the first one that is drawn

    /// <summary>Begins below what is there.</summary>
    public void Begin() => _cursorRow = 0;

    public void Draw(PromptBuffer buffer)
    {
        var (columns, height) = size();
        var (rows, row, column) = LayOut(buffer.Text, buffer.Cursor, Math.Max(columns, First.Length + 8) - 1, Lead);
        var shown = Math.Max(1, height - 1); // of a text longer than the screen the rows around the cursor
        var top = Math.Clamp(row - shown + 1, 0, Math.Max(0, rows.Count - shown));
        rows = rows.GetRange(top, Math.Min(shown, rows.Count - top));
        row -= top;

        var drawing = new StringBuilder(ToTop());
        drawing.AppendJoin("\r\n", rows);
        if (rows.Count - 1 > row)
            drawing.Append($"\x1b[{rows.Count - 1 - row}A");
        drawing.Append('\r');
        if (column > 0)
            drawing.Append($"\x1b[{column}C");
        terminal.Write(drawing.ToString());
        _cursorRow = row;
    }

    /// <summary>Leaves what is drawn, and goes to the line below it.</summary>
    public void End(PromptBuffer buffer, string note = "")
    {
        buffer.ToEnd();
        Draw(buffer);
        terminal.Write(note + "\r\n");
        _cursorRow = 0;
    }

    /// <summary>Writes lines in place of what is drawn; draw it again after them.</summary>
    public void WriteLines(IEnumerable<string> lines)
    {
        terminal.Write(ToTop() + string.Concat(lines.Select(line => line + "\r\n")));
        _cursorRow = 0;
    }

    public void Clear()
    {
        terminal.Write("\x1b[H\x1b[2J");
        _cursorRow = 0;
    }

    string ToTop() => $"{(_cursorRow > 0 ? $"\x1b[{_cursorRow}A" : "")}\r\x1b[J";

    /// <summary>The rows of a text, and the place of the cursor in them.</summary>
    internal static (List<string> Rows, int Row, int Column) LayOut(string text, int cursor, int columns, string lead = First)
    {
        var rows = new List<string>();
        var (row, width, cursorRow, cursorColumn, at) = (new StringBuilder(lead), TableCell.Width(lead), 0, TableCell.Width(lead), 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (at == cursor)
                (cursorRow, cursorColumn) = (rows.Count, width);
            at += rune.Utf16SequenceLength;
            var letter = rune.ToString();
            var own = rune.Value == '\n' ? 0 : TableCell.Width(letter);
            if (rune.Value == '\n' || width + own > columns)
            {
                rows.Add(row.ToString());
                row = new StringBuilder(rune.Value == '\n' ? Next : "");
                width = row.Length;
                if (rune.Value != '\n' && at - rune.Utf16SequenceLength == cursor)
                    (cursorRow, cursorColumn) = (rows.Count, width);
            }
            if (rune.Value == '\n')
                continue;
            row.Append(letter);
            width += own;
        }
        if (at <= cursor)
            (cursorRow, cursorColumn) = (rows.Count, width);
        rows.Add(row.ToString());
        return (rows, cursorRow, cursorColumn);
    }
}
