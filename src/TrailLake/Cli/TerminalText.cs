using System.Text;

namespace TrailLake.Cli;

/// <summary>Text of the logs as a terminal may be shown it. User agents and names come from whoever calls an API, and must not command the terminal
/// of who looks.</summary>
static class TerminalText
{
    /// <summary>The text with its control characters, and those that turn its direction, spelt out.</summary>
    /// <param name="keepsLines">Leaves line breaks and tabs as they are, by which DuckDB's messages set their caret under a place.</param>
    public static string Of(string text, bool keepsLines = false)
    {
        StringBuilder? spelt = null; // hardly any text needs one
        for (var at = 0; at < text.Length; at++)
        {
            var letter = text[at];
            var isKept = !MayCommand(letter) || (keepsLines && IsOfLines(text, at));
            if (isKept && spelt is null)
                continue;
            spelt ??= new StringBuilder(text, 0, at, text.Length + 16);
            if (isKept)
                spelt.Append(letter);
            else
                spelt.Append(letter switch { '\n' => "\\n", '\t' => "\\t", _ => $"\\u{(int)letter:x4}" });
        }
        return spelt?.ToString() ?? text;
    }

    static bool MayCommand(char letter) => char.IsControl(letter) || letter is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    // A carriage return alone would let what follows cover the line.
    static bool IsOfLines(string text, int at) => text[at] is '\n' or '\t' || (text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n');
}
