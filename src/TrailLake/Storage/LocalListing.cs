namespace TrailLake.Storage;

/// <summary>
/// Walks folders in the order of the keys below them, which is the order of a listing of S3: a folder <c>a</c> stands
/// where <c>a/</c> would, so after <c>a-b</c> and <c>a.json</c>.
/// </summary>
sealed class LocalListing(string folder, string root, Action<ListProblem> report, int pageNames = 65_536)
{
    /// <summary>Of how many names a folder's pages are.</summary>
    public int PageNames => pageNames;

    public static string ETag(long sizeBytes, DateTime lastModified) => $"{sizeBytes:x}-{lastModified.Ticks:x}";

    public IEnumerable<StoredObject> List(string prefix) => Walk(prefix, isDeep: true).Select(item => item.Object!.Value);

    /// <summary>What lies right in a folder, whose key is empty or ends with <c>/</c>.</summary>
    public IEnumerable<FolderItem> ListFolder(string key) => Walk(key, isDeep: false);

    /// <summary>Where the system finds what has a key.</summary>
    public string PathOf(string key) => Path.Join(folder, key);

    /// <summary>Where the user does, for a message.</summary>
    public string Locate(string key) => Path.Join(root, key);

    /// <summary>Tells of what cannot be listed.</summary>
    public void Report(string key, string message)
    {
        var location = Locate(key);
        report(new(key, location, message.StartsWith(location, StringComparison.Ordinal) ? message : $"{location}: {message}"));
    }

    IEnumerable<FolderItem> Walk(string prefix, bool isDeep)
    {
        // The walk begins where the prefix's folders end.
        var begin = prefix[..(prefix.LastIndexOf('/') + 1)];
        if (Begin(begin) is not { } first)
        {
            yield break;
        }
        var open = new Stack<ListedFolder>();
        List<ListedFolder> outside = IsReachedWithoutLink(first) ? [] : Above(begin); // no link, no loop
        if (!IsLoop(outside, first))
        {
            open.Push(first);
        }
        while (open.TryPeek(out var current))
        {
            if (!current.TryTake(prefix, out var entry))
            {
                open.Pop();
                continue;
            }
            if (entry.IsLink && !entry.IsFolder)
            {
                if (LocalLink.Follow(this, current.Key + entry.Name) is { } target)
                {
                    yield return new(target.Key, target);
                }
            }
            else if (!entry.IsFolder)
            {
                var key = current.Key + entry.Name;
                yield return new(key, new(key, entry.SizeBytes, ETag(entry.SizeBytes, entry.LastModified), entry.LastModified));
            }
            else if (!isDeep)
            {
                yield return new(current.Key + entry.SortKey, null);
            }
            else if (Enter(current, entry) is { } inner)
            {
                if (entry.IsLink && outside.Count == 0)
                {
                    outside = Above(begin);
                }
                if (!IsLoop(outside.Concat(open), inner))
                {
                    open.Push(inner);
                }
            }
        }
    }

    // Null where there is no such folder, or one that cannot be read, which is reported. Without the root nothing is left to go on with.
    ListedFolder? Begin(string key)
    {
        var path = PathOf(key);
        try
        {
            var isFolder = key.Length == 0 || (File.GetAttributes(path) & FileAttributes.Directory) != 0;
            return isFolder ? new(this, key, LocalLink.RealPath(path), Path.TrimEndingDirectorySeparator(key)) : null;
        }
        catch (Exception error) when (key.Length > 0 && error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (StoreException.Explains(error))
        {
            var failure = StoreException.From(error, "list", Locate(key));
            if (key.Length == 0)
            {
                throw failure;
            }
            Report(key, failure.Message);
            return null;
        }
    }

    ListedFolder? Enter(ListedFolder outer, FolderEntry entry)
    {
        var key = outer.Key + entry.Name;
        try
        {
            return new(this, key + "/", entry.IsLink ? LocalLink.RealPath(PathOf(key)) : Path.Join(outer.RealPath, entry.Name), key);
        }
        catch (Exception error) when (StoreException.Explains(error))
        {
            Report(key, StoreException.From(error, "follow", Locate(key)).Message);
            return null;
        }
    }

    // True where no link is on its way from the root.
    bool IsReachedWithoutLink(ListedFolder first) =>
        first.Key.Length == 0 || first.RealPath == Path.Join(LocalLink.RealPath(folder), Path.TrimEndingDirectorySeparator(first.Key).Replace('/', Path.DirectorySeparatorChar));

    // The folders that a/b/ lies in: the root and a/.
    List<ListedFolder> Above(string key)
    {
        var above = new List<ListedFolder>();
        for (var end = 0; end < key.Length; end = key.IndexOf('/', end) + 1)
        {
            if (Begin(key[..end]) is { } outer)
            {
                above.Add(outer);
            }
        }
        return above;
    }

    bool IsLoop(IEnumerable<ListedFolder> open, ListedFolder inner)
    {
        foreach (var outer in open)
        {
            if (outer.RealPath == inner.RealPath)
            {
                Report(inner.Name, $"this link leads back to {outer.RealPath}, which holds it; it was not followed.");
                return true;
            }
        }
        return false;
    }
}
