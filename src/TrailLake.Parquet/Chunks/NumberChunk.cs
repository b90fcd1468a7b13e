using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TrailLake.Parquet.Encodings;

namespace TrailLake.Parquet.Chunks;

/// <summary>Chunks of integers and times (differences, or PLAIN where that is shorter) and of doubles (PLAIN).</summary>
sealed class NumberChunk(PageWriter pages, Presence presence)
{
    long[] _present = [];

    /// <summary>Writes integers as their column's type has them; values stand by row, and those of null rows mean nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void WriteIntegers(ParquetColumn column, ReadOnlySpan<long> values, ParquetOptions options)
    {
        ref var chunk = ref pages.BeginChunk(lettersOnly: false);
        var size = column.Physical == PhysicalType.Int32 ? sizeof(int) : sizeof(long);
        chunk.Encoding = PageEncoding.Plain;
        var all = Bounds64.Of(default);
        for (var (first, isFirst) = (0, true); first < presence.Rows; first += options.PageRows, isFirst = false)
        {
            var rows = Math.Min(options.PageRows, presence.Rows - first);
            var dense = Dense(values, first, rows);
            var bounds = Bounds64.Of(dense);
            all.Add(bounds);
            WriteBody(ref chunk, first, rows, dense, size, isFirst, options.UsesDelta);
            pages.WriteDataPage(ref chunk, new PageRecord
            {
                FirstRow = first,
                Values = rows,
                Nulls = rows - dense.Length,
                Bounds = column.HasStatistics ? bounds.ToBounds(size) : default,
            });
        }
        chunk.Bounds = column.HasStatistics ? all.ToBounds(size) : default;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void WriteBody(ref ChunkRecord chunk, int first, int rows, ReadOnlySpan<long> dense, int size, bool isFirst, bool usesDelta)
    {
        var body = pages.Body;
        body.Clear();
        presence.WriteLevels(body, first, rows, dense.Length);
        var at = body.Length;
        if (isFirst ? usesDelta : chunk.Encoding == PageEncoding.DeltaBinaryPacked)
        {
            DeltaBinaryPacked.Write(body, dense, are32Bits: size == sizeof(int));
            if (isFirst && body.Length - at < dense.Length * size)
            {
                chunk.Encoding = PageEncoding.DeltaBinaryPacked; // shorter in the first page, and so taken for all
            }
        }
        if (chunk.Encoding == PageEncoding.Plain)
        {
            body.Truncate(at);
            WritePlain(body, dense, size);
        }
        if (isFirst)
        {
            pages.ChooseCodec(ref chunk, rows < presence.Rows ? long.MaxValue : body.Length);
        }
    }

    /// <summary>Writes doubles.</summary>
    public void WriteDoubles(ParquetColumn column, ReadOnlySpan<double> values, int pageRows)
    {
        ref var chunk = ref pages.BeginChunk(lettersOnly: false);
        chunk.Encoding = PageEncoding.Plain;
        pages.ChooseCodec(ref chunk, presence.Count * (long)sizeof(double));
        var all = BoundsDouble.None;
        for (var first = 0; first < presence.Rows; first += pageRows)
        {
            var rows = Math.Min(pageRows, presence.Rows - first);
            var dense = Dense(MemoryMarshal.Cast<double, long>(values), first, rows);
            var bounds = BoundsDouble.Of(MemoryMarshal.Cast<long, double>(dense));
            all.Add(bounds);
            pages.Body.Clear();
            presence.WriteLevels(pages.Body, first, rows, dense.Length);
            WritePlain(pages.Body, dense, sizeof(double));
            pages.WriteDataPage(ref chunk, new PageRecord
            {
                FirstRow = first,
                Values = rows,
                Nulls = rows - dense.Length,
                Bounds = column.HasStatistics ? bounds.ToBounds() : default,
            });
        }
        chunk.Bounds = column.HasStatistics ? all.ToBounds() : default;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    ReadOnlySpan<long> Dense(ReadOnlySpan<long> values, int first, int rows)
    {
        if (presence.Nulls == 0)
        {
            return values.Slice(first, rows);
        }
        if (_present.Length < rows)
        {
            _present = new long[Math.Max(rows, _present.Length * 2)];
        }
        var bits = presence.Bits;
        var count = 0;
        for (var row = first; row < first + rows; row++)
        {
            _present[count] = values[row];
            count += bits[row >> 3] >> (row & 7) & 1;
        }
        return _present.AsSpan(0, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void WritePlain(ByteBuffer body, ReadOnlySpan<long> values, int size)
    {
        var target = body.Reserve(values.Length * size);
        foreach (var value in values)
        {
            if (size == sizeof(int))
            {
                BinaryPrimitives.WriteInt32LittleEndian(target, (int)value);
            }
            else
            {
                BinaryPrimitives.WriteInt64LittleEndian(target, value);
            }
            target = target[size..];
        }
        body.Advance(values.Length * size);
    }
}

/// <summary>Least and greatest of integers.</summary>
struct Bounds64
{
    long _least;
    long _greatest;

    public static Bounds64 Of(ReadOnlySpan<long> values)
    {
        var bounds = new Bounds64 { _least = long.MaxValue, _greatest = long.MinValue };
        foreach (var value in values)
        {
            bounds._least = Math.Min(bounds._least, value);
            bounds._greatest = Math.Max(bounds._greatest, value);
        }
        return bounds;
    }

    public void Add(in Bounds64 other)
    {
        _least = Math.Min(_least, other._least);
        _greatest = Math.Max(_greatest, other._greatest);
    }

    public readonly Bounds ToBounds(int size) => _least <= _greatest ? Bounds.OfBits(_least, _greatest, size) : default;
}

/// <summary>Least and greatest of doubles: NaN is left out, and a zero bound takes the sign that holds both zeros (parquet.thrift, TypeDefinedOrder).</summary>
struct BoundsDouble
{
    double _least;
    double _greatest;

    public static readonly BoundsDouble None = new() { _least = double.PositiveInfinity, _greatest = double.NegativeInfinity };

    public static BoundsDouble Of(ReadOnlySpan<double> values)
    {
        var bounds = None;
        foreach (var value in values)
        {
            bounds._least = value < bounds._least ? value : bounds._least;
            bounds._greatest = value > bounds._greatest ? value : bounds._greatest;
            if (double.IsNaN(value))
            {
                // A reader that compares otherwise could take bounds without NaN amiss: such a page has none.
                return new() { _least = double.NegativeInfinity, _greatest = double.NaN };
            }
        }
        return bounds;
    }

    public void Add(in BoundsDouble other)
    {
        _least = Math.Min(_least, other._least);
        _greatest = double.IsNaN(_greatest) || double.IsNaN(other._greatest) ? double.NaN : Math.Max(_greatest, other._greatest);
    }

    public readonly Bounds ToBounds() => _least <= _greatest
        ? Bounds.OfDoubles(_least == 0 ? -0.0 : _least, _greatest == 0 ? 0.0 : _greatest)
        : default;
}
