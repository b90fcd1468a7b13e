namespace TrailLake.Storage;

/// <summary>Symbolic links of a folder that is listed.</summary>
static class LocalLink
{
    /// <summary>The file that a link leads to, under the link's key; null where there is none, which is reported.</summary>
    public static StoredObject? Follow(LocalListing listing, string key)
    {
        try
        {
            if (File.ResolveLinkTarget(listing.PathOf(key), returnFinalTarget: true) is FileInfo { Exists: true } target)
            {
                return new(key, target.Length, LocalListing.ETag(target.Length, target.LastWriteTimeUtc), target.LastWriteTimeUtc);
            }
            listing.Report(key, "this link leads nowhere; remove it or mend it.");
        }
        catch (Exception error) when (StoreException.Explains(error))
        {
            listing.Report(key, StoreException.From(error, "follow", listing.Locate(key)).Message);
        }
        return null;
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
}
