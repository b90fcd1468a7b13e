using System.Runtime.CompilerServices;
using TrailLake.Parquet.Encodings;

namespace TrailLake.Parquet.Chunks;

// Levels of a list of texts, whose path has an optional list, repeated entries and an optional text in each:
//   repetition 0: a row begins, 1: another element of the row
//   definition 0: no list, 1: an empty list, 2: a null element, 3: a text
sealed class TextListChunk(PageWriter pages, TextValues values)
{
    int[] _repetitions = [];
    int[] _definitions = [];
    int[] _dense = [];

    /// <summary>Writes lists: their lengths by row (-1: no list) and all their elements (-1: null).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(ParquetColumn column, ReadOnlySpan<ByteSlice> distinct, ReadOnlySpan<int> lengths, ReadOnlySpan<int> elements, ParquetOptions options)
    {
        var count = 0;
        foreach (var element in elements)
        {
            count += 1 + (element >> 31);
        }
        ref var chunk = ref values.BeginChunk(column, distinct, count, (lengths.Length + elements.Length) / 4, options);
        for (int first = 0, firstElement = 0; first < lengths.Length;)
        {
            var (rows, taken) = Cut(distinct, lengths[first..], elements[firstElement..], options);
            var (levels, dense) = SetLevels(lengths.Slice(first, rows), elements.Slice(firstElement, taken));
            var page = new PageRecord { FirstRow = first, Values = levels, Nulls = levels - dense };
            pages.Body.Clear();
            WriteLevels(_repetitions.AsSpan(0, levels), 1);
            WriteLevels(_definitions.AsSpan(0, levels), 2);
            values.WriteValues(chunk, distinct, _dense.AsSpan(0, dense));
            if (column.HasStatistics && rows < lengths.Length)
            {
                page.Bounds = values.PageBounds(distinct, _dense.AsSpan(0, dense));
            }
            pages.WriteDataPage(ref chunk, page);
            first += rows;
            firstElement += taken;
        }
    }

    void WriteLevels(ReadOnlySpan<int> levels, int width)
    {
        var at = pages.Body.Length;
        pages.Body.WriteInt32(0);
        RleHybrid.Write(pages.Body, levels, width);
        Presence.EndLevels(pages.Body, at);
    }

    // A page holds whole rows, one at least.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static (int Rows, int Elements) Cut(ReadOnlySpan<ByteSlice> distinct, ReadOnlySpan<int> lengths, ReadOnlySpan<int> elements, ParquetOptions options)
    {
        var (bytes, taken) = (0L, 0);
        for (var row = 0; row < lengths.Length; row++)
        {
            if (row == options.PageRows)
            {
                return (row, taken);
            }
            var length = Math.Max(0, lengths[row]);
            var rowBytes = 0L;
            foreach (var element in elements.Slice(taken, length))
            {
                rowBytes += sizeof(int) + (element < 0 ? 0 : distinct[element].Length);
            }
            if (row > 0 && bytes + rowBytes > options.PageBytes)
            {
                return (row, taken);
            }
            bytes += rowBytes;
            taken += length;
        }
        return (lengths.Length, taken);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    (int Levels, int Dense) SetLevels(ReadOnlySpan<int> lengths, ReadOnlySpan<int> elements)
    {
        Prepare(lengths.Length + elements.Length);
        var (levels, dense, at) = (0, 0, 0);
        foreach (var length in lengths)
        {
            if (length <= 0)
            {
                (_repetitions[levels], _definitions[levels++]) = (0, length < 0 ? 0 : 1);
                continue;
            }
            for (var i = 0; i < length; i++)
            {
                var element = elements[at++];
                (_repetitions[levels], _definitions[levels++]) = (i == 0 ? 0 : 1, element < 0 ? 2 : 3);
                if (element >= 0)
                {
                    _dense[dense++] = element;
                }
            }
        }
        return (levels, dense);
    }

    void Prepare(int levels)
    {
        if (_repetitions.Length < levels)
        {
            var room = Math.Max(levels, _repetitions.Length * 2);
            (_repetitions, _definitions, _dense) = (new int[room], new int[room], new int[room]);
        }
    }
}
