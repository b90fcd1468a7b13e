namespace TrailLake.Storage;

/// <summary>A file that is read once, with no buffer of its own: its reader has one.</summary>
/// <param name="name">What a message calls it, or its key in the store.</param>
/// <param name="store">Locates the key where a message needs it: thousands are read without one.</param>
sealed class LocalRead(FileStream file, string name, LocalStore? store = null) : ReadOnceStream
{
    long _position;

    public override long Position => _position;

    public override int Read(Span<byte> buffer)
    {
        try
        {
            var read = file.Read(buffer); // of a pipe, too
            _position += read;
            return read;
        }
        catch (Exception error) when (StoreException.Explains(error))
        {
            throw StoreException.From(error, "read", store?.Locate(name) ?? name);
        }
    }

    protected override void Dispose(bool disposing)
    {
        file.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Reads a part of a file, all of it or a <see cref="StoreException"/>.</summary>
    public static void At(string path, string location, long offset, Span<byte> target)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            for (var done = 0; done < target.Length;)
            {
                var count = RandomAccess.Read(file, target[done..], offset + done);
                if (count == 0)
                {
                    throw new StoreException($"{location}: expected at least {offset + target.Length} bytes, found {offset + done}; it was cut short, or is being replaced.");
                }
                done += count;
            }
        }
        catch (Exception error) when (StoreException.Explains(error))
        {
            throw StoreException.From(error, "read", location);
        }
    }
}
