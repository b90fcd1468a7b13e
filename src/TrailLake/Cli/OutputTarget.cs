namespace TrailLake.Cli;

/// <summary>Where an answer goes: standard output, or a file that appears under its name only when it is whole.</summary>
sealed class OutputTarget : IDisposable
{
    readonly string? _path;
    readonly string? _partial;

    OutputTarget(Stream stream, string? path = null, string? partial = null) => (Stream, _path, _partial) = (stream, path, partial);

    public Stream Stream { get; }

    /// <summary>Opens it.</summary>
    /// <param name="path">A file's path; null or <c>-</c> is standard output.</param>
    public static OutputTarget Open(string? path)
    {
        if (path is null or "-")
            return new(StandardOutput.Open());
        if (IsDevice(path))
            return new(new FileStream(path, FileMode.Open, FileAccess.Write));

        var partial = PartialOf(path);
        return new(new FileStream(partial, FileMode.Create, FileAccess.Write), path, partial);
    }

    /// <summary>A name beside the file's, so that the rename at the end stays on one disk.</summary>
    /// <exception cref="UsageException">The file's folder is not there.</exception>
    public static string PartialOf(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
            throw new UsageException($"--output {path}: expected a folder {folder}, found none; make it, or name another.");
        if (Directory.Exists(path))
            throw new UsageException($"--output {path}: expected a file's name, found a folder.");
        return Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}");
    }

    /// <summary>A pipe or a device takes bytes as they come, and must not be replaced by a file.</summary>
    static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows() && File.Exists(path) && (File.GetAttributes(path) & FileAttributes.Device) != 0 || path.StartsWith("/dev/", StringComparison.Ordinal);

    /// <summary>All is written: the file takes its name.</summary>
    public void Complete()
    {
        Stream.Dispose();
        if (_partial is not null)
            File.Move(_partial, _path!, overwrite: true);
    }

    /// <summary>Closes; what was not completed is removed.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        if (_partial is not null)
            File.Delete(_partial);
    }
}
