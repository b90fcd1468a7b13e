using System.Globalization;
using System.Text;
using TrailLake.DuckDb;

namespace TrailLake.Cli;

/// <summary>A value as a cell of a table: one line, no control characters, and a known width on the screen.</summary>
static class TableCell
{
    /// <summary>Longest text that a cell is made of; nobody reads more in a table.</summary>
    const int LongestText = 1_000;

    /// <summary>Numbers are set to the right.</summary>
    public static bool IsNumber(DuckDbType type) => type.Kind is >= DuckDbKind.TinyInt and <= DuckDbKind.Double
        or DuckDbKind.HugeInt or DuckDbKind.UHugeInt or DuckDbKind.Decimal or DuckDbKind.BigNum;

    /// <summary>Texts and nested values say enough when they are cut; half a number or half a date is a wrong one.</summary>
    public static bool MayBeCut(DuckDbType type) => type.IsNested || type.Kind is DuckDbKind.Varchar or DuckDbKind.Blob or DuckDbKind.Bit or DuckDbKind.Geometry;

    /// <summary>Whether a text is cut, however wide the screen.</summary>
    public static bool IsTooLong(string? text) => text?.Length > LongestText;

    /// <summary>The text of a value, or a column's name, in one line without control characters.</summary>
    public static string Of(string? text) => text is null ? "NULL"
        : IsTooLong(text) ? TerminalText.Of(text[..LongestText]) + "…"
        : TerminalText.Of(text);

    /// <summary>Columns of the screen that a text takes: two for East Asian letters and pictures, none for marks upon others.</summary>
    public static int Width(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
            width += Width(rune);
        return width;
    }

    /// <summary>A cell of a column in that many columns of the screen: filled up with blanks, or cut with an ellipsis.</summary>
    public static string Fit(string text, DuckDbType type, int width)
    {
        var own = Width(text);
        if (own > width && MayBeCut(type))
            return Cut(text, width);
        var blanks = new string(' ', Math.Max(0, width - own));
        return IsNumber(type) ? blanks + text : text + blanks;
    }

    static string Cut(string text, int width)
    {
        var (cut, used) = (new StringBuilder(width), 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (used + Width(rune) > width - 1)
                break;
            cut.Append(rune.ToString());
            used += Width(rune);
        }

        return cut.Append('…').Append(' ', width - 1 - used).ToString();
    }

    static int Width(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        _ => IsWide(rune.Value) ? 2 : 1,
    };

    // The blocks that UAX #11 calls wide, roughly.
    static bool IsWide(int code) => code is >= 0x1100 and <= 0x115F or >= 0x2E80 and <= 0x303E or >= 0x3041 and <= 0xA4CF or >= 0xAC00 and <= 0xD7A3
        or >= 0xF900 and <= 0xFAFF or >= 0xFE30 and <= 0xFE6F or >= 0xFF00 and <= 0xFF60 or >= 0xFFE0 and <= 0xFFE6 or >= 0x1F300 and <= 0x1F64F
        or >= 0x1F680 and <= 0x1F6FF or >= 0x1F900 and <= 0x1FAFF or >= 0x20000 and <= 0x3FFFD;
}
