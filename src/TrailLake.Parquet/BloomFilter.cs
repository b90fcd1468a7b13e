using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using TrailLake.Parquet.Thrift;

namespace TrailLake.Parquet;

// A split block bloom filter, BloomFilter.md:
//   BloomFilterHeader in Thrift: bytes, BLOCK, XXHASH, UNCOMPRESSED | blocks of 32 bytes
// A value's hash chooses a block by its upper half and one bit in each of the block's eight words by its lower half.
static class BloomFilter
{
    public const int BlockBytes = 32;
    const int MostBytes = 128 << 20; // as parquet-java has it

    /// <summary>Appends a filter of these values, header first. Its size is a power of two (Arrow refuses others) of at least nine bits
    /// a value: of the values that are not there, at most 1.8 % are taken for there, half a percent as a rule.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(ByteBuffer target, ReadOnlySpan<ByteSlice> values)
    {
        var bytes = (int)Math.Clamp((long)BitOperations.RoundUpToPowerOf2((ulong)values.Length * 9 / 8), BlockBytes, MostBytes);
        var thrift = new ThriftWriter(target);
        var header = thrift.Element();
        thrift.Int32(1, bytes);
        for (var id = 2; id <= 4; id++) // algorithm, hash, compression: each a union whose only choice is an empty struct 1
        {
            var union = thrift.Struct(id);
            thrift.EmptyStruct(1);
            thrift.End(union);
        }
        thrift.End(header);
        var blocks = target.Reserve(bytes);
        blocks.Clear();
        foreach (var value in values)
        {
            Add(blocks, XxHash64.Of(value.Span));
        }
        target.Advance(bytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add(Span<byte> blocks, ulong hash)
    {
        var block = blocks.Slice(BlockAt(blocks.Length, hash), BlockBytes);
        ref var first = ref MemoryMarshal.GetReference(block);
        (Vector256.LoadUnsafe(ref first) | Mask((uint)hash).AsByte()).StoreUnsafe(ref first);
    }

    /// <summary>Whether a value may be there; false is certain.</summary>
    public static bool MayHold(ReadOnlySpan<byte> blocks, ReadOnlySpan<byte> value)
    {
        var hash = XxHash64.Of(value);
        var block = blocks.Slice(BlockAt(blocks.Length, hash), BlockBytes);
        for (var i = 0; i < 8; i++)
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(block[(4 * i)..]);
            if ((word & Mask((uint)hash).GetElement(i)) == 0)
            {
                return false;
            }
        }
        return true;
    }

    static int BlockAt(int bytes, ulong hash) => (int)((hash >> 32) * (ulong)(bytes / BlockBytes) >> 32) * BlockBytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<uint> Mask(uint hash)
    {
        var salted = Vector256.Create(hash) * Vector256.Create(
            0x47b6137bU, 0x44974d91U, 0x8824ad5bU, 0xa2b7289dU, 0x705495c7U, 0x2df1424bU, 0x9efc4947U, 0x5c6bfb31U);
        var shifts = salted >>> 27;
        return Avx2.IsSupported ? Avx2.ShiftLeftLogicalVariable(Vector256<uint>.One, shifts) : ShiftedPlain(shifts);
    }

    /// <summary>The plain twin: a bit in each word.</summary>
    internal static Vector256<uint> ShiftedPlain(Vector256<uint> shifts)
    {
        var bits = Vector256<uint>.Zero;
        for (var i = 0; i < 8; i++)
        {
            bits = bits.WithElement(i, 1u << (int)shifts.GetElement(i));
        }
        return bits;
    }
}
