using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using TrailLake.Parquet.Buffers;

namespace TrailLake.Parquet.Chunks;

/// <summary>The least and the greatest value of a page or a column chunk, in the order that the format gives the type: numbers by
/// size, text by its bytes as unsigned numbers.</summary>
struct Bounds
{
    /// <summary>Longer texts are cut in statistics, which the format allows.</summary>
    public const int MostTextBytes = 64;

    ByteSlice _least;
    ByteSlice _greatest;
    ulong _leastPrefix; // the first eight bytes, which decide nearly every comparison
    ulong _greatestPrefix;
    byte _size; // of a number in bytes, 0 for text
    bool _isDouble;

    public bool IsKnown { get; private set; }

    public readonly bool IsText => _size == 0;

    /// <summary>Whether there is but one value, which needs no bloom filter.</summary>
    public readonly bool IsOneValue => IsKnown && IsText && _least.Length <= MostTextBytes && _least.Span.SequenceEqual(_greatest.Span);

    /// <summary>Bounds of numbers whose PLAIN bytes are the lower <paramref name="size"/> bytes of these.</summary>
    public static Bounds OfBits(long least, long greatest, int size) =>
        new() { _leastPrefix = (ulong)least, _greatestPrefix = (ulong)greatest, _size = (byte)size, IsKnown = true };

    public static Bounds OfDoubles(double least, double greatest) =>
        OfBits(BitConverter.DoubleToInt64Bits(least), BitConverter.DoubleToInt64Bits(greatest), sizeof(double)) with { _isDouble = true };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in ByteSlice value)
    {
        var prefix = Prefix(value.Span);
        if (IsKnown && prefix > _leastPrefix && prefix < _greatestPrefix)
        {
            return;
        }
        AddNearBounds(value, prefix);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void AddNearBounds(in ByteSlice value, ulong prefix)
    {
        if (!IsKnown || value.Span.SequenceCompareTo(_least.Span) < 0)
        {
            (_least, _leastPrefix) = (value, prefix);
        }
        if (!IsKnown || value.Span.SequenceCompareTo(_greatest.Span) > 0)
        {
            (_greatest, _greatestPrefix) = (value, prefix);
        }
        IsKnown = true;
    }

    /// <summary>Copies what will be written of texts, which their owner may drop when his column is written.</summary>
    public void Keep(NativeBlocks blocks)
    {
        if (IsKnown && IsText)
        {
            _least = blocks.Keep(_least.Span[..Math.Min(_least.Length, MostTextBytes + 1)]); // one more, which tells that it is cut
            _greatest = blocks.Keep(_greatest.Span[..Math.Min(_greatest.Length, MostTextBytes + 1)]);
        }
    }

    /// <summary>The least value as PLAIN bytes, a text cut to its first 64 bytes; <paramref name="room"/> has 64 bytes.</summary>
    public readonly ReadOnlySpan<byte> Least(Span<byte> room, out bool isExact)
    {
        isExact = true;
        if (!IsText)
        {
            return Bits(_leastPrefix, room);
        }
        isExact = _least.Length <= MostTextBytes;
        return isExact ? _least.Span : _least.Span[..CharacterEnd(_least.Span, MostTextBytes)];
    }

    /// <summary>The greatest value; a long text is cut and made the next greater one. False where there is none that is short.</summary>
    public readonly bool TryGreatest(Span<byte> room, out ReadOnlySpan<byte> greatest, out bool isExact)
    {
        isExact = true;
        if (!IsText)
        {
            greatest = Bits(_greatestPrefix, room);
            return true;
        }
        isExact = _greatest.Length <= MostTextBytes;
        greatest = _greatest.Span;
        if (isExact)
        {
            return true;
        }
        // The last ASCII character that can be raised, so that what results is UTF-8 still.
        for (var end = MostTextBytes; end > 0; end--)
        {
            if (greatest[end - 1] < 0x7F)
            {
                greatest[..end].CopyTo(room);
                room[end - 1]++;
                greatest = room[..end];
                return true;
            }
        }
        return false;
    }

    /// <summary>Compares two bounds of this kind as they are written.</summary>
    public readonly int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => _size switch
    {
        0 => a.SequenceCompareTo(b),
        1 => a[0].CompareTo(b[0]),
        sizeof(int) => BinaryPrimitives.ReadInt32LittleEndian(a).CompareTo(BinaryPrimitives.ReadInt32LittleEndian(b)),
        _ when _isDouble => BinaryPrimitives.ReadDoubleLittleEndian(a).CompareTo(BinaryPrimitives.ReadDoubleLittleEndian(b)),
        _ => BinaryPrimitives.ReadInt64LittleEndian(a).CompareTo(BinaryPrimitives.ReadInt64LittleEndian(b)),
    };

    static int CharacterEnd(ReadOnlySpan<byte> utf8, int end)
    {
        while (end > 0 && (utf8[end] & 0xC0) == 0x80)
        {
            end--;
        }
        return end;
    }

    readonly ReadOnlySpan<byte> Bits(ulong value, Span<byte> room)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(room, value);
        return room[.._size];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Prefix(ReadOnlySpan<byte> text)
    {
        if (text.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64BigEndian(text);
        }
        var prefix = 0UL;
        for (var i = 0; i < text.Length; i++)
        {
            prefix |= (ulong)text[i] << (56 - 8 * i);
        }
        return prefix;
    }
}
