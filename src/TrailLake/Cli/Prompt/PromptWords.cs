using TrailLake.DuckDb;
using TrailLake.Sql;

namespace TrailLake.Cli.Prompt;

/// <summary>The words that the prompt completes: its own commands, views, the columns of the views that the text names, and SQL's own words.</summary>
sealed class PromptWords(IReadOnlyList<SqlDefinition> views, Func<string, IReadOnlyList<string>> columnsOf)
{
    static readonly string[] Keywords =
    [
        "and", "as", "asc", "between", "by", "case", "cast", "count", "cross", "current_date", "date_trunc", "desc", "distinct", "else", "end", "exists", "filter", "from", "full", "group", "having",
        "in", "inner", "interval", "is", "join", "json_extract_scalar", "left", "like", "limit", "not", "null", "offset", "on", "or", "order", "over", "partition", "regexp_like", "right", "select",
        "summarize", "then", "union", "using", "when", "where", "with",
    ];

    readonly Dictionary<string, IReadOnlyList<string>> _columns = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What may stand in place of a word, in order; of an empty word nothing, for that would be everything.</summary>
    public IReadOnlyList<string> Complete(string text, string word)
    {
        if (text.StartsWith('.'))
            return Matching(text.Contains(' ', StringComparison.Ordinal) ? Arguments(text) : PromptCommands.Names, word);
        return word.Length == 0 ? [] : Matching(Columns(text).Concat(views.Select(view => view.Name)).Concat(Keywords), word);
    }

    static List<string> Matching(IEnumerable<string> words, string word) =>
        [.. words.Where(candidate => candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase)).Distinct().Order(StringComparer.Ordinal)];

    IEnumerable<string> Arguments(string text) => text.Split(' ')[0] switch
    {
        ".columns" or ".views" => views.Select(view => view.Name),
        ".format" => OutputFormat.Names,
        ".timer" => ["on", "off"],
        _ => [],
    };

    // Before FROM is typed, the columns of events are the best guess.
    IEnumerable<string> Columns(string text)
    {
        var named = SqlText.Words(text);
        var used = views.Where(view => named.Contains(view.Name)).Select(view => view.Name).DefaultIfEmpty("events");
        return used.SelectMany(view =>
        {
            if (!_columns.TryGetValue(view, out var columns))
                _columns.Add(view, columns = Try(view));
            return columns;
        });
    }

    IReadOnlyList<string> Try(string view)
    {
        try
        {
            return columnsOf(view);
        }
        catch (Exception e) when (e is DuckDbException or CatalogException)
        {
            return []; // a view that is broken says so when it is asked
        }
    }
}
