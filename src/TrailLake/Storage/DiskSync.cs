using System.Runtime.InteropServices;

namespace TrailLake.Storage;

/// <summary>Lets a disk write down what it was given, as the system can do it for all of it at once.</summary>
static partial class DiskSync
{
    /// <summary>Waits until what was written to the disk of a folder is on it.</summary>
    /// <param name="folder">The folder; nothing is done where it is not there.</param>
    /// <param name="root">What a message calls it.</param>
    public static void Run(string folder, string root)
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(folder))
        {
            return; // Windows has no such call for a whole disk without special rights
        }
        if (!OperatingSystem.IsLinux())
        {
            SyncAll();
            return;
        }
        var handle = OpenFolder(folder, 0);
        var error = handle < 0 || SyncFileSystem(handle) < 0 ? Marshal.GetLastPInvokeError() : 0;
        if (handle >= 0)
        {
            _ = Close(handle);
        }
        if (error != 0)
        {
            throw StoreException.From(new IOException(Marshal.GetPInvokeErrorMessage(error), error), "sync", root);
        }
    }

    [LibraryImport("libc", EntryPoint = "sync")]
    private static partial void SyncAll();

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int SyncFileSystem(int handle);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
