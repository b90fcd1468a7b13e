using Microsoft.Win32.SafeHandles;

namespace TrailLake.Storage;

/// <summary>A file that is locked while its process lives. The system lets go of it however the process ends, so that one that can be taken
/// is a dead process's.</summary>
/// <remarks>On Unix a file is created first and locked then. So it is created as <c>.traillake-…</c> and gets its name when it is both; where
/// another process takes it for a dead one's in between, and removes it, it is created anew.</remarks>
sealed class HeldFile : IDisposable
{
    const int Attempts = 10;

    readonly SafeFileHandle _handle;

    HeldFile(string path, SafeFileHandle handle) => (Path, _handle) = (path, handle);

    public string Path { get; }

    /// <summary>Creates an empty one.</summary>
    /// <exception cref="IOException">It cannot be created.</exception>
    public static HeldFile Create(string path)
    {
        if (OperatingSystem.IsWindows())
            return new(path, File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return CreateUnseen(path, attempt);
            }
            catch (IOException) when (attempt < Attempts)
            {
            }
        }
    }

    /// <summary>Takes the one of a name, which is created where it is not there; null where a living process holds it.</summary>
    /// <exception cref="IOException">It cannot be created.</exception>
    public static HeldFile? TryHold(string path)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            try
            {
                if (Open(path, FileMode.OpenOrCreate) is { } held)
                    return held;
            }
            catch (IOException) when (File.Exists(path))
            {
                return null;
            }
        }
        return null;
    }

    /// <summary>Takes those of a folder that dead processes left.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="end">What their names end with; <c>*</c> is any characters.</param>
    public static IEnumerable<HeldFile> TakeLeft(string folder, string end)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*" + end))
        {
            if (TryTake(path) is not { } held)
                continue;
            if (System.IO.Path.GetFileName(path.AsSpan()).StartsWith(LocalStore.TemporaryPrefix))
                held.Delete();
            else
                yield return held;
        }
    }

    /// <summary>Deletes it, and lets go of it only then: nobody takes it for a dead process's.</summary>
    public void Delete()
    {
        if (OperatingSystem.IsWindows())
            _handle.Dispose(); // there, what is open cannot be deleted
        File.Delete(Path);
        _handle.Dispose();
    }

    /// <summary>Lets go of it and leaves it there, as a crash would.</summary>
    public void Dispose() => _handle.Dispose();

    static HeldFile CreateUnseen(string path, int attempt)
    {
        var unseen = System.IO.Path.Join(System.IO.Path.GetDirectoryName(path), $"{LocalStore.TemporaryPrefix}{attempt}-{System.IO.Path.GetFileName(path)}");
        var handle = File.OpenHandle(unseen, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        try
        {
            File.Move(unseen, path, overwrite: true); // a rename; without it, where the file system has no links, .NET makes a copy that nobody holds
            return new(path, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    // Null where it was opened while its owner still had it, who has deleted it since.
    static HeldFile? Open(string path, FileMode mode)
    {
        var handle = File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.None);
        if (File.Exists(path))
            return new(path, handle);
        handle.Dispose();
        return null;
    }

    static HeldFile? TryTake(string path)
    {
        try
        {
            return Open(path, FileMode.Open);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // its process lives, another one removes it, or it is another user's
        }
    }
}
