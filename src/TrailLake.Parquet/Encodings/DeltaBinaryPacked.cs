using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace TrailLake.Parquet.Encodings;

// Integers as differences, in blocks of 128. Encodings.md, "Delta Encoding (DELTA_BINARY_PACKED)".
//   varint 128 | varint 4 | varint count | zigzag first value | blocks
//   block: zigzag least difference | 4 widths, a byte each | 4 miniblocks of 32 (difference - least), bit-packed
static class DeltaBinaryPacked
{
    const int BlockSize = 128, MiniBlocks = 4, MiniBlockSize = BlockSize / MiniBlocks;

    /// <summary>Appends the values; those of an INT32 column are told, because their differences wrap around at 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(ByteBuffer target, ReadOnlySpan<long> values, bool are32Bits)
    {
        target.WriteVarint(BlockSize);
        target.WriteVarint(MiniBlocks);
        target.WriteVarint((uint)values.Length);
        target.WriteZigZag(values.Length == 0 ? 0 : values[0]);
        Span<long> differences = stackalloc long[BlockSize];
        for (var i = 1; i < values.Length; i += BlockSize)
        {
            var count = Math.Min(BlockSize, values.Length - i);
            var before = values.Slice(i - 1, count);
            var block = values.Slice(i, count);
            var least = long.MaxValue;
            for (var j = 0; j < block.Length; j++)
            {
                var difference = block[j] - before[j]; // may wrap around, and wraps back when it is read
                difference = are32Bits ? (int)difference : difference;
                differences[j] = difference;
                least = Math.Min(least, difference);
            }
            WriteBlock(target, differences[..count], least);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void WriteBlock(ByteBuffer target, Span<long> differences, long least)
    {
        target.WriteZigZag(least);
        var widthsAt = target.Length;
        target.WriteInt32(0);
        for (var mini = 0; mini * MiniBlockSize < differences.Length; mini++)
        {
            var part = differences.Slice(mini * MiniBlockSize, Math.Min(MiniBlockSize, differences.Length - mini * MiniBlockSize));
            var all = 0UL;
            for (var j = 0; j < part.Length; j++)
            {
                all |= (ulong)(part[j] -= least);
            }
            var width = 64 - BitOperations.LeadingZeroCount(all);
            target.At(widthsAt, MiniBlocks)[mini] = (byte)width;
            Pack(target, part, width);
        }
    }

    // A miniblock is always whole: 32 values of w bits are 4w bytes; what is missing is zero.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Pack(ByteBuffer target, ReadOnlySpan<long> values, int width)
    {
        var bytes = MiniBlockSize / 8 * width;
        var packed = target.Reserve(bytes);
        var (bits, count, at) = (UInt128.Zero, 0, 0);
        if (width <= 32)
        {
            var word = 0UL;
            foreach (var value in values)
            {
                word |= (ulong)value << count;
                count += width;
                if (count >= 32)
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(packed[at..], (uint)word);
                    (at, word, count) = (at + sizeof(uint), word >> 32, count - 32);
                }
            }
            bits = word;
        }
        else
        {
            foreach (var value in values)
            {
                bits |= (UInt128)(ulong)value << count;
                count += width;
                while (count >= 32)
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(packed[at..], (uint)bits);
                    (at, bits, count) = (at + sizeof(uint), bits >> 32, count - 32);
                }
            }
        }
        for (; at < bytes; at++, bits >>= 8)
        {
            packed[at] = (byte)bits;
        }
        target.Advance(bytes);
    }
}
