using Microsoft.Win32.SafeHandles;
using TrailLake.Lake;

namespace TrailLake.Report;

/// <summary>The files of a partition, all of them open before the first is read: a run that merges them meanwhile puts the merged file in the place of one
/// and removes the others, and so half of them would be read twice or not at all. What is open stays as it was.</summary>
sealed class PartitionFiles : IDisposable
{
    /// <summary>A partition is merged once a run, so that more than a few times in a row it is something else.</summary>
    const int MostTries = 10;

    readonly List<(string Path, SafeFileHandle Handle)> _files = [];

    PartitionFiles() { }

    /// <summary>The files by their paths.</summary>
    public IReadOnlyList<(string Path, SafeFileHandle Handle)> All => _files;

    /// <summary>Opens the data files of a folder, and lists it again where one has vanished.</summary>
    /// <param name="folder">The partition's folder; no files where it is not there.</param>
    public static PartitionFiles Open(string folder) => Open(() => List(folder));

    /// <summary>Opens the files of a listing, and asks for another where one has vanished.</summary>
    internal static PartitionFiles Open(Func<IEnumerable<string>> list)
    {
        for (var tries = 1; ; tries++)
        {
            var files = new PartitionFiles();
            try
            {
                foreach (var path in list())
                    files._files.Add((path, File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)));
                return files;
            }
            catch (FileNotFoundException) when (tries < MostTries)
            {
                files.Dispose();
            }
            catch
            {
                files.Dispose();
                throw;
            }
        }
    }

    static IEnumerable<string> List(string folder) =>
        !Directory.Exists(folder) ? [] : Directory.EnumerateFiles(folder, "*.parquet").Where(path => LakeFile.IsParquet(Path.GetFileName(path.AsSpan())));

    public void Dispose()
    {
        foreach (var (_, handle) in _files)
            handle.Dispose();
        _files.Clear();
    }
}
