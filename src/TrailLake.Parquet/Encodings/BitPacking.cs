using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TrailLake.Parquet.Encodings;

// Values of w bits side by side, least significant bit first; eight values make w bytes:
//   w = 3:   value 0: bits 0-2 of byte 0 | value 1: bits 3-5 | value 2: bits 6-7 and bit 0 of byte 1 | …
static class BitPacking
{
    /// <summary>How many bits the numbers up to <paramref name="greatest"/> need.</summary>
    public static int Width(uint greatest) => 32 - BitOperations.LeadingZeroCount(greatest);

    /// <summary>Appends the values, the last group of eight filled up with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(ByteBuffer target, ReadOnlySpan<int> values, int width)
    {
        var groups = (values.Length + 7) / 8;
        var bytes = checked(groups * width);
        var packed = target.Reserve(bytes + sizeof(ulong)); // eight more, so that whole words can be stored
        var done = 0;
        if (Bmi2.X64.IsSupported && Vector256.IsHardwareAccelerated && width <= 16)
        {
            done = values.Length / 8 * 8;
            PackEights(packed, values[..done], width);
        }
        PackPlain(packed[(done / 8 * width)..], values[done..], width);
        target.Advance(bytes);
    }

    // Eight values at a time: the processor's bit extract gathers the low bits of eight bytes, or of four 16-bit words.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void PackEights(Span<byte> packed, ReadOnlySpan<int> values, int width)
    {
        ref var source = ref MemoryMarshal.GetReference(values);
        var at = 0;
        if (width <= 8)
        {
            var mask = 0x0101010101010101UL * (byte)((1 << width) - 1);
            for (var i = 0; i < values.Length; i += 8)
            {
                var words = Narrow(ref source, i);
                var bytes = Vector128.Narrow(words, words).AsUInt64().ToScalar();
                BinaryPrimitives.WriteUInt64LittleEndian(packed[at..], Bmi2.X64.ParallelBitExtract(bytes, mask));
                at += width;
            }
            return;
        }
        var wideMask = 0x0001000100010001UL * (ushort)((1 << width) - 1);
        for (var i = 0; i < values.Length; i += 8)
        {
            var words = Narrow(ref source, i).AsUInt64();
            var low = Bmi2.X64.ParallelBitExtract(words.GetElement(0), wideMask);
            var high = Bmi2.X64.ParallelBitExtract(words.GetElement(1), wideMask);
            var bits = 4 * width; // of each half: 36 to 64
            BinaryPrimitives.WriteUInt64LittleEndian(packed[at..], bits == 64 ? low : low | high << bits);
            BinaryPrimitives.WriteUInt64LittleEndian(packed[(at + 8)..], bits == 64 ? high : high >> (64 - bits));
            at += width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ushort> Narrow(ref int source, int at)
    {
        var eight = Vector256.LoadUnsafe(ref source, (nuint)at).AsUInt32();
        return Vector128.Narrow(eight.GetLower(), eight.GetUpper());
    }

    /// <summary>The plain twin: one value after the other. The target has eight bytes more than the values need.</summary>
    internal static void PackPlain(Span<byte> packed, ReadOnlySpan<int> values, int width)
    {
        var bytes = (values.Length + 7) / 8 * width;
        var (bits, count, at) = (0UL, 0, 0);
        foreach (var value in values)
        {
            bits |= (ulong)(uint)value << count;
            count += width;
            if (count >= 32)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(packed[at..], (uint)bits);
                at += sizeof(uint);
                bits >>= 32;
                count -= 32;
            }
        }
        while (at < bytes)
        {
            packed[at++] = (byte)bits;
            bits >>= 8;
        }
    }

    /// <summary>Reads values of <paramref name="width"/> bits, at most 32; their bytes must be there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unpack(ReadOnlySpan<byte> packed, Span<int> values, int width)
    {
        var done = 0;
        if (Bmi2.X64.IsSupported && Vector256.IsHardwareAccelerated && width is > 0 and <= 8 && packed.Length >= sizeof(ulong))
        {
            // As many eights as whole words can be read for.
            done = Math.Min(values.Length / 8, (packed.Length - sizeof(ulong)) / width + 1) * 8;
            UnpackEights(packed, values[..done], width);
        }
        UnpackPlain(packed[(done / 8 * width)..], values[done..], width);
    }

    // The way back of PackEights: the processor's bit deposit spreads the bits over eight bytes.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void UnpackEights(ReadOnlySpan<byte> packed, Span<int> values, int width)
    {
        ref var target = ref MemoryMarshal.GetReference(values);
        var mask = 0x0101010101010101UL * (byte)((1 << width) - 1);
        var at = 0;
        for (var i = 0; i < values.Length; i += 8)
        {
            var bytes = Bmi2.X64.ParallelBitDeposit(BinaryPrimitives.ReadUInt64LittleEndian(packed[at..]), mask);
            var words = Vector128.WidenLower(Vector128.CreateScalar(bytes).AsByte());
            Vector256.Create(Vector128.WidenLower(words), Vector128.WidenUpper(words)).AsInt32().StoreUnsafe(ref target, (nuint)i);
            at += width;
        }
    }

    /// <summary>The plain twin: one value after the other.</summary>
    internal static void UnpackPlain(ReadOnlySpan<byte> packed, Span<int> values, int width)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (int)Read(packed, (long)i * width, width);
        }
    }

    /// <summary>The value of <paramref name="width"/> bits (at most 64) that begins at a bit; its bytes must be there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(ReadOnlySpan<byte> packed, long firstBit, int width)
    {
        var at = (int)(firstBit >> 3);
        var shift = (int)(firstBit & 7);
        var mask = width == 64 ? ulong.MaxValue : (1UL << width) - 1;
        if (at + 9 <= packed.Length)
        {
            var low = BinaryPrimitives.ReadUInt64LittleEndian(packed[at..]) >> shift;
            return (shift == 0 ? low : low | (ulong)packed[at + 8] << (64 - shift)) & mask;
        }
        return ReadAtEnd(packed[at..], shift, width) & mask;
    }

    static ulong ReadAtEnd(ReadOnlySpan<byte> packed, int shift, int width)
    {
        UInt128 bits = 0;
        for (var i = 0; i < (shift + width + 7) / 8; i++)
        {
            bits |= (UInt128)packed[i] << (8 * i);
        }
        return (ulong)(bits >> shift);
    }
}
