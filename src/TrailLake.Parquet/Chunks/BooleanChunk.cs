using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TrailLake.Parquet.Chunks;

/// <summary>Chunks of booleans: PLAIN, a bit each. No dictionary, because Athena reads none of booleans.</summary>
sealed class BooleanChunk(PageWriter pages, Presence presence)
{
    uint[] _values = [];

    /// <summary>Writes 0, 1 and 255 (null) by row; false where all are null and nothing was written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryWrite(ParquetColumn column, ReadOnlySpan<byte> values, int pageRows)
    {
        if (!Split(values))
        {
            throw new ParquetException($"Column {column.Name}: expected booleans as 0, 1 or 255, found another byte; the row group was not written.");
        }
        if (presence.Count == 0)
        {
            return false;
        }
        ref var chunk = ref pages.BeginChunk(lettersOnly: false);
        chunk.Encoding = PageEncoding.Plain;
        pages.ChooseCodec(ref chunk, (values.Length + presence.Count) / 8);
        var (anyTrue, anyFalse) = (0, 0);
        for (var first = 0; first < values.Length; first += pageRows)
        {
            var rows = Math.Min(pageRows, values.Length - first);
            var count = presence.CountIn(first, rows);
            pages.Body.Clear();
            presence.WriteLevels(pages.Body, first, rows, count);
            var trues = WriteBits(first, rows, count);
            anyTrue += trues;
            anyFalse += count - trues;
            var page = new PageRecord { FirstRow = first, Values = rows, Nulls = rows - count };
            page.Bounds = column.HasStatistics && count > 0 ? Bounds.OfBits(trues == count ? 1 : 0, trues > 0 ? 1 : 0, 1) : default;
            pages.WriteDataPage(ref chunk, page);
        }
        chunk.Bounds = column.HasStatistics ? Bounds.OfBits(anyFalse > 0 ? 0 : 1, anyTrue > 0 ? 1 : 0, 1) : default;
        return true;
    }

    /// <summary>Sets presence and value bits; false where a byte is none of the three.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    bool Split(ReadOnlySpan<byte> values)
    {
        presence.Prepare(values.Length);
        if (_values.Length * 32 < values.Length)
        {
            _values = new uint[Math.Max((values.Length + 31) / 32, _values.Length * 2)];
        }
        ref var source = ref MemoryMarshal.GetReference(values);
        var odd = Vector256<byte>.Zero;
        var row = 0;
        for (; row + 32 <= values.Length; row += 32)
        {
            var bytes = Vector256.LoadUnsafe(ref source, (nuint)row);
            var isNull = Vector256.Equals(bytes, Vector256<byte>.AllBitsSet);
            var isTrue = Vector256.Equals(bytes, Vector256<byte>.One);
            odd |= ~(isNull | isTrue) & bytes;
            presence.Store(row, ~isNull.ExtractMostSignificantBits());
            _values[row / 32] = isTrue.ExtractMostSignificantBits();
        }
        var (present, trues) = (0u, 0u);
        for (var from = row; row < values.Length; row++)
        {
            var value = values[row];
            present |= (value == 255 ? 0u : 1) << (row - from);
            trues |= (value == 1 ? 1u : 0) << (row - from);
            odd |= Vector256.CreateScalar((byte)(value is 0 or 1 or 255 ? 0 : 1));
            presence.Store(from, present);
            _values[from / 32] = trues;
        }
        presence.CountBits();
        return odd == Vector256<byte>.Zero;
    }

    /// <summary>Appends the values of rows that have one, and returns how many are true.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    int WriteBits(int first, int rows, int count)
    {
        var target = pages.Body.Reserve((count + 7) / 8);
        target.Clear();
        var (trues, filled, word) = (0, 0, 0UL);
        for (var row = first; row < first + rows;)
        {
            var from = row & 31;
            var width = Math.Min(32 - from, first + rows - row);
            var mask = (uint)((1UL << width) - 1);
            var present = presence.WordAt(row / 32) >> from & mask;
            var values = Extract(_values[row / 32] >> from, present);
            trues += BitOperations.PopCount(values);
            word |= (ulong)values << filled;
            filled += BitOperations.PopCount(present);
            for (; filled >= 8; filled -= 8, word >>= 8)
            {
                target[0] = (byte)word;
                target = target[1..];
            }
            row += width;
        }
        if (filled > 0)
        {
            target[0] = (byte)word;
        }
        pages.Body.Advance((count + 7) / 8);
        return trues;
    }

    static uint Extract(uint values, uint present) =>
        Bmi2.IsSupported ? Bmi2.ParallelBitExtract(values, present) : ExtractPlain(values, present);

    /// <summary>The plain twin: the bits of <paramref name="values"/> where <paramref name="present"/> has one, moved together.</summary>
    internal static uint ExtractPlain(uint values, uint present)
    {
        var (bits, count) = (0u, 0);
        for (; present != 0; present &= present - 1)
        {
            bits |= (values >> BitOperations.TrailingZeroCount(present) & 1) << count++;
        }
        return bits;
    }
}
