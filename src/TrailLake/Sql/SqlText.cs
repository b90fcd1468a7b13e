using System.Text.RegularExpressions;

namespace TrailLake.Sql;

/// <summary>What can be told of SQL text without understanding it: where statements end, and which words occur.</summary>
static partial class SqlText
{
    /// <summary>The statements of a text, without their semicolons and without what is only comment.</summary>
    public static List<string> Statements(string sql)
    {
        var statements = new List<string>();
        var (start, hasWords) = (0, false);
        foreach (Match part in Parts().Matches(sql))
        {
            if (part.ValueSpan is ";")
            {
                if (hasWords)
                    statements.Add(sql[start..part.Index].Trim());
                (start, hasWords) = (part.Index + 1, false);
            }
            else
            {
                hasWords |= !part.Groups["blank"].Success;
            }
        }

        if (hasWords)
            statements.Add(sql[start..].Trim());
        return statements;
    }

    /// <summary>Whether the text ends with a semicolon that ends a statement.</summary>
    public static bool IsEnded(string sql) => Parts().Matches(sql).LastOrDefault(part => !part.Groups["blank"].Success) is { Value: ";" };

    /// <summary>Every word of a text, also those in quotes and comments: too many rather than too few.</summary>
    public static HashSet<string> Words(string sql) =>
        new(Word().Matches(sql).Select(word => word.Value), StringComparer.OrdinalIgnoreCase);

    /// <summary>Words, and those that they stand for, and so on.</summary>
    /// <param name="meant">The words that one stands for, such as those of a view's text; none for most.</param>
    public static HashSet<string> Reached(IEnumerable<string> words, Func<string, IEnumerable<string>> meant)
    {
        var (reached, open) = (new HashSet<string>(StringComparer.OrdinalIgnoreCase), new Queue<string>(words));
        while (open.TryDequeue(out var word))
        {
            if (!reached.Add(word))
                continue;
            foreach (var inner in meant(word))
                open.Enqueue(inner);
        }
        return reached;
    }

    // In this order: blanks and comments; E'' strings, where a backslash quotes; strings; names in quotes; $tag$ strings; one character.
    [GeneratedRegex("""(?<blank>\s+|--[^\n]*|/\*.*?(?:\*/|\z))|\b[eE]'(?:[^'\\]|\\.|'')*(?:'|\z)|'(?:[^']|'')*(?:'|\z)|"(?:[^"]|"")*(?:"|\z)|(?<tag>\$\w*\$).*?(?:\k<tag>|\z)|\w+|.""", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Parts();

    [GeneratedRegex("""\w+""")]
    private static partial Regex Word();
}
