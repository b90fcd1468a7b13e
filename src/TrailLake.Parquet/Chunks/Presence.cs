using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TrailLake.Parquet.Encodings;

namespace TrailLake.Parquet.Chunks;

/// <summary>Which rows of a column have a value: a bit a row, and what becomes the definition levels.</summary>
sealed class Presence
{
    const int Slack = 8; // bitmaps are read in words

    byte[] _bits = new byte[256];

    public int Rows { get; private set; }

    public int Count { get; private set; }

    public int Nulls => Rows - Count;

    /// <summary>The bit of row r is bit r % 8 of byte r / 8.</summary>
    public Span<byte> Bits => _bits;

    public void SetAll(int rows)
    {
        Prepare(rows);
        Count = rows;
    }

    /// <summary>Null where an index is negative. Returns the greatest index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int SetFromIndexes(ReadOnlySpan<int> indexes)
    {
        Prepare(indexes.Length);
        ref var source = ref MemoryMarshal.GetReference(indexes);
        var greatest = Vector256<int>.Zero;
        var (i, nulls) = (0, 0);
        for (; i + 8 <= indexes.Length; i += 8)
        {
            var eight = Vector256.LoadUnsafe(ref source, (nuint)i);
            var missing = eight.ExtractMostSignificantBits();
            greatest = Vector256.Max(greatest, eight);
            nulls += BitOperations.PopCount(missing);
            _bits[i >> 3] = (byte)~missing;
        }
        var most = 0;
        for (var lane = 0; lane < 8; lane++)
        {
            most = Math.Max(most, greatest[lane]);
        }
        var last = 0;
        for (; i < indexes.Length; i++)
        {
            most = Math.Max(most, indexes[i]);
            nulls += indexes[i] >>> 31;
            last |= (indexes[i] >>> 31 ^ 1) << (i & 7);
            _bits[i >> 3] = (byte)last;
        }
        Count = Rows - nulls;
        return most;
    }

    /// <summary>Null where a byte is 0.</summary>
    public void SetFromBytes(ReadOnlySpan<byte> present)
    {
        Prepare(present.Length);
        ref var source = ref MemoryMarshal.GetReference(present);
        var i = 0;
        for (; i + 32 <= present.Length; i += 32)
        {
            var missing = Vector256.Equals(Vector256.LoadUnsafe(ref source, (nuint)i), Vector256<byte>.Zero).ExtractMostSignificantBits();
            Store(i, ~missing);
        }
        var last = 0u;
        for (var from = i; i < present.Length; i++)
        {
            last |= (present[i] == 0 ? 0u : 1) << (i - from);
            Store(from, last);
        }
        CountBits();
    }

    /// <summary>The bits of 32 rows, of which the first is a multiple of 32.</summary>
    public uint WordAt(int word) => BinaryPrimitives.ReadUInt32LittleEndian(_bits.AsSpan(word * sizeof(uint)));

    public void Store(int firstRow, uint thirtyTwo) =>
        BinaryPrimitives.WriteUInt32LittleEndian(_bits.AsSpan(firstRow >> 3), thirtyTwo);

    /// <summary>Makes room for the bits of so many rows, which <see cref="Store"/> sets and <see cref="CountBits"/> counts.</summary>
    public void Prepare(int rows)
    {
        Rows = rows;
        var bytes = (rows + 31) / 32 * 4 + Slack;
        if (_bits.Length < bytes)
        {
            _bits = new byte[Math.Max(bytes, _bits.Length * 2)];
        }
    }

    public void CountBits() => Count = CountIn(0, Rows);

    /// <summary>How many rows of a range have a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int CountIn(int first, int rows)
    {
        if (rows == 0)
        {
            return 0;
        }
        var count = 0;
        for (var group = 0; group < rows; group += 32)
        {
            var words = BinaryPrimitives.ReadUInt64LittleEndian(_bits.AsSpan((first + group) >> 3)) >> (first & 7);
            var bits = Math.Min(32, rows - group);
            count += BitOperations.PopCount((uint)words & (uint)(ulong.MaxValue >> (64 - bits)));
        }
        return count;
    }

    /// <summary>Appends the definition levels of a range of rows to a page's body, their length before them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void WriteLevels(ByteBuffer body, int first, int rows, int present)
    {
        var at = body.Length;
        body.WriteInt32(0);
        if (present == rows || present == 0)
        {
            RleHybrid.WriteRun(body, rows, present == 0 ? 0u : 1u, 1);
        }
        else
        {
            RleHybrid.WriteBits(body, _bits, first, rows);
        }
        EndLevels(body, at);
    }

    /// <summary>Notes the length of levels that began with four bytes for it.</summary>
    public static void EndLevels(ByteBuffer body, int at) =>
        BinaryPrimitives.WriteInt32LittleEndian(body.At(at, sizeof(int)), body.Length - at - sizeof(int));
}
