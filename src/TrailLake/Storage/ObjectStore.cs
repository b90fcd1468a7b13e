namespace TrailLake.Storage;

/// <summary>
/// A tree of objects under one root, on a disk or on S3. A key is a path below the root with <c>/</c> between its
/// parts; none can leave the root. Whatever goes wrong comes as a <see cref="StoreException"/>.
/// </summary>
public abstract class ObjectStore
{
    /// <summary>The root as the user named it.</summary>
    public abstract string Root { get; }

    /// <summary>The root as a program should name it: the same for the same place, however the user spelt it. A folder's ends with <c>/</c>.</summary>
    public abstract string Place { get; }

    /// <summary>So many requests at once pay off: 1 on a disk, where the waiting is short, and many where each goes over a network.</summary>
    public virtual int Parallelism => 1;

    /// <summary>Listing requests made so far, which a store may charge for.</summary>
    public virtual long ListRequests => 0;

    /// <summary>An object's place as a message should name it.</summary>
    public abstract string Locate(string key);

    /// <summary>
    /// The objects whose keys begin with <paramref name="prefix"/>, lazily, in ordinal order of their keys. What
    /// cannot be listed goes to <paramref name="report"/> and costs only itself; without it, it throws.
    /// </summary>
    public abstract IEnumerable<StoredObject> List(string prefix = "", Action<ListProblem>? report = null);

    /// <summary>What lies right in a folder, without what lies deeper; nothing for a folder that is not there.</summary>
    /// <param name="folder">Empty, or ending with <c>/</c>.</param>
    /// <param name="report">As for <see cref="List"/>.</param>
    public abstract IEnumerable<FolderItem> ListFolder(string folder, Action<ListProblem>? report = null);

    /// <summary>False where a folder that was listed is there no more. On S3 there are none but by what is in them.</summary>
    public virtual bool HasFolder(string key) => true;

    /// <summary>Reads the whole of an object as a listing showed it.</summary>
    /// <param name="target">As long as the object.</param>
    public virtual async Task ReadAsync(StoredObject item, Memory<byte> target, CancellationToken cancel)
    {
        using var stream = OpenRead(item.Key);
        var read = await stream.ReadAtLeastAsync(target, target.Length, throwOnEndOfStream: false, cancel);
        if (read != target.Length || await stream.ReadAsync(new byte[1], cancel) > 0)
        {
            throw new StoreException($"{Locate(item.Key)}: expected {item.SizeBytes} bytes, found {(read < target.Length ? "fewer" : "more")}; it was replaced meanwhile, or is being; run again.");
        }
    }

    /// <summary>Opens an object to be read once, from its begin.</summary>
    public abstract Stream OpenRead(string key);

    /// <summary>Reads a part of an object; it must reach that far.</summary>
    public abstract void ReadAt(string key, long offset, Span<byte> target);

    public abstract bool Exists(string key);

    /// <summary>A text that was stored beside an object, such as <c>x-amz-meta-NAME</c>; null where there is none, as everywhere on a disk.</summary>
    public virtual string? MetadataOf(string key, string name) => null;

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

    /// <summary>Commits many, each in one step of its own; where one cannot be, it throws when none is under way any more.</summary>
    public virtual void CommitAll(IEnumerable<ObjectWrite> writes)
    {
        foreach (var write in writes)
        {
            write.Commit();
        }
    }

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

    /// <summary>
    /// Says that a run begins to write here, by a marker that stays until the run completes. A run that crashed left its
    /// marker and perhaps objects half written: both are removed, so that no run has to look through a whole store.
    /// </summary>
    /// <param name="folder">The key of the folder of such markers.</param>
    /// <param name="name">The run's name, which no other has.</param>
    /// <param name="written">The folders that such runs write to; what is half written elsewhere is another program's.</param>
    /// <param name="forget">Told the name of each crashed run before its marker goes.</param>
    public abstract StoreRun BeginRun(string folder, string name, IReadOnlyList<string> written, Action<string> forget);

    /// <summary>Whether an object of one store could be an object of the other: one lies in the other, or they are the same.</summary>
    public abstract bool Overlaps(ObjectStore other);

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

/// <summary>A run that writes to a store. Disposed without being completed it counts as crashed.</summary>
public abstract class StoreRun : IDisposable
{
    /// <summary>Throws where another run has taken this one for crashed, and cleared away what it had half done.</summary>
    /// <exception cref="StoreException">It has.</exception>
    public virtual void Require()
    {
    }

    /// <summary>The run has all that it wrote in place.</summary>
    public abstract void Complete();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
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
