using TrailLake.Storage;

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
    /// <param name="atFirst">Called before the first byte that may show on the terminal.</param>
    public static OutputTarget Open(string? path, Action? atFirst = null)
    {
        if (path is null or "-" or "/dev/stdout")
            return new(StandardOutput.Open(atFirst));
        if (IsPipe(path, out var held))
        {
            atFirst?.Invoke();
            using (held)
                return new(Explained(path, () => Emptied(new(path, path, FileMode.Open)))); // waits until somebody reads it, as a shell does
        }

        var partial = PartialOf(path);
        return new(Explained(path, () => new AnswerFile(partial, path, FileMode.Create)), path, partial);
    }

    /// <summary>A name beside the file's, so that the rename at the end stays on one disk.</summary>
    /// <exception cref="UsageException">The file's folder is not there.</exception>
    public static string PartialOf(string path)
    {
        if (path.Length == 0)
            throw new UsageException("expected a file's name for the answer, found an empty one.");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
            throw new UsageException($"{path}: expected a folder {folder}, found none; make it, or name another.");
        if (Directory.Exists(path))
            throw new UsageException($"{path}: expected a file's name, found a folder.");
        return Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}");
    }

    /// <summary>Throws where an answer cannot be written piece by piece, and must not be replaced by a file.</summary>
    /// <exception cref="UsageException">It is a pipe or a device.</exception>
    public static void RequireFile(string path)
    {
        if (IsPipe(path, out var held))
        {
            held?.Dispose();
            throw new UsageException($"{path}: expected a file's name for Parquet, found a pipe or a device; name a file.");
        }
    }

    /// <summary>A pipe or a device takes bytes as they come, and must not be replaced by a file. .NET does not tell one from a file, but only a file has a length and can be gone about in.</summary>
    /// <param name="held">A pipe's writer, to be closed when it has another: a reader that was waiting is let in by the first that opens the pipe, and would find its end.</param>
    static bool IsPipe(string path, out FileStream? held)
    {
        held = null;
        if (OperatingSystem.IsWindows() || !File.Exists(path))
            return false;
        if (IsDevice(Path.GetFullPath(path)))
            return true;
        try
        {
            if (new FileInfo(path).Length > 0)
                return false;
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0); // both: a pipe that nobody reads yet does not wait
            if (file.CanSeek)
                return false;
            held = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            return true;
        }
        catch (Exception e) when (StoreException.Explains(e))
        {
            return false; // who writes it will say so
        }
    }

    // /dev/shm is a folder of files like any other, in memory.
    static bool IsDevice(string path) => path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);

    // /dev/fd/3 and its like may lead to a file, of which no old end may stay behind the answer: the > of a shell cuts it, too.
    static AnswerFile Emptied(AnswerFile file)
    {
        if (file.CanSeek && file.Length > 0)
            file.SetLength(0);
        return file;
    }

    /// <summary>All is written: the file takes its name.</summary>
    public void Complete()
    {
        Stream.Dispose();
        if (_partial is not null)
            Publish(_partial, _path!);
    }

    /// <summary>Gives a whole file its name.</summary>
    public static void Publish(string partial, string path) => Explained(path, () =>
    {
        File.Move(partial, path, overwrite: true);
        return path;
    });

    static T Explained<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (StoreException.Explains(e))
        {
            throw StoreException.From(e, "write", path);
        }
    }

    // Its failures name the file that was asked for. It has no buffer: what is written comes in large pieces, and nothing is left to fail when it is closed.
    sealed class AnswerFile(string path, string shown, FileMode mode) : FileStream(path, mode, FileAccess.Write, FileShare.Read, bufferSize: 0)
    {
        // .NET sends spans this way, too, in a class derived from its own.
        public override void Write(byte[] buffer, int offset, int count)
        {
            try
            {
                base.Write(buffer, offset, count);
            }
            catch (Exception e) when (StoreException.Explains(e))
            {
                throw StoreException.From(e, "write", shown);
            }
        }
    }

    /// <summary>Closes; what was not completed is removed.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        if (_partial is not null)
            File.Delete(_partial);
    }
}
