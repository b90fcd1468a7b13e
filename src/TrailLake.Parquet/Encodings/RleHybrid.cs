using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TrailLake.Parquet.Encodings;

// Levels and dictionary indexes: runs of one value between bit-packed stretches. Encodings.md, "Run Length Encoding / Bit-Packing Hybrid".
//   run:      varint (count << 1)           | the value in as many whole bytes as its width needs
//   stretch:  varint (groups of 8 << 1 | 1) | groups, bit-packed; only the last stretch may be filled up
static class RleHybrid
{
    /// <summary>Appends dictionary indexes or levels of at most <paramref name="width"/> bits (1 to 32).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(ByteBuffer target, ReadOnlySpan<int> values, int width)
    {
        // A run costs about four bytes with the header of the stretch behind it; a shorter one is cheaper packed.
        var worthwhile = Math.Max(8, (32 / width + 7) / 8 * 8);
        var (packedFrom, i) = (0, 0);
        while (i + 8 <= values.Length)
        {
            if (!IsRunOfEight(values, i))
            {
                i += 8;
                continue;
            }
            var end = EndOfRun(values, i);
            if (end - i < worthwhile)
            {
                i += (end - i) / 8 * 8;
                continue;
            }
            WriteStretch(target, values[packedFrom..i], width);
            WriteRun(target, end - i, (uint)values[i], width);
            packedFrom = i = end;
        }
        WriteStretch(target, values[packedFrom..], width);
    }

    /// <summary>Appends levels of one bit: those of <paramref name="count"/> rows from <paramref name="first"/> on, of a
    /// bitmap that can be read eight bytes past its end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WriteBits(ByteBuffer target, ReadOnlySpan<byte> bitmap, int first, int count)
    {
        const int Worthwhile = 4; // bytes, so 32 rows
        var whole = count / 8;
        var (packedFrom, i) = (0, 0);
        while (i < whole)
        {
            var bits = EightBits(bitmap, first, i);
            if (bits is not (0 or 0xFF))
            {
                i++;
                continue;
            }
            var end = i + 1;
            while (end < whole && EightBits(bitmap, first, end) == bits)
            {
                end++;
            }
            if (end - i < Worthwhile)
            {
                i = end;
                continue;
            }
            WriteBitStretch(target, bitmap, first, packedFrom * 8, i * 8);
            WriteRun(target, (end - i) * 8, (uint)bits & 1, 1);
            packedFrom = i = end;
        }
        WriteBitStretch(target, bitmap, first, packedFrom * 8, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WriteRun(ByteBuffer target, int count, uint value, int width)
    {
        target.WriteVarint((ulong)count << 1);
        for (var bits = 0; bits < width; bits += 8)
        {
            target.Write((byte)(value >> bits));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void WriteStretch(ByteBuffer target, ReadOnlySpan<int> values, int width)
    {
        if (values.Length == 0)
        {
            return;
        }
        target.WriteVarint((ulong)((values.Length + 7) / 8) << 1 | 1);
        BitPacking.Pack(target, values, width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void WriteBitStretch(ByteBuffer target, ReadOnlySpan<byte> bitmap, int first, int from, int to)
    {
        if (from == to)
        {
            return;
        }
        var groups = (to - from + 7) / 8;
        target.WriteVarint((ulong)groups << 1 | 1);
        var packed = target.Reserve(groups);
        for (var i = 0; i < groups; i++)
        {
            packed[i] = (byte)EightBits(bitmap, first, from / 8 + i);
        }
        var rest = (to - from) % 8;
        if (rest != 0)
        {
            packed[groups - 1] &= (byte)((1 << rest) - 1); // what stands behind the last row is another page's
        }
        target.Advance(groups);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int EightBits(ReadOnlySpan<byte> bitmap, int first, int group)
    {
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(bitmap[((first >> 3) + group)..]);
        return (byte)(bits >> (first & 7));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IsRunOfEight(ReadOnlySpan<int> values, int at)
    {
        ref var source = ref MemoryMarshal.GetReference(values);
        var eight = Vector256.LoadUnsafe(ref source, (nuint)at);
        return eight == Vector256.Create(values[at]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static int EndOfRun(ReadOnlySpan<int> values, int at)
    {
        var end = at + 8;
        while (end + 8 <= values.Length && IsRunOfEight(values, end) && values[end] == values[at])
        {
            end += 8;
        }
        while (end < values.Length && values[end] == values[at])
        {
            end++;
        }
        return end;
    }
}
