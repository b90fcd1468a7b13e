namespace TrailLake.Storage.S3;

/// <summary>A folder on this machine's disk where what will be objects waits to be uploaded. Thousands of files grow at once, and S3 can
/// append to none of them.</summary>
/// <remarks>Its lock ends with the process, so that a later one knows what a crash left, and removes it.</remarks>
sealed class S3Scratch : IDisposable
{
    const string Prefix = "traillake-upload-", LockName = "lock";

    readonly FileStream _lock;
    long _files;

    S3Scratch(string path)
    {
        Path = path;
        _lock = new FileStream(System.IO.Path.Join(path, LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    public string Path { get; }

    public static S3Scratch Create()
    {
        var folder = System.IO.Path.GetTempPath();
        try
        {
            foreach (var left in Directory.EnumerateDirectories(folder, Prefix + "*"))
                RemoveIfLeft(left);
            return new(Directory.CreateTempSubdirectory(Prefix).FullName);
        }
        catch (Exception error) when (StoreException.Explains(error))
        {
            throw StoreException.From(error, "write (TMPDIR names another folder)", folder);
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

    public void Dispose()
    {
        _lock.Dispose();
        Remove(Path);
    }

    static void RemoveIfLeft(string left)
    {
        try
        {
            using (new FileStream(System.IO.Path.Join(left, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            {
            }
            Remove(left);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // its process lives, it is just being made, or it is another user's
        }
    }

    static void Remove(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
    }
}
