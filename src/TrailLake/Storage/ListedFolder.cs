namespace TrailLake.Storage;

/// <summary>A folder that is being listed. Its names are held in pages, so that one with a million files is read several times rather than held.</summary>
/// <param name="listing">Which walks through it.</param>
/// <param name="key">Empty, or with <c>/</c> at its end.</param>
/// <param name="realPath">With every link followed.</param>
/// <param name="name">The key as messages have it.</param>
sealed class ListedFolder(LocalListing listing, string key, string realPath, string name)
{
    public readonly string Key = key;
    public readonly string RealPath = realPath;
    public readonly string Name = name;
    readonly List<FolderEntry> _page = [];
    int _next;
    string? _lastSortKey;
    bool _isWhole;

    /// <summary>The next of its entries that may have keys with a prefix; false when there is none.</summary>
    public bool TryTake(string prefix, out FolderEntry entry)
    {
        if (_next == _page.Count && !Turn(prefix))
        {
            entry = default;
            return false;
        }
        entry = _page[_next];
        _page[_next++] = default; // what was listed need not stay in memory
        return true;
    }

    // Reads the folder for the page of names that follows the last one; false when there is none.
    bool Turn(string prefix)
    {
        var after = _lastSortKey;
        _page.Clear();
        _next = 0;
        if (_isWhole)
        {
            return false;
        }
        _isWhole = true;
        try
        {
            Read(after, prefix);
        }
        catch (Exception error) when (StoreException.Explains(error))
        {
            if (Key.Length == 0)
            {
                throw StoreException.From(error, "list", listing.Locate("")); // nothing is left to go on with
            }
            _isWhole = true; // what was read of it before is good
            listing.Report(Key, error is DirectoryNotFoundException
                ? ListProblem.Vanished
                : StoreException.From(error, "list", listing.Locate(Key)).Message);
        }
        _page.Sort(FolderEntry.InOrder);
        if (!_isWhole && _page.Count > listing.PageNames)
        {
            _page.RemoveRange(listing.PageNames, _page.Count - listing.PageNames);
        }
        _lastSortKey = _page.Count == 0 ? null : _page[^1].SortKey;
        return _page.Count > 0;
    }

    void Read(string? after, string prefix)
    {
        var pageNames = listing.PageNames;
        using var entries = new FolderEntries(listing.PathOf(Key), after is null ? Unreadable : null);
        while (entries.MoveNext())
        {
            var entry = entries.Current;
            if ((after is not null && string.CompareOrdinal(entry.SortKey, after) <= 0) || !Matches(entry.SortKey, prefix))
            {
                continue;
            }
            _page.Add(entry);
            if (_page.Count >= 2 * pageNames)
            {
                _page.Sort(FolderEntry.InOrder);
                _page.RemoveRange(pageNames, _page.Count - pageNames);
                _isWhole = false;
            }
        }

        void Unreadable(string name) => listing.Report(Key + name, "its name is not valid UTF-8, so it cannot be opened; rename it.");
    }

    // A folder matters if it may hold keys with the prefix: one begins with the other. The one that the name lies in does.
    bool Matches(string name, string prefix)
    {
        var rest = prefix.AsSpan(Math.Min(prefix.Length, Key.Length));
        return name.AsSpan().StartsWith(rest) || (name.EndsWith('/') && rest.StartsWith(name));
    }
}
