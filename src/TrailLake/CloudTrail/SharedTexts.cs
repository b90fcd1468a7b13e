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

    /// <summary>Numbers stay below this, so that they fit a cell.</summary>
    public const int MaxCount = 1 << 24;

    /// <summary>Numbers that are kept for texts which partitions are told apart by.</summary>
    const int NeededCount = 1 << 20;

    readonly long _limitBytes;
    readonly int _limitCount;
    readonly nint[] _blocks = new nint[MaxCount >> BlockBits]; // of text references
    readonly NativeArena _arena = new(1 << 18);
    readonly Lock _lock = new();
    readonly TextTable _table;
    int _count;
    long _bytes;

    /// <summary>A table that takes new texts until its bytes or their number reach a limit.</summary>
    public SharedTexts(long limitBytes, int limitCount = MaxCount - NeededCount)
    {
        (_limitBytes, _limitCount) = (limitBytes, limitCount);
        _table = new TextTable(this);
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
        lock (_lock)
        {
            var id = _table.Find(text, hash);
            if (id >= 0)
                return id;
            var isFull = _bytes >= _limitBytes || _count >= _limitCount;
            IsFull |= isFull;
            if (_count == MaxCount - 1 || (isFull && !isNeeded))
                return -1;
            return Keep(text, hash);
        }
    }

    /// <summary>The number of a text; -1 where it is not shared.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        var hash = TextRef.HashOf(text);
        lock (_lock)
            return _table.Find(text, hash);
    }

    /// <summary>Begins a new epoch: all numbers are void. Nobody may use the table meanwhile.</summary>
    public void Clear()
    {
        _table.Clear();
        _arena.Reset();
        (_count, _bytes, IsFull) = (0, 0, false);
    }

    public void Dispose()
    {
        _table.Dispose();
        _arena.Dispose();
        foreach (var block in _blocks)
            NativeMemory.Free((void*)block);
        Array.Clear(_blocks);
    }

    int Keep(ReadOnlySpan<byte> text, ulong hash)
    {
        ref var block = ref _blocks[_count >> BlockBits];
        if (block == 0)
            block = (nint)NativeMemory.Alloc(BlockSize, (nuint)sizeof(TextRef));
        this[_count] = TextRef.To(_arena.Keep(text), hash);
        _table.Add(hash, _count);
        _bytes += text.Length + sizeof(TextRef) + 4 * sizeof(ulong); // two slots at most half full, here and with a worker
        return _count++;
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
