using TrailLake.Storage;

namespace TrailLake.Tests;

/// <summary>A folder whose objects change while a run reads them: the real store, with a word before each step.</summary>
sealed class FaultyStore(ObjectStore inner) : ObjectStore
{
    /// <summary>Called with a key when it was listed.</summary>
    public Action<string> Listed { get; init; } = static _ => { };

    /// <summary>Called with a key before it is opened.</summary>
    public Action<string> Opening { get; init; } = static _ => { };

    /// <summary>The keys that may be listed and not be read.</summary>
    public Func<string, bool> IsDenied { get; init; } = static _ => false;

    /// <summary>Of this key, the bytes that can be read before the disk fails.</summary>
    public (string Key, int Bytes) BadSector { get; init; }

    public override string Root => inner.Root;

    public override string Place => inner.Place;

    public override string Locate(string key) => inner.Locate(key);

    public override IEnumerable<FolderItem> ListFolder(string folder, Action<ListProblem>? report = null)
    {
        foreach (var item in inner.ListFolder(folder, report))
        {
            Listed(item.Key);
            yield return item;
        }
    }

    public override IEnumerable<StoredObject> List(string prefix = "", Action<ListProblem>? report = null)
    {
        foreach (var item in inner.List(prefix, report))
        {
            Listed(item.Key);
            yield return item;
        }
    }

    public override bool HasFolder(string key) => inner.HasFolder(key);

    public override Stream OpenRead(string key)
    {
        Opening(key);
        if (IsDenied(key))
            throw new StoreException($"{inner.Locate(key)}: cannot read it: access denied");
        var stored = inner.OpenRead(key);
        return key == BadSector.Key ? new FailingStream(stored, BadSector.Bytes, inner.Locate(key)) : stored;
    }

    public override void ReadAt(string key, long offset, Span<byte> target) => inner.ReadAt(key, offset, target);

    public override bool Exists(string key) => inner.Exists(key);

    public override ObjectWrite BeginWrite(string key) => inner.BeginWrite(key);

    public override bool TryCreate(string key, ReadOnlySpan<byte> content) => inner.TryCreate(key, content);

    public override void Delete(string key) => inner.Delete(key);

    public override StoreRun BeginRun(string folder, string name, IReadOnlyList<string> written, Action<string> forget) => inner.BeginRun(folder, name, written, forget);

    public override bool Overlaps(ObjectStore other) => inner.Overlaps(other);

    sealed class FailingStream(Stream stored, int bytes, string location) : ReadOnceStream
    {
        int _left = bytes;

        public override int Read(Span<byte> buffer)
        {
            if (_left == 0)
                throw new StoreException($"{location}: cannot read it: Input/output error");
            var read = stored.Read(buffer[..Math.Min(buffer.Length, _left)]);
            _left -= read;
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            stored.Dispose();
            base.Dispose(disposing);
        }
    }
}
