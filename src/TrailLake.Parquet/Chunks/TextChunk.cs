using System.Runtime.CompilerServices;

namespace TrailLake.Parquet.Chunks;

/// <summary>Chunks of one text a row.</summary>
sealed class TextChunk(PageWriter pages, Presence presence, TextValues values)
{
    int[] _dense = [];

    /// <summary>Writes the texts; the presence is that of the indexes, and at least one row has a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(ParquetColumn column, ReadOnlySpan<ByteSlice> distinct, ReadOnlySpan<int> indexes, ParquetOptions options)
    {
        var dense = presence.Nulls == 0 ? indexes : Dense(indexes);
        ref var chunk = ref values.BeginChunk(column, distinct, dense.Length, presence.Nulls == 0 ? 0 : indexes.Length / 8, options);
        for (var (first, firstDense) = (0, 0); first < indexes.Length;)
        {
            var rows = Math.Min(options.PageRows, indexes.Length - first);
            var count = presence.Nulls == 0 ? rows : presence.CountIn(first, rows);
            if (!values.HasDictionary)
            {
                (rows, count) = Cut(distinct, indexes.Slice(first, rows), options.PageBytes);
            }
            var part = dense.Slice(firstDense, count);
            pages.Body.Clear();
            presence.WriteLevels(pages.Body, first, rows, count);
            values.WriteValues(chunk, distinct, part);
            var page = new PageRecord { FirstRow = first, Values = rows, Nulls = rows - count };
            if (column.HasStatistics && rows < indexes.Length)
            {
                page.Bounds = values.PageBounds(distinct, part);
            }
            pages.WriteDataPage(ref chunk, page);
            first += rows;
            firstDense += count;
        }
    }

    /// <summary>How many rows, and how many values of theirs, go into a page of so many bytes; one row at least.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static (int Rows, int Count) Cut(ReadOnlySpan<ByteSlice> distinct, ReadOnlySpan<int> indexes, int pageBytes)
    {
        var (bytes, count) = (0L, 0);
        for (var row = 0; row < indexes.Length; row++)
        {
            var index = indexes[row];
            if (index < 0)
            {
                continue;
            }
            var length = distinct[index].Length;
            if (count > 0 && bytes + length > pageBytes)
            {
                return (row, count);
            }
            bytes += length;
            count++;
        }
        return (indexes.Length, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    ReadOnlySpan<int> Dense(ReadOnlySpan<int> indexes)
    {
        if (_dense.Length < indexes.Length)
        {
            _dense = new int[Math.Max(indexes.Length, _dense.Length * 2)];
        }
        var dense = _dense;
        var count = 0;
        foreach (var index in indexes)
        {
            dense[count] = index; // overwritten by the next where this row has none
            count += 1 + (index >> 31);
        }
        return dense.AsSpan(0, count);
    }
}
