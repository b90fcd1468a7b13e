namespace TrailLake.Cli;

/// <summary>What was meant by a word that is mistyped.</summary>
static class Nearest
{
    /// <summary>The nearest of some words; null where none is near enough to be meant.</summary>
    public static string? To(string word, IEnumerable<string> words)
    {
        var most = Math.Max(1, word.Length / 3);
        return words.Select(candidate => (candidate, distance: Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .Where(found => found.distance <= most || (word.Length >= 3 && found.candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(found => found.distance).ThenBy(found => found.candidate, StringComparer.Ordinal)
            .Select(found => found.candidate).FirstOrDefault();
    }

    /// <summary>The question to put to who typed it, with a blank before it; empty where none is near.</summary>
    public static string Question(string word, IEnumerable<string> words) => To(word, words) is { } near ? $" Did you mean {near}?" : "";

    // Letters to insert, leave out, replace or swap with their neighbour (optimal string alignment).
    static int Distance(string a, string b)
    {
        var (before, last, row) = (new int[b.Length + 1], Enumerable.Range(0, b.Length + 1).ToArray(), new int[b.Length + 1]);
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(last[j] + 1, row[j - 1] + 1), last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            (before, last, row) = (last, row, before);
        }
        return last[b.Length];
    }
}
