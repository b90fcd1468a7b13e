namespace TrailLake.Storage.S3;

/// <summary>A folder on this machine's disk where what will be objects waits to be uploaded. Thousands of files grow at once, and S3 can
/// append to none of them.</summary>
/// <remarks>Its lock is a file beside it, there before the folder and until after it, and is held until the process ends: whatever moment a
/// crash takes, a later one knows what it left, and removes it.</remarks>
sealed class S3Scratch : IDisposable
{
    const string Prefix = "traillake-upload-", LockSuffix = ".lock";

    readonly HeldFile _lock;
    long _files;

    S3Scratch(string parent)
    {
        Path = System.IO.Path.Join(parent, Prefix + Guid.NewGuid().ToString("N"));
        _lock = HeldFile.Create(Path + LockSuffix);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(Path);
        else
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute); // the records are no other user's to read
    }

    public string Path { get; }

    /// <summary>A new one below <paramref name="parent"/>, from which those of processes that have ended are removed first.</summary>
    public static S3Scratch Create(string parent)
    {
        try
        {
            foreach (var left in HeldFile.TakeLeft(parent, Prefix + "*" + LockSuffix))
                RemoveLeft(left);
            return new(parent);
        }
        catch (Exception error) when (StoreException.Explains(error))
        {
            throw StoreException.From(error, "write (TMPDIR names another folder)", parent);
        }
    }

    /// <summary>A new file's path; the folders below keep any single one small.</summary>
    public string NewFile()
    {
        var number = Interlocked.Increment(ref _files);
        var folder = System.IO.Path.Join(Path, $"{number % 256:x2}");
        Directory.CreateDirectory(folder);
        return System.IO.Path.Join(folder, $"{number}");
    }

    public void Dispose() => Remove(_lock);

    static void RemoveLeft(HeldFile left)
    {
        try
        {
            Remove(left);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // it is another user's, and that user's to remove
        }
    }

    // The lock goes last: where this is cut short, there is one for a later process to find.
    static void Remove(HeldFile held)
    {
        using (held)
        {
            var folder = held.Path[..^LockSuffix.Length];
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            held.Delete();
        }
    }
}
