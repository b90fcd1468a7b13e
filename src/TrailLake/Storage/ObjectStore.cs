namespace TrailLake.Storage;

/// <summary>
/// A tree of objects under one root, on a disk or on S3. A key is a path below the root with <c>/</c> between its
/// parts; none can leave the root. Whatever goes wrong comes as a <see cref="StoreException"/>.
/// </summary>
public abstract class ObjectStore
{
    /// <summary>The root as the user named it.</summary>
    public abstract string Root { get; }

    /// <summary>An object's place as a message should name it.</summary>
    public abstract string Locate(string key);

    /// <summary>
    /// The objects whose keys begin with <paramref name="prefix"/>, lazily, in ordinal order of their keys. What
    /// cannot be listed goes to <paramref name="report"/> and costs only itself; without it, it throws.
    /// </summary>
    public abstract IEnumerable<StoredObject> List(string prefix = "", Action<ListProblem>? report = null);

    /// <summary>Opens an object to be read once, from its begin.</summary>
    public abstract Stream OpenRead(string key);

    /// <summary>Reads a part of an object; it must reach that far.</summary>
    public abstract void ReadAt(string key, long offset, Span<byte> target);

    public abstract bool Exists(string key);

    /// <summary>The whole of a small object.</summary>
    public virtual byte[] Read(string key)
    {
        using var stream = OpenRead(key);
        using var whole = new MemoryStream();
        stream.CopyTo(whole);
        return whole.ToArray();
    }

    /// <summary>Writes an object, which becomes visible at once and replaces an older one.</summary>
    public virtual void Write(string key, ReadOnlySpan<byte> content)
    {
        using var write = BeginWrite(key);
        write.Append(content);
        write.Commit();
    }

    /// <summary>Begins an object that is written piece by piece; thousands may be under way.</summary>
    public abstract ObjectWrite BeginWrite(string key);

    /// <summary>Writes an object only where there is none; of many that try at once, one succeeds.</summary>
    public abstract bool TryCreate(string key, ReadOnlySpan<byte> content);

    /// <summary>Deletes an object; one that is not there is no error.</summary>
    public abstract void Delete(string key);

    /// <summary>
    /// Returns when all that was committed would survive a loss of power. Once before a ledger names it is enough, and
    /// far cheaper than a sync of each object.
    /// </summary>
    public virtual void Sync()
    {
    }

    /// <summary>Throws where a key could mean something outside the root, or nothing.</summary>
    protected void CheckKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var rest = key.AsSpan();
        while (true)
        {
            var slash = rest.IndexOf('/');
            var part = slash < 0 ? rest : rest[..slash];
            if (part is "" or "." or ".." || part.ContainsAny('\0', Path.DirectorySeparatorChar, Path.VolumeSeparatorChar) && !IsPlain(part))
            {
                throw new StoreException($"{Root}: the key '{key.Replace("\0", "\\0", StringComparison.Ordinal)}' is no path below it; nothing was read or written.");
            }
            if (slash < 0)
            {
                return;
            }
            rest = rest[(slash + 1)..];
        }
    }

    // On Unix both separators are '/', which no part holds any more; ':' and '\' are letters like others there.
    static bool IsPlain(ReadOnlySpan<char> part) => !OperatingSystem.IsWindows() && !part.Contains('\0');
}

/// <summary>An object that is being written; nobody sees it before <see cref="Commit"/>.</summary>
public abstract class ObjectWrite : IDisposable
{
    public abstract void Append(ReadOnlySpan<byte> content);

    /// <summary>Reads back a part of what was appended.</summary>
    public abstract void ReadBack(long offset, Span<byte> target);

    /// <summary>Makes the object visible in one step.</summary>
    public abstract void Commit();

    /// <summary>Drops what was appended; disposing what was not committed does the same.</summary>
    public abstract void Abort();

    public void Dispose()
    {
        Abort();
        GC.SuppressFinalize(this);
    }
}
