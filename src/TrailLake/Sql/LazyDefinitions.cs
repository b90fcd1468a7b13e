namespace TrailLake.Sql;

/// <summary>Macros, tables and views, each of which is created once something mentions it, after what it mentions itself.</summary>
/// <param name="definitions">All of them; of two with one name the later one.</param>
/// <param name="create">Creates one; a <see cref="CatalogException"/> where it is broken.</param>
sealed class LazyDefinitions(IEnumerable<SqlDefinition> definitions, Action<SqlDefinition> create)
{
    readonly Dictionary<string, SqlDefinition> _undefined = definitions.GroupBy(definition => definition.Name, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(same => same.Key, same => same.Last(), StringComparer.OrdinalIgnoreCase);
    readonly List<string> _defined = [];
    readonly Dictionary<string, CatalogException> _broken = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, HashSet<string>> _mentions = new(StringComparer.OrdinalIgnoreCase); // of what is defined, the words of its text

    /// <summary>The statements that were run, in their order.</summary>
    public IReadOnlyList<string> Defined => _defined;

    /// <summary>Some are not created yet.</summary>
    public bool HasMore => _undefined.Count > 0;

    /// <summary>Creates those that these words name, and what they mention.</summary>
    // What a definition mentions goes before it. Taking its name out first also ends a circle, such as a macro over the built-in of its own name.
    // A word may be a name or not: that a view of the lake is broken matters once DuckDB misses it.
    public void Define(IEnumerable<string> words)
    {
        foreach (var word in words)
        {
            if (!_undefined.Remove(word, out var definition))
                continue;
            try
            {
                var mentioned = SqlText.Words(definition.Text);
                Define(mentioned);
                create(definition);
                _defined.Add(definition.Text.TrimEnd());
                _mentions[word] = mentioned;
            }
            catch (CatalogException e)
            {
                _broken[word] = e;
            }
        }
    }

    /// <summary>Creates all that are left.</summary>
    public void DefineAll() => Define(_undefined.Keys.ToArray());

    /// <summary>Forgets one that is not created yet: another stands in for it.</summary>
    public void Remove(string name) => _undefined.Remove(name);

    /// <summary>What is wrong with the first broken one that these words name; null where none is.</summary>
    public CatalogException? BrokenOf(IEnumerable<string> words) => words.Select(word => _broken.GetValueOrDefault(word)).FirstOrDefault(broken => broken is not null);

    /// <summary>These words and those of what they name, and so on.</summary>
    public HashSet<string> Reached(HashSet<string> words) => SqlText.Reached(words, word => _mentions.GetValueOrDefault(word) ?? []);
}
