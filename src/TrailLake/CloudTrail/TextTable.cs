using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TrailLake.CloudTrail;

/// <summary>Finds the numbers of texts by their bytes: open addressing in native memory, a text's number and part of its hash in a word.</summary>
/// <remarks>
/// <code>
///   a slot: upper 40 bits of the hash | number plus one, 24 bits; 0 is empty
/// </code>
/// </remarks>
sealed unsafe class TextTable(SharedTexts texts) : IDisposable
{
    const int FirstSlots = 1024;
    const ulong NumberBits = SharedTexts.MaxCount - 1;

    ulong* _slots = Allocate(FirstSlots);
    int _mask = FirstSlots - 1;
    int _used;

    /// <summary>The number of a text, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Find(ReadOnlySpan<byte> text, ulong hash)
    {
        for (var i = (int)(hash >> 24) & _mask; ; i = (i + 1) & _mask)
        {
            var slot = _slots[i];
            if (slot == 0)
                return -1;
            if (((slot ^ hash) & ~NumberBits) == 0 && texts[(int)(slot & NumberBits) - 1].Span.SequenceEqual(text))
                return (int)(slot & NumberBits) - 1;
        }
    }

    /// <summary>Enters a text that is not there.</summary>
    public void Add(ulong hash, int id)
    {
        if (++_used * 2 > _mask)
            Grow();
        Put((hash & ~NumberBits) | (uint)(id + 1));
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        NativeMemory.Free(_slots);
        _slots = Allocate(FirstSlots);
        (_mask, _used) = (FirstSlots - 1, 0);
    }

    public void Dispose()
    {
        NativeMemory.Free(_slots);
        _slots = null;
    }

    void Grow()
    {
        var (old, count) = ((nint)_slots, _mask + 1);
        _slots = Allocate(count * 2);
        _mask = count * 2 - 1;
        for (var i = 0; i < count; i++)
        {
            if (((ulong*)old)[i] != 0)
                Put(((ulong*)old)[i]);
        }
        NativeMemory.Free((void*)old);
    }

    void Put(ulong entry)
    {
        var i = (int)(entry >> 24) & _mask;
        while (_slots[i] != 0)
            i = (i + 1) & _mask;
        _slots[i] = entry;
    }

    static ulong* Allocate(int slots) => (ulong*)NativeMemory.AllocZeroed((nuint)slots, sizeof(ulong));
}
