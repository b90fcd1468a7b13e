using System.Collections;
using System.IO.Compression;
using TrailLake.CloudTrail;
using TrailLake.Parquet;

namespace TrailLake.Lake;

/// <summary>The objects that a run will read, in their order. Many are kept packed, in blocks: one is unpacked when it is first looked into, and
/// dropped when the run is done with its objects. A million objects wait in 45 MB and not in 215.</summary>
sealed class ObjectList : IReadOnlyList<SourceObject>, IDisposable
{
    const int BlockObjects = 1024;

    /// <summary>Fewer take less than 8 MB as they are.</summary>
    public const int LeastToPack = 32 * BlockObjects;

    sealed class Block
    {
        public byte[] Packed = [];
        public SourceObject[]? Objects;
        public NativeArena? Texts;
    }

    readonly Block[] _blocks;
    readonly NativeArena? _texts; // where nothing is packed
    readonly Lock _unpacking = new();

    /// <param name="objects">Them.</param>
    /// <param name="texts">Their keys and ETags, which are this list's from now on.</param>
    public ObjectList(IReadOnlyList<SourceObject> objects, NativeArena texts)
    {
        Count = objects.Count;
        TotalBytes = objects.Sum(item => item.SizeBytes);
        var isPacked = Count >= LeastToPack;
        _blocks = [.. objects.Chunk(BlockObjects).Select(block => isPacked ? new Block { Packed = Pack(block) } : new Block { Objects = block })];
        if (isPacked)
            texts.Dispose();
        else
            _texts = texts;
    }

    public int Count { get; private set; }

    /// <summary>The size of all, as stored.</summary>
    public long TotalBytes { get; }

    public SourceObject this[int ordinal] => (Volatile.Read(ref _blocks[ordinal / BlockObjects].Objects) ?? Unpack(_blocks[ordinal / BlockObjects]))[ordinal % BlockObjects];

    /// <summary>Leaves out the objects from one on.</summary>
    public void Cut(int first) => Count = first;

    /// <summary>Lets go of the objects before one: their texts are no longer to be used.</summary>
    public void Forget(int end)
    {
        for (var i = end / BlockObjects - 1; i >= 0 && _blocks[i] is { Packed.Length: > 0, Objects: not null } block; i--)
            Drop(block);
    }

    public IEnumerator<SourceObject> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        _texts?.Dispose();
        foreach (var block in _blocks)
            Drop(block);
    }

    static void Drop(Block block)
    {
        block.Texts?.Dispose();
        (block.Objects, block.Texts) = (null, null);
    }

    static byte[] Pack(SourceObject[] objects)
    {
        var packed = new MemoryStream();
        using (var writer = new BinaryWriter(new DeflateStream(packed, CompressionLevel.Fastest)))
        {
            writer.Write7BitEncodedInt(objects.Length);
            foreach (var item in objects)
            {
                foreach (var text in (ReadOnlySpan<ByteSlice>)[item.Key, item.ETag])
                {
                    writer.Write7BitEncodedInt(text.Length);
                    writer.Write(text.Span);
                }
                writer.Write7BitEncodedInt64(item.SizeBytes);
                writer.Write7BitEncodedInt(item.Delivered is { } day ? day.DayNumber + 1 : 0);
            }
        }
        return packed.ToArray();
    }

    SourceObject[] Unpack(Block block)
    {
        lock (_unpacking)
        {
            if (block.Objects is { } known)
                return known;
            block.Texts = new NativeArena(1 << 16);
            using var reader = new BinaryReader(new DeflateStream(new MemoryStream(block.Packed), CompressionMode.Decompress));
            var objects = new SourceObject[reader.Read7BitEncodedInt()];
            for (var i = 0; i < objects.Length; i++)
            {
                var (key, etag) = (Text(reader, block.Texts), Text(reader, block.Texts));
                var size = reader.Read7BitEncodedInt64();
                objects[i] = new SourceObject(key, etag, size, reader.Read7BitEncodedInt() is > 0 and var day ? DateOnly.FromDayNumber(day - 1) : null);
            }
            Volatile.Write(ref block.Objects, objects);
            return objects;
        }
    }

    static ByteSlice Text(BinaryReader reader, NativeArena texts)
    {
        var text = texts.Take(reader.Read7BitEncodedInt());
        reader.BaseStream.ReadExactly(text);
        return ByteSlice.OfFixed(text);
    }
}
