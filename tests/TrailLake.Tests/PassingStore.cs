using TrailLake.Storage;

namespace TrailLake.Tests;

/// <summary>A store that passes everything on, for tests that change or watch some of it.</summary>
class PassingStore(ObjectStore inner) : ObjectStore
{
    protected ObjectStore Inner => inner;

    public override string Root => inner.Root;

    public override string Place => inner.Place;

    public override string Locate(string key) => inner.Locate(key);

    public override IEnumerable<StoredObject> List(string prefix = "", Action<ListProblem>? report = null) => inner.List(prefix, report);

    public override IEnumerable<FolderItem> ListFolder(string folder, Action<ListProblem>? report = null) => inner.ListFolder(folder, report);

    public override bool HasFolder(string key) => inner.HasFolder(key);

    public override Stream OpenRead(string key) => inner.OpenRead(key);

    public override void ReadAt(string key, long offset, Span<byte> target) => inner.ReadAt(key, offset, target);

    public override bool Exists(string key) => inner.Exists(key);

    public override ObjectWrite BeginWrite(string key) => inner.BeginWrite(key);

    public override bool TryCreate(string key, ReadOnlySpan<byte> content) => inner.TryCreate(key, content);

    public override void Delete(string key) => inner.Delete(key);

    public override StoreRun BeginRun(string folder, string name, IReadOnlyList<string> written, Action<string> forget) => inner.BeginRun(folder, name, written, forget);

    public override bool Overlaps(ObjectStore other) => inner.Overlaps(other);
}
