using System.Text.RegularExpressions;

namespace TrailLake.DuckDb;

/// <summary>Spells names and texts as SQL wants them.</summary>
public static partial class DuckDbSql
{
    /// <summary>A text literal: <c>it's</c> becomes <c>'it''s'</c>.</summary>
    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A name as it is where it can stand so, in double quotes where it cannot.</summary>
    public static string Name(string name) => Plain().IsMatch(name) ? name : Quoted(name);

    /// <summary>A name that may be a word of SQL itself, such as <c>order</c>.</summary>
    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    [GeneratedRegex("^[a-z_][a-z0-9_]*$")]
    private static partial Regex Plain();
}
