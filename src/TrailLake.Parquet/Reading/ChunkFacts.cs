using System.Buffers;

namespace TrailLake.Parquet.Reading;

/// <summary>Compares what a footer says of a column with the column's values: pages have checksums, but by the bounds and nulls of the footer, which has
/// none, readers pass over rows.</summary>
static class ChunkFacts
{
    /// <exception cref="ParquetException">What it says is not true of the values.</exception>
    public static void Check(ParquetColumn column, ParquetChunk chunk, ColumnValues values, ReadPlace place)
    {
        var nulls = column.IsList ? NullsOfLists(values) : values.Rows - values.Present.Count((byte)1);
        if (chunk.Nulls is { } noted && noted != nulls)
        {
            throw place.Wrong($"{noted} nulls as the footer says", $"{nulls}");
        }
        var isWithin = column.Type switch
        {
            ParquetType.Text => AreTextsWithin(chunk, values),
            ParquetType.Int64 or ParquetType.TimestampMillis => AreNumbersWithin(chunk, values),
            ParquetType.Boolean => AreBooleansWithin(chunk, values),
            _ => true,
        };
        if (!isWithin)
        {
            throw place.Wrong("values between the least and the greatest of the footer", "others");
        }
    }

    // Of a list each element, and one for a list that has none.
    static int NullsOfLists(ColumnValues values)
    {
        var nulls = values.Indexes.Count(-1);
        foreach (var length in values.Lengths)
        {
            nulls += length <= 0 ? 1 : 0;
        }
        return nulls;
    }

    // A dictionary may hold texts that no row has.
    static bool AreTextsWithin(ParquetChunk chunk, ColumnValues values)
    {
        if (chunk is not { Least: { } least, Greatest: { } greatest })
        {
            return true;
        }
        var isUsed = ArrayPool<bool>.Shared.Rent(values.Texts.Length);
        isUsed.AsSpan(0, values.Texts.Length).Clear();
        foreach (var index in values.Indexes)
        {
            if (index >= 0)
            {
                isUsed[index] = true;
            }
        }
        var (isWithin, hasLeast, hasGreatest) = (true, !chunk.IsLeastExact, !chunk.IsGreatestExact);
        for (var i = 0; i < values.Texts.Length && isWithin; i++)
        {
            if (!isUsed[i])
            {
                continue;
            }
            var (below, above) = (values.Texts[i].Span.SequenceCompareTo(least), values.Texts[i].Span.SequenceCompareTo(greatest));
            isWithin = below >= 0 && above <= 0;
            (hasLeast, hasGreatest) = (hasLeast | below == 0, hasGreatest | above == 0);
        }
        ArrayPool<bool>.Shared.Return(isUsed);
        return isWithin && hasLeast && hasGreatest;
    }

    static bool AreNumbersWithin(ParquetChunk chunk, ColumnValues values)
    {
        if (chunk is not { LeastInt64: { } noted, GreatestInt64: { } notedGreatest })
        {
            return true;
        }
        var (least, greatest) = (long.MaxValue, long.MinValue);
        for (var row = 0; row < values.Rows; row++)
        {
            if (!values.IsNull(row))
            {
                (least, greatest) = (Math.Min(least, values.Int64s[row]), Math.Max(greatest, values.Int64s[row]));
            }
        }
        return (least, greatest) == (noted, notedGreatest);
    }

    static bool AreBooleansWithin(ParquetChunk chunk, ColumnValues values) =>
        chunk is not { Least: [var least], Greatest: [var greatest] }
        || ((byte)(values.Booleans.Contains((byte)0) ? 0 : 1), (byte)(values.Booleans.Contains((byte)1) ? 1 : 0)) == (least, greatest);
}
