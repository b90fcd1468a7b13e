using System.Runtime.InteropServices;

namespace TrailLake.Parquet.Buffers;

/// <summary>Tells texts apart: each distinct one is kept once, in native memory that does not move, and has a number.</summary>
sealed unsafe class TextDictionary : IDisposable
{
    const int BlockBytes = 64 << 10;

    readonly List<(nint Bytes, int Size)> _blocks = [];
    ByteSlice[] _texts = new ByteSlice[16];
    ulong[] _hashes = new ulong[16];
    int[] _slots = new int[64]; // number + 1, or 0; at most half of them are taken
    int _count;
    int _block = -1;
    int _used;

    public ReadOnlySpan<ByteSlice> Texts => _texts.AsSpan(0, _count);

    /// <summary>The bytes of all distinct texts.</summary>
    public long Bytes { get; private set; }

    /// <summary>The number of a text, a new one if it was not there.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        var hash = XxHash64.Of(text);
        var mask = _slots.Length - 1;
        var slot = (int)hash & mask;
        for (; _slots[slot] != 0; slot = (slot + 1) & mask)
        {
            var number = _slots[slot] - 1;
            if (_hashes[number] == hash && _texts[number].Span.SequenceEqual(text))
            {
                return number;
            }
        }
        _slots[slot] = _count + 1;
        var added = Add(text, hash);
        if (_count * 2 > _slots.Length)
        {
            Rehash();
        }
        return added;
    }

    /// <summary>Keeps a text without looking for it; <see cref="Find"/> does not see it.</summary>
    public int Add(ReadOnlySpan<byte> text) => Add(text, 0);

    /// <summary>Forgets all texts and keeps the memory of usual size.</summary>
    public void Clear()
    {
        _slots.AsSpan().Clear();
        (_count, _block, _used, Bytes) = (0, -1, 0, 0);
        for (var i = _blocks.Count - 1; i >= 0; i--)
        {
            if (_blocks[i].Size > BlockBytes || i >= 256)
            {
                NativeMemory.Free((void*)_blocks[i].Bytes);
                _blocks.RemoveAt(i);
            }
        }
    }

    public void Dispose()
    {
        foreach (var (bytes, _) in _blocks)
        {
            NativeMemory.Free((void*)bytes);
        }
        _blocks.Clear();
        _count = 0;
    }

    int Add(ReadOnlySpan<byte> text, ulong hash)
    {
        if (_count == _texts.Length)
        {
            Array.Resize(ref _texts, _count * 2);
            Array.Resize(ref _hashes, _count * 2);
        }
        var kept = Room(text.Length);
        text.CopyTo(new Span<byte>(kept, text.Length));
        _texts[_count] = new ByteSlice(kept, text.Length);
        _hashes[_count] = hash;
        Bytes += text.Length;
        return _count++;
    }

    byte* Room(int size)
    {
        while (_block < 0 || _used + (long)size > _blocks[_block].Size)
        {
            if (++_block == _blocks.Count)
            {
                var bytes = Math.Max(BlockBytes, size);
                _blocks.Add(((nint)NativeMemory.Alloc((nuint)bytes), bytes));
            }
            _used = 0;
        }
        var room = (byte*)_blocks[_block].Bytes + _used;
        _used += size;
        return room;
    }

    void Rehash()
    {
        _slots = new int[_slots.Length * 4];
        var mask = _slots.Length - 1;
        for (var number = 0; number < _count; number++)
        {
            var slot = (int)_hashes[number] & mask;
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }
            _slots[slot] = number + 1;
        }
    }
}
