using System.Runtime.InteropServices;

namespace TrailLake.CloudTrail;

/// <summary>What a run of properties, such as a whole <c>userIdentity</c>, flattens to.</summary>
unsafe struct Fragment
{
    Cell* _cells;
    int _cellCount;
    volatile byte _state;

    /// <summary>The shared texts that partitions are told apart by, or -1.</summary>
    public int ServiceId, RegionId;

    /// <summary>What it says of the row.</summary>
    public RowFlags Flags;

    /// <summary>The top-level properties in it, as bits.</summary>
    public ulong Properties;

    /// <summary>It names empty objects; a row has one such text, so two of these do not go together.</summary>
    public bool HasEmptyObjects;

    /// <summary>Its values; all of them shared texts or booleans.</summary>
    public readonly ReadOnlySpan<Cell> Cells => new(_cells, _cellCount);

    /// <summary>It was read before.</summary>
    public readonly bool IsKnown => _state != 0;

    /// <summary>It holds something that cells alone do not give back: its records are read the careful way.</summary>
    public readonly bool IsDeclined => _state == 2;

    /// <summary>Makes it known, after all else is set.</summary>
    public void Publish(ReadOnlySpan<Cell> kept, bool isDeclined)
    {
        _cells = (Cell*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(kept));
        _cellCount = kept.Length;
        _state = isDeclined ? (byte)2 : (byte)1;
    }
}

/// <summary>Runs of properties that come again and again, byte for byte, each with the cells that it flattens to. The same identity makes
/// hundreds of calls: its second record costs one comparison instead of a walk (0.6 s of 3.5 on a million events).</summary>
/// <remarks>As <see cref="SharedTexts"/>: entries never move, readers take no lock.</remarks>
sealed unsafe class SharedFragments(long limitBytes) : IDisposable
{
    const int BlockBits = 12, BlockSize = 1 << BlockBits;

    readonly nint[] _blocks = new nint[SharedTexts.MaxCount >> BlockBits]; // of fragments
    readonly NativeArena _cells = new(1 << 18);
    readonly Lock _lock = new();

    /// <summary>The bytes of the runs.</summary>
    public SharedTexts Runs { get; } = new(limitBytes);

    /// <summary>The fragment of a run's number, which came from another thread's cell or from <see cref="Room"/>.</summary>
    public ref Fragment this[int id] => ref ((Fragment*)_blocks[id >> BlockBits])[id & (BlockSize - 1)];

    /// <summary>The fragment of a run's number, perhaps not known yet.</summary>
    public ref Fragment Room(int id)
    {
        ref var block = ref _blocks[id >> BlockBits];
        if (Volatile.Read(ref block) == 0)
        {
            lock (_lock)
            {
                if (block == 0)
                    Volatile.Write(ref block, (nint)NativeMemory.AllocZeroed(BlockSize, (nuint)sizeof(Fragment)));
            }
        }
        return ref this[id];
    }

    /// <summary>Makes a fragment known, unless another thread was faster; both read the same bytes.</summary>
    public void Set(int id, Fragment fragment, ReadOnlySpan<Cell> cells, bool isDeclined)
    {
        lock (_lock)
        {
            ref var room = ref Room(id);
            if (room.IsKnown)
                return;
            (room.ServiceId, room.RegionId, room.Flags) = (fragment.ServiceId, fragment.RegionId, fragment.Flags);
            (room.Properties, room.HasEmptyObjects) = (fragment.Properties, fragment.HasEmptyObjects);
            room.Publish(MemoryMarshal.Cast<byte, Cell>(_cells.Keep(MemoryMarshal.AsBytes(cells))), isDeclined);
        }
    }

    /// <summary>Begins a new epoch, as <see cref="SharedTexts.Clear"/>.</summary>
    public void Clear()
    {
        Runs.Clear();
        _cells.Reset();
        foreach (var block in _blocks)
        {
            if (block != 0)
                NativeMemory.Clear((void*)block, BlockSize * (nuint)sizeof(Fragment));
        }
    }

    public void Dispose()
    {
        Runs.Dispose();
        _cells.Dispose();
        foreach (var block in _blocks)
            NativeMemory.Free((void*)block);
        Array.Clear(_blocks);
    }
}
