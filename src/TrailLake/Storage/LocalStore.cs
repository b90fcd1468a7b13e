using System.Collections.Concurrent;

namespace TrailLake.Storage;

/// <summary>A folder, or a single file, on this machine's disks.</summary>
public sealed class LocalStore : ObjectStore
{
    // Left behind by a crash, these are no objects: listings pass them over.
    internal const string TemporaryPrefix = ".traillake-";

    readonly string _folder;
    readonly string? _onlyFile;
    string? _run;
    long _writes;
    int _madeCount;
    readonly ConcurrentDictionary<string, bool> _made = new(StringComparer.Ordinal); // folders that need not be made again

    const int MaxMade = 10_000;

    LocalStore(string root, string folder, string? onlyFile)
    {
        Root = root;
        _folder = folder;
        _onlyFile = onlyFile;
    }

    public override string Root { get; }

    /// <summary>A store that exists: a folder, or one file, which is then its only object.</summary>
    public static LocalStore OpenSource(string path)
    {
        var full = Path.GetFullPath(path);
        if (File.Exists(full))
        {
            return new(path, Path.GetDirectoryName(full)!, Path.GetFileName(full));
        }
        return Directory.Exists(full)
            ? new(path, Path.TrimEndingDirectorySeparator(full), null)
            : throw new StoreException($"{path}: expected a folder or a file, found nothing (or it may not be seen by this user); check the path.");
    }

    /// <summary>A folder to write into; it is made when the first object comes.</summary>
    public static LocalStore OpenLake(string path)
    {
        var full = Path.GetFullPath(path);
        return File.Exists(full)
            ? throw new StoreException($"{path}: expected a folder to write into, found a file; name another place.")
            : new(path, Path.TrimEndingDirectorySeparator(full), null);
    }

    public override string Place => $"{_folder.TrimEnd('/')}/{_onlyFile}";

    public override string Locate(string key) => _onlyFile is null ? Path.Join(Root, key) : Root;

    public override IEnumerable<StoredObject> List(string prefix = "", Action<ListProblem>? report = null)
    {
        if (_onlyFile is null)
        {
            return new LocalListing(_folder, Root, report ?? Fail).List(prefix);
        }
        return _onlyFile.StartsWith(prefix, StringComparison.Ordinal) ? [TheFile(_onlyFile)] : [];
    }

    static void Fail(ListProblem problem) => throw new StoreException(problem.Message);

    public override IEnumerable<FolderItem> ListFolder(string folder, Action<ListProblem>? report = null) => _onlyFile is null
        ? new LocalListing(_folder, Root, report ?? Fail).ListFolder(folder)
        : folder.Length == 0 ? [new(_onlyFile, TheFile(_onlyFile))] : [];

    public override bool HasFolder(string key)
    {
        try
        {
            _ = File.GetAttributes(Path.Join(_folder, key));
            return true;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception error) when (StoreException.Explains(error))
        {
            return true; // there, and not to be read
        }
    }

    StoredObject TheFile(string key)
    {
        try
        {
            var file = new FileInfo(PathOf(key));
            return new(key, file.Length, LocalListing.ETag(file.Length, file.LastWriteTimeUtc), file.LastWriteTimeUtc);
        }
        catch (Exception error) when (StoreException.Explains(error))
        {
            throw StoreException.From(error, "list", Root);
        }
    }

    public override Stream OpenRead(string key)
    {
        var path = PathOf(key);
        try
        {
            return new LocalRead(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0), key, this);
        }
        catch (Exception error) when (StoreException.Explains(error))
        {
            throw Directory.Exists(path) ? new StoreException($"{Locate(key)}: expected a file, found a folder.", error) : StoreException.From(error, "read", Locate(key));
        }
    }

    public override void ReadAt(string key, long offset, Span<byte> target) => LocalRead.At(PathOf(key), Locate(key), offset, target);

    public override bool Exists(string key) => File.Exists(PathOf(key));

    public override ObjectWrite BeginWrite(string key)
    {
        var path = PathOf(key);
        return new LocalWrite(Temporary(key, path), path, Locate(key));
    }

    public override bool TryCreate(string key, ReadOnlySpan<byte> content)
    {
        var path = PathOf(key);
        if (File.Exists(path))
        {
            return false;
        }
        using var write = new LocalWrite(Temporary(key, path), path, Locate(key));
        write.Append(content);
        return write.TryCommit();
    }

    public override void Delete(string key)
    {
        var path = PathOf(key);
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
        }
        catch (Exception error) when (StoreException.Explains(error))
        {
            throw StoreException.From(error, "delete", Locate(key));
        }
    }

    public override void Sync() => DiskSync.Run(_folder, Root);

    public override StoreRun BeginRun(string folder, string name, IReadOnlyList<string> written, Action<string> forget)
    {
        var key = $"{folder}/{name}";
        MakeFolderOf(key, PathOf(key));
        try
        {
            LocalRun.Recover(_folder, PathOf(folder), forget);
            var run = new LocalRun(PathOf(key));
            _run = name;
            return run;
        }
        catch (Exception error) when (StoreException.Explains(error))
        {
            throw StoreException.From(error, "write", Locate(key));
        }
    }

    public override bool Overlaps(ObjectStore other)
    {
        if (other is not LocalStore local)
        {
            return false;
        }
        var (mine, theirs) = (RealRoot(), local.RealRoot());
        return mine.StartsWith(theirs, StringComparison.Ordinal) || theirs.StartsWith(mine, StringComparison.Ordinal);
    }

    // With a separator at its end, so that a-b is not taken for something in a.
    string RealRoot()
    {
        var (there, missing) = (Path.Join(_folder, _onlyFile), "");
        for (; !Path.Exists(there) && Path.GetDirectoryName(there) is { } outer; there = outer)
        {
            missing = Path.Join(Path.GetFileName(there), missing);
        }
        return Path.TrimEndingDirectorySeparator(Path.Join(LocalLink.RealPath(there), missing)) + Path.DirectorySeparatorChar;
    }

    string PathOf(string key)
    {
        CheckKey(key);
        return _onlyFile is null || key == _onlyFile
            ? Path.Join(_folder, key)
            : throw new StoreException($"{Root}: holds only {_onlyFile}, asked for {key}.");
    }

    // In the folder of the object, since only there a rename is one step; named after the run, so that the next one knows it.
    string Temporary(string key, string path)
    {
        MakeFolderOf(key, path);
        var name = _run is null ? Guid.NewGuid().ToString("N") : $"{_run}-{Interlocked.Increment(ref _writes)}";
        return Path.Join(Path.GetDirectoryName(path), TemporaryPrefix + name);
    }

    void MakeFolderOf(string key, string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (_made.ContainsKey(folder))
        {
            return;
        }
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (StoreException.Explains(error))
        {
            throw StoreException.From(error, "make the folder of", Locate(key));
        }
        if (Interlocked.Increment(ref _madeCount) >= MaxMade) // the dictionary would take all its thousand locks to count
        {
            _made.Clear(); // a run over years makes hundreds of thousands
            Volatile.Write(ref _madeCount, 0);
        }
        _made.TryAdd(folder, true);
    }
}
