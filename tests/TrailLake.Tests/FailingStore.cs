using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake.Tests;

/// <summary>A lake whose disk fails at one step of what is written to a folder; to sync it fails while there is a note of what is about to become visible.</summary>
sealed class FailingStore(ObjectStore inner, string step, string folder) : PassingStore(inner)
{
    public override ObjectWrite BeginWrite(string key)
    {
        Fail("begin", key);
        return new FailingWrite(Inner.BeginWrite(key), this, key);
    }

    public override void Sync()
    {
        if (Inner.List(PublishedFiles.PublishingFolder + "/").Any())
            Fail("sync", "/");
        Inner.Sync();
    }

    void Fail(string at, string key)
    {
        if (at == step && key.StartsWith(folder + "/", StringComparison.Ordinal))
            throw new StoreException($"{key}: the disk is full");
    }

    sealed class FailingWrite(ObjectWrite inner, FailingStore store, string key) : ObjectWrite
    {
        public override void Append(ReadOnlySpan<byte> content)
        {
            store.Fail("append", key);
            inner.Append(content);
        }

        public override void ReadBack(long offset, Span<byte> target) => inner.ReadBack(offset, target);

        public override void Commit()
        {
            store.Fail("commit", key);
            inner.Commit();
        }

        public override void Abort() => inner.Abort();
    }
}
