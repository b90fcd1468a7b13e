using System.IO.Enumeration;

namespace TrailLake.Storage;

/// <summary>A file, a folder or a link, as its folder has it.</summary>
/// <param name="SortKey">A folder's has <c>/</c> at its end, as the keys below it.</param>
readonly record struct FolderEntry(string Name, string SortKey, bool IsFolder, bool IsLink, long SizeBytes, DateTime LastModified)
{
    public static readonly Comparison<FolderEntry> InOrder = (left, right) => string.CompareOrdinal(left.SortKey, right.SortKey);
}

/// <summary>The entries of one folder, as the system gives them; sizes and times come from the same walk.</summary>
/// <param name="unreadable">Told the names that no call can open.</param>
sealed class FolderEntries(string path, Action<string>? unreadable) : FileSystemEnumerator<FolderEntry>(path, Everything)
{
    static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, ReturnSpecialDirectories = false };

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

    protected override FolderEntry TransformEntry(ref FileSystemEntry entry)
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
