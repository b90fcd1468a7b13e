using Microsoft.Win32.SafeHandles;

namespace TrailLake.Storage;

/// <summary>A run that writes below a folder, as its marker tells other processes.</summary>
/// <remarks>The marker is locked while its run lives; the system lets go of it however the run ends, so that a marker that can be
/// locked is that of a crash.</remarks>
//   marker:        FOLDER/RUN               empty
//   half written:  …/.traillake-RUN-1, …    in the folders where the objects will be
sealed class LocalRun(string path) : StoreRun
{
    static readonly EnumerationOptions EveryFile = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    readonly SafeFileHandle _marker = Create(path);

    /// <summary>Clears away what crashed runs left.</summary>
    /// <param name="root">Where they wrote.</param>
    /// <param name="markers">The folder of markers.</param>
    /// <param name="forget">Told each one's name before its marker goes.</param>
    public static void Recover(string root, string markers, Action<string> forget)
    {
        var crashed = new Dictionary<string, SafeFileHandle>(StringComparer.Ordinal);
        try
        {
            foreach (var marker in Directory.EnumerateFiles(markers))
            {
                if (!Path.GetFileName(marker.AsSpan()).StartsWith(LocalStore.TemporaryPrefix) && TryLock(marker) is { } held)
                    crashed.Add(Path.GetFileName(marker), held);
            }
            if (crashed.Count > 0)
                Clear(root, crashed.Keys);
            foreach (var name in crashed.Keys)
            {
                forget(name);
                if (OperatingSystem.IsWindows())
                    crashed[name].Dispose();
                File.Delete(Path.Join(markers, name));
            }
        }
        finally
        {
            foreach (var held in crashed.Values)
                held.Dispose();
        }
    }

    public override void Complete()
    {
        if (OperatingSystem.IsWindows())
            _marker.Dispose(); // there, what is open cannot be deleted
        File.Delete(path);     // before the lock goes, so that nobody takes it for a crash
        _marker.Dispose();
    }

    protected override void Dispose(bool disposing) => _marker.Dispose();

    static void Clear(string root, IEnumerable<string> crashed)
    {
        string[] prefixes = [.. crashed.Select(name => $"{LocalStore.TemporaryPrefix}{name}-")];
        foreach (var file in Directory.EnumerateFiles(root, LocalStore.TemporaryPrefix + "*", EveryFile))
        {
            if (prefixes.Any(prefix => Path.GetFileName(file).StartsWith(prefix, StringComparison.Ordinal)))
                File.Delete(file);
        }
    }

    // On Unix a file is created first and locked then; under its own name it is seen when it is both, so that nobody takes it for a crash.
    static SafeFileHandle Create(string path)
    {
        if (OperatingSystem.IsWindows())
            return File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        var unseen = Path.Join(Path.GetDirectoryName(path), LocalStore.TemporaryPrefix + Path.GetFileName(path) + "-0");
        var marker = File.OpenHandle(unseen, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        File.Move(unseen, path);
        return marker;
    }

    static SafeFileHandle? TryLock(string marker)
    {
        try
        {
            return File.OpenHandle(marker, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null; // its run lives, or another one clears it away
        }
    }
}
