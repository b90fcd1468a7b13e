using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TrailLake.CloudTrail;

/// <summary>Texts that many records share (actions, principals, addresses), each kept once for a whole run and named by a number.</summary>
/// <remarks>Entries never move and never change, so readers take no lock; numbers reach another thread only through a partition's
/// lock, which orders the memory. Each worker finds texts through a <see cref="TextIndex"/> of its own.</remarks>
sealed unsafe class SharedTexts(long limitBytes) : IDisposable
{
    const int BlockBits = 14, BlockSize = 1 << BlockBits;

    /// <summary>Numbers stay below this, so that they fit a cell.</summary>
    public const int MaxCount = 1 << 24;

    readonly TextRef*[] _blocks = new TextRef*[MaxCount >> BlockBits];
    readonly NativeArena _arena = new(1 << 20);
    readonly Lock _lock = new();
    readonly Dictionary<ulong, int> _byHash = [];
    int _count;

    /// <summary>The text of a number; lives as long as this table.</summary>
    public ref TextRef this[int id] => ref _blocks[id >> BlockBits][id & (BlockSize - 1)];

    /// <summary>The number of a text, kept if it is new; -1 when it is new and the table is full.</summary>
    /// <param name="isNeeded">A text that partitions are told apart by is kept even beyond the memory limit.</param>
    public int Add(ReadOnlySpan<byte> text, ulong hash, bool isNeeded)
    {
        lock (_lock)
        {
            // Two texts with one 64-bit hash: the second is simply not shared.
            if (_byHash.TryGetValue(hash, out var id))
                return this[id].Span.SequenceEqual(text) ? id : AddNew(text, hash, isNeeded, false);
            return AddNew(text, hash, isNeeded, true);
        }
    }

    int AddNew(ReadOnlySpan<byte> text, ulong hash, bool isNeeded, bool isFindable)
    {
        if (_count == MaxCount || (!isNeeded && (!isFindable || _arena.ReservedBytes >= limitBytes)))
            return -1;
        var id = _count;
        if ((id & (BlockSize - 1)) == 0)
            _blocks[id >> BlockBits] = (TextRef*)NativeMemory.Alloc(BlockSize, (nuint)sizeof(TextRef));
        this[id] = TextRef.To(_arena.Keep(text), hash);
        if (isFindable)
            _byHash.Add(hash, id);
        _count = id + 1;
        return id;
    }

    public void Dispose()
    {
        _arena.Dispose();
        foreach (var block in _blocks)
            NativeMemory.Free(block);
        Array.Clear(_blocks);
    }
}

/// <summary>One worker's way from a text to its number among the <see cref="SharedTexts"/>: open addressing, no lock on a hit.</summary>
sealed class TextIndex(SharedTexts texts)
{
    ulong[] _slots = new ulong[4096]; // upper 40 bits of the hash, then the number plus one in 24 bits; 0 is empty
    int _used;

    /// <summary>The number of a text; -1 when it cannot be shared.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int IdOf(ReadOnlySpan<byte> text, bool isNeeded = false)
    {
        var hash = TextRef.HashOf(text);
        var tag = hash & ~0xFF_FFFFUL;
        var mask = _slots.Length - 1;
        for (var i = (int)(hash >> 24) & mask; ; i = (i + 1) & mask)
        {
            var slot = _slots[i];
            if (slot == 0)
                return Learn(text, hash, isNeeded);
            if ((slot & ~0xFF_FFFFUL) == tag && texts[(int)(slot & 0xFF_FFFF) - 1].Span.SequenceEqual(text))
                return (int)(slot & 0xFF_FFFF) - 1;
        }
    }

    int Learn(ReadOnlySpan<byte> text, ulong hash, bool isNeeded)
    {
        var id = texts.Add(text, hash, isNeeded);
        if (id < 0 || id == 0xFF_FFFF)
            return id;
        if (++_used * 2 > _slots.Length)
            Grow();
        Put((hash & ~0xFF_FFFFUL) | (uint)(id + 1));
        return id;
    }

    void Grow()
    {
        var old = _slots;
        _slots = new ulong[old.Length * 2];
        foreach (var slot in old)
        {
            if (slot != 0)
                Put(slot);
        }
    }

    void Put(ulong entry)
    {
        var mask = _slots.Length - 1;
        var i = (int)(entry >> 24) & mask;
        while (_slots[i] != 0)
            i = (i + 1) & mask;
        _slots[i] = entry;
    }
}
