namespace TrailLake.Parquet.Buffers;

/// <summary>Tells texts apart: each distinct one is kept once and has a number.</summary>
#pragma warning disable CA1711 // a dictionary is what Parquet calls it
public sealed class TextDictionary : IDisposable
#pragma warning restore CA1711
{
    readonly NativeBlocks _kept = new();
    ByteSlice[] _texts = new ByteSlice[16];
    ulong[] _hashes = new ulong[16];
    int[] _slots = new int[64]; // number + 1, or 0; at most half of them are taken
    int _count;

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
        _kept.Reset();
        (_count, Bytes) = (0, 0);
    }

    public void Dispose()
    {
        _kept.Dispose();
        _count = 0;
    }

    int Add(ReadOnlySpan<byte> text, ulong hash)
    {
        if (_count == _texts.Length)
        {
            Array.Resize(ref _texts, _count * 2);
            Array.Resize(ref _hashes, _count * 2);
        }
        _texts[_count] = _kept.Keep(text);
        _hashes[_count] = hash;
        Bytes += text.Length;
        return _count++;
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
