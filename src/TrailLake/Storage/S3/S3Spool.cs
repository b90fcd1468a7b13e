namespace TrailLake.Storage.S3;

/// <summary>A large object of which S3 tells the checksum: all of it waits on this machine's disk until that is seen to be true.</summary>
/// <remarks>Piece by piece a wrong bit would be found at the object's end only, when rows were made of it. Memory holds a piece.</remarks>
static class S3Spool
{
    const int Tries = 3;

    /// <exception cref="StoreException">It cannot be had, or not as it was put, or the disk has no room for it.</exception>
    public static LocalRead Open(S3Bucket bucket, string key, S3Version version)
    {
        var folder = Path.GetTempPath();
        FileStream? file = null;
        try
        {
            file = Create(Path.Join(folder, $"traillake-{Guid.NewGuid():N}"));
            for (var attempt = 1; !TryFill(file, bucket, key, version, isLast: attempt == Tries); attempt++)
                file.SetLength(0);
            file.Position = 0;
            return new LocalRead(file, bucket.Locate(key));
        }
        catch (Exception error)
        {
            file?.Dispose();
            if (StoreException.Explains(error))
                throw StoreException.From(error, "write (TMPDIR names another folder)", folder);
            throw;
        }
    }

    // Nothing stays of it, not even after a crash: it has lost its name before there is a byte in it, which Windows does when it is closed.
    static FileStream Create(string path)
    {
        var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Delete, BufferSize = 0, Options = FileOptions.DeleteOnClose });
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
        return file;
    }

    static bool TryFill(FileStream file, S3Bucket bucket, string key, S3Version version, bool isLast)
    {
        using var pieces = new S3Read(bucket, key, version);
        try
        {
            pieces.CopyTo(file);
            return true;
        }
        catch (StoreException) when (pieces.IsWrong && !isLast)
        {
            return false;
        }
    }
}
