using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TrailLake.CloudTrail;

/// <summary>Texts that many records share (actions, principals, addresses), each kept once for an epoch of the run and named by a number.</summary>
/// <remarks>Entries never move and never change, so readers take no lock; numbers reach another thread only through a partition's
/// lock, which orders the memory. Each worker finds texts through a <see cref="TextIndex"/> of its own. When the table is full, new texts
/// are not shared; the run then writes all rows that wait, and begins a new epoch with empty tables.</remarks>
sealed unsafe class SharedTexts : IDisposable
{
    const int BlockBits = 14, BlockSize = 1 << BlockBits;

    /// <summary>Each text belongs to one of eight parts by its hash: workers that learn at once seldom meet at a lock, under which a table may
    /// grow and memory be asked for.</summary>
    const int PartBits = 3;

    /// <summary>Numbers stay below this, so that they fit a cell.</summary>
    public const int MaxCount = 1 << 24;

    /// <summary>Numbers that are kept for texts which partitions are told apart by.</summary>
    const int NeededCount = 1 << 20;

    readonly long _limitBytes;
    readonly int _limitCount;
    readonly nint[] _blocks = new nint[MaxCount >> BlockBits]; // of text references
    readonly Lock _growing = new();
    readonly Part[] _parts;
    int _count;
    long _bytes;

    /// <summary>A table that takes new texts until its bytes or their number reach a limit.</summary>
    public SharedTexts(long limitBytes, int limitCount = MaxCount - NeededCount)
    {
        (_limitBytes, _limitCount) = (limitBytes, limitCount);
        _parts = [.. Enumerable.Range(0, 1 << PartBits).Select(_ => new Part(this))];
    }

    /// <summary>True where a text was not taken because the table is full.</summary>
    public bool IsFull { get; private set; }

    /// <summary>The text of a number; lives as long as the epoch.</summary>
    public ref TextRef this[int id]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref ((TextRef*)_blocks[id >> BlockBits])[id & (BlockSize - 1)];
    }

    /// <summary>The number of a text, kept if it is new; -1 when it is new and the table is full.</summary>
    /// <param name="isNeeded">A text that partitions are told apart by is kept even beyond the limit.</param>
    public int Add(ReadOnlySpan<byte> text, ulong hash, bool isNeeded)
    {
        var part = PartOf(hash);
        lock (part.Lock)
        {
            var id = part.Table.Find(text, hash);
            if (id >= 0)
                return id;
            var isFull = Volatile.Read(ref _bytes) >= _limitBytes || Volatile.Read(ref _count) >= _limitCount;
            if (isFull)
                IsFull = true;
            if (Volatile.Read(ref _count) > MaxCount - (1 << PartBits) - 1 || (isFull && !isNeeded)) // each part may take one more at once
                return -1;
            return Keep(part, text, hash);
        }
    }

    /// <summary>The number of a text; -1 where it is not shared.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        var hash = TextRef.HashOf(text);
        var part = PartOf(hash);
        lock (part.Lock)
            return part.Table.Find(text, hash);
    }

    /// <summary>Begins a new epoch: all numbers are void. Nobody may use the table meanwhile.</summary>
    public void Clear()
    {
        Array.ForEach(_parts, part => part.Clear());
        (_count, _bytes, IsFull) = (0, 0, false);
    }

    public void Dispose()
    {
        Array.ForEach(_parts, part => part.Dispose());
        foreach (var block in _blocks)
            NativeMemory.Free((void*)block);
        Array.Clear(_blocks);
    }

    Part PartOf(ulong hash) => _parts[hash >> (64 - PartBits)];

    int Keep(Part part, ReadOnlySpan<byte> text, ulong hash)
    {
        var id = Interlocked.Increment(ref _count) - 1;
        if (Volatile.Read(ref _blocks[id >> BlockBits]) == 0)
            NewBlock(ref _blocks[id >> BlockBits]);
        this[id] = TextRef.To(part.Arena.Keep(text), hash);
        part.Table.Add(hash, id);
        Interlocked.Add(ref _bytes, text.Length + sizeof(TextRef) + 4 * sizeof(ulong)); // two slots at most half full, here and with a worker
        return id;
    }

    void NewBlock(ref nint block)
    {
        lock (_growing)
        {
            if (block == 0)
                Volatile.Write(ref block, (nint)NativeMemory.Alloc(BlockSize, (nuint)sizeof(TextRef)));
        }
    }

    /// <summary>Texts whose hashes begin alike.</summary>
    sealed class Part(SharedTexts texts) : IDisposable
    {
        public Lock Lock { get; } = new();

        public TextTable Table { get; } = new(texts);

        public NativeArena Arena { get; } = new(1 << 16);

        public void Clear()
        {
            Table.Clear();
            Arena.Reset();
        }

        public void Dispose()
        {
            Table.Dispose();
            Arena.Dispose();
        }
    }
}

/// <summary>One worker's way from a text to its number among the <see cref="SharedTexts"/>: no lock where it was met before.</summary>
sealed class TextIndex(SharedTexts texts) : IDisposable
{
    readonly TextTable _table = new(texts);

    /// <summary>The number of a text; -1 when it cannot be shared.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int IdOf(ReadOnlySpan<byte> text, bool isNeeded = false)
    {
        var hash = TextRef.HashOf(text);
        var id = _table.Find(text, hash);
        return id >= 0 ? id : Learn(text, hash, isNeeded);
    }

    /// <summary>Forgets all, since a new epoch begins.</summary>
    public void Clear() => _table.Clear();

    public void Dispose() => _table.Dispose();

    int Learn(ReadOnlySpan<byte> text, ulong hash, bool isNeeded)
    {
        var id = texts.Add(text, hash, isNeeded);
        if (id >= 0)
            _table.Add(hash, id);
        return id;
    }
}
