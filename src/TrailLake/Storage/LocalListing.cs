using System.IO.Enumeration;

namespace TrailLake.Storage;

/// <summary>
/// Walks folders in the order of the keys below them, which is the order of a listing of S3: a folder <c>a</c> stands
/// where <c>a/</c> would, so after <c>a-b</c> and <c>a.json</c>. A folder's names are held in pages, so that one with
/// a million files is read several times rather than held.
/// </summary>
sealed class LocalListing(string folder, string root, Action<ListProblem> report, int pageNames = 65_536)
{
    static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, ReturnSpecialDirectories = false };

    public static string ETag(long sizeBytes, DateTime lastModified) => $"{sizeBytes:x}-{lastModified.Ticks:x}";

    public IEnumerable<StoredObject> List(string prefix) => Walk(prefix, isDeep: true).Select(item => item.Object!.Value);

    /// <summary>What lies right in a folder, whose key is empty or ends with <c>/</c>.</summary>
    public IEnumerable<FolderItem> ListFolder(string key) => Walk(key, isDeep: false);

    IEnumerable<FolderItem> Walk(string prefix, bool isDeep)
    {
        // The walk begins where the prefix's folders end.
        var begin = prefix[..(prefix.LastIndexOf('/') + 1)];
        if (Begin(begin) is not { } first)
        {
            yield break;
        }
        var open = new Stack<Folder>();
        List<Folder> outside = IsReachedWithoutLink(first) ? [] : Above(begin); // no link, no loop
        if (!IsLoop(outside, first))
        {
            open.Push(first);
        }
        while (open.TryPeek(out var current))
        {
            if (current.Next == current.Page.Count && !Turn(current, prefix))
            {
                open.Pop();
                continue;
            }
            var entry = current.Page[current.Next++];
            current.Page[current.Next - 1] = default; // what was listed need not stay in memory
            if (entry.IsLink && !entry.IsFolder)
            {
                if (Follow(current.Key + entry.Name) is { } target)
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
    Folder? Begin(string key)
    {
        var path = Path.Join(folder, key);
        try
        {
            var isFolder = key.Length == 0 || (File.GetAttributes(path) & FileAttributes.Directory) != 0;
            return isFolder ? new(key, RealPath(path), Path.TrimEndingDirectorySeparator(key)) : null;
        }
        catch (Exception error) when (key.Length > 0 && error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (StoreException.Explains(error))
        {
            var failure = StoreException.From(error, "list", Path.Join(root, key));
            if (key.Length == 0)
            {
                throw failure;
            }
            Report(key, failure.Message);
            return null;
        }
    }

    // Reads the folder for the page of names that follows the last one; false when there is none.
    bool Turn(Folder current, string prefix)
    {
        var after = current.LastSortKey;
        current.Page.Clear();
        current.Next = 0;
        if (current.IsWhole)
        {
            return false;
        }
        current.IsWhole = true;
        try
        {
            using var entries = new Entries(Path.Join(folder, current.Key), after is null ? Unreadable : null);
            while (entries.MoveNext())
            {
                var entry = entries.Current;
                if ((after is not null && string.CompareOrdinal(entry.SortKey, after) <= 0) || !Matches(current.Key, entry.SortKey, prefix))
                {
                    continue;
                }
                current.Page.Add(entry);
                if (current.Page.Count >= 2 * pageNames)
                {
                    current.Page.Sort(Entry.InOrder);
                    current.Page.RemoveRange(pageNames, current.Page.Count - pageNames);
                    current.IsWhole = false;
                }
            }
        }
        catch (Exception error) when (StoreException.Explains(error))
        {
            if (current.Key.Length == 0)
            {
                throw StoreException.From(error, "list", root); // nothing is left to go on with
            }
            current.IsWhole = true; // what was read of it before is good
            Report(current.Key, error is DirectoryNotFoundException
                ? ListProblem.Vanished
                : StoreException.From(error, "list", Path.Join(root, current.Key)).Message);
        }
        current.Page.Sort(Entry.InOrder);
        if (!current.IsWhole && current.Page.Count > pageNames)
        {
            current.Page.RemoveRange(pageNames, current.Page.Count - pageNames);
        }
        current.LastSortKey = current.Page.Count == 0 ? null : current.Page[^1].SortKey;
        return current.Page.Count > 0;

        void Unreadable(string name) => Report(current.Key + name, "its name is not valid UTF-8, so it cannot be opened; rename it.");
    }

    // What a link leads to, under the link's key.
    StoredObject? Follow(string key)
    {
        try
        {
            if (File.ResolveLinkTarget(Path.Join(folder, key), returnFinalTarget: true) is FileInfo { Exists: true } target)
            {
                return new(key, target.Length, ETag(target.Length, target.LastWriteTimeUtc), target.LastWriteTimeUtc);
            }
            Report(key, "this link leads nowhere; remove it or mend it.");
        }
        catch (Exception error) when (StoreException.Explains(error))
        {
            Report(key, StoreException.From(error, "follow", Path.Join(root, key)).Message);
        }
        return null;
    }

    Folder? Enter(Folder outer, Entry entry)
    {
        var key = outer.Key + entry.Name;
        try
        {
            return new(key + "/", entry.IsLink ? RealPath(Path.Join(folder, key)) : Path.Join(outer.RealPath, entry.Name), key);
        }
        catch (Exception error) when (StoreException.Explains(error))
        {
            Report(key, StoreException.From(error, "follow", Path.Join(root, key)).Message);
            return null;
        }
    }

    // True where no link is on its way from the root.
    bool IsReachedWithoutLink(Folder first) =>
        first.Key.Length == 0 || first.RealPath == Path.Join(RealPath(folder), Path.TrimEndingDirectorySeparator(first.Key).Replace('/', Path.DirectorySeparatorChar));

    // The folders that a/b/ lies in: the root and a/.
    List<Folder> Above(string key)
    {
        var above = new List<Folder>();
        for (var end = 0; end < key.Length; end = key.IndexOf('/', end) + 1)
        {
            if (Begin(key[..end]) is { } outer)
            {
                above.Add(outer);
            }
        }
        return above;
    }

    bool IsLoop(IEnumerable<Folder> open, Folder inner)
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

    void Report(string key, string message)
    {
        var location = Path.Join(root, key);
        report(new(key, location, message.StartsWith(location, StringComparison.Ordinal) ? message : $"{location}: {message}"));
    }

    // A folder matters if it may hold keys with the prefix: one begins with the other. The one that the name lies in does.
    static bool Matches(string folder, string name, string prefix)
    {
        var rest = prefix.AsSpan(Math.Min(prefix.Length, folder.Length));
        return name.AsSpan().StartsWith(rest) || (name.EndsWith('/') && rest.StartsWith(name));
    }

    /// <summary>A path that is there, with every link of it followed.</summary>
    public static string RealPath(string path)
    {
        var real = Path.GetPathRoot(path)!;
        foreach (var part in path[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Join(real, part);
            if (Directory.ResolveLinkTarget(real, returnFinalTarget: true) is { } target)
            {
                real = target.FullName == real ? real : RealPath(target.FullName);
            }
        }
        return real;
    }

    sealed class Folder(string key, string realPath, string name)
    {
        public readonly string Key = key;
        public readonly string RealPath = realPath;
        public readonly string Name = name;
        public readonly List<Entry> Page = [];
        public int Next;
        public string? LastSortKey;
        public bool IsWhole;
    }

    readonly record struct Entry(string Name, string SortKey, bool IsFolder, bool IsLink, long SizeBytes, DateTime LastModified)
    {
        public static readonly Comparison<Entry> InOrder = (left, right) => string.CompareOrdinal(left.SortKey, right.SortKey);
    }

    /// <summary>The entries of one folder; sizes and times come from the same walk.</summary>
    sealed class Entries(string path, Action<string>? unreadable) : FileSystemEnumerator<Entry>(path, Everything)
    {
        protected override bool ShouldIncludeEntry(ref FileSystemEntry entry)
        {
            if (entry.FileName.StartsWith(LocalStore.TemporaryPrefix))
            {
                return false;
            }
            // A byte that is no UTF-8 came as U+FFFD; unless the name has that very letter, no call can open it.
            if (entry.FileName.Contains('\uFFFD') && !Path.Exists(entry.ToFullPath()))
            {
                unreadable?.Invoke(entry.FileName.ToString());
                return false;
            }
            return true;
        }

        protected override Entry TransformEntry(ref FileSystemEntry entry)
        {
            var name = entry.FileName.ToString();
            var isLink = (entry.Attributes & FileAttributes.ReparsePoint) != 0;
            if (entry.IsDirectory)
            {
                return new(name, name + "/", true, isLink, 0, default);
            }
            return new(name, name, false, isLink, entry.Length, entry.LastWriteTimeUtc.UtcDateTime);
        }
    }
}
