using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using TrailLake.Parquet.Encodings;

namespace TrailLake.Parquet.Chunks;

/// <summary>The values of a chunk of text, which come as distinct values and indexes into them: whether they become a dictionary page
/// and indexes, or stand in the data pages themselves.</summary>
sealed class TextValues(PageWriter pages, ByteBuffer blooms)
{
    // So many values at least: fewer are shorter with their lengths spelt out than with a header of differences.
    const int LeastForDelta = 8;

    // What a dictionary costs besides its values: its page header and the footer's mention of it.
    const int DictionaryOverhead = 32;

    long[] _lengths = [];
    int[] _seenInPage = [];
    int _width;
    int _pageNumber;

    public bool HasDictionary { get; private set; }

    /// <summary>Begins a chunk: statistics and bloom filter of the distinct values, and the dictionary page if it pays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ref ChunkRecord BeginChunk(ParquetColumn column, ReadOnlySpan<ByteSlice> distinct, int count, int levelBytes, ParquetOptions options)
    {
        ref var chunk = ref pages.BeginChunk(lettersOnly: column.NeverDictionary);
        var bytes = 0L;
        for (var i = 0; i < distinct.Length; i++)
        {
            bytes += distinct[i].Length + sizeof(int);
        }
        if (column.HasStatistics)
        {
            var bounds = default(Bounds);
            for (var i = 0; i < distinct.Length; i++)
            {
                bounds.Add(distinct[i]);
            }
            bounds.Keep(pages.Kept);
            chunk.Bounds = bounds;
        }
        if (column.HasBloomFilter && distinct.Length > 0 && !chunk.Bounds.IsOneValue)
        {
            chunk.BloomAt = blooms.Length;
            BloomFilter.Write(blooms, distinct);
            chunk.BloomLength = blooms.Length - chunk.BloomAt;
        }
        _width = Math.Max(1, BitPacking.Width((uint)Math.Max(0, distinct.Length - 1)));
        var indexBytes = distinct.Length == 1 ? 0 : (long)count * _width / 8;
        HasDictionary = !column.NeverDictionary && Pays(distinct.Length, count, bytes, indexBytes) && bytes <= options.DictionaryBytes;
        chunk.Encoding = HasDictionary ? PageEncoding.RleDictionary
            : count < LeastForDelta || !options.UsesDelta ? PageEncoding.Plain
            : PageEncoding.DeltaLengthByteArray;
        pages.ChooseCodec(ref chunk, levelBytes + (HasDictionary ? bytes + indexBytes : bytes));
        if (HasDictionary)
        {
            pages.Body.Clear();
            WritePlain(pages.Body, distinct);
            pages.WriteDictionaryPage(ref chunk, distinct.Length);
        }
        return ref chunk;
    }

    // Compression finds near repetitions by itself, so what a dictionary saves must be a good part of the values.
    static bool Pays(int distinct, int count, long bytes, long indexBytes)
    {
        if (distinct * 5L > count * 3L)
        {
            return false;
        }
        var spelt = bytes * count / Math.Max(1, distinct);
        return bytes + indexBytes + DictionaryOverhead < spelt;
    }

    /// <summary>Appends a page's values to its body.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void WriteValues(in ChunkRecord chunk, ReadOnlySpan<ByteSlice> distinct, ReadOnlySpan<int> indexes)
    {
        var body = pages.Body;
        if (chunk.Encoding == PageEncoding.RleDictionary)
        {
            body.Write((byte)_width);
            RleHybrid.Write(body, indexes, _width);
        }
        else if (chunk.Encoding == PageEncoding.Plain)
        {
            foreach (var index in indexes)
            {
                WritePlain(body, distinct.Slice(index, 1));
            }
        }
        else
        {
            WriteDeltaLengths(body, distinct, indexes);
        }
    }

    // Encodings.md, "Delta-length byte array": all lengths as differences, then all bytes.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void WriteDeltaLengths(ByteBuffer body, ReadOnlySpan<ByteSlice> distinct, ReadOnlySpan<int> indexes)
    {
        if (_lengths.Length < indexes.Length)
        {
            _lengths = new long[Math.Max(indexes.Length, _lengths.Length * 2)];
        }
        var bytes = 0L;
        for (var i = 0; i < indexes.Length; i++)
        {
            var length = distinct[indexes[i]].Length;
            _lengths[i] = length;
            bytes += length;
        }
        DeltaBinaryPacked.Write(body, _lengths.AsSpan(0, indexes.Length), are32Bits: true);
        var target = body.Reserve(checked((int)bytes));
        foreach (var index in indexes)
        {
            var value = distinct[index].Span;
            value.CopyTo(target);
            target = target[value.Length..];
        }
        body.Advance((int)bytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void WritePlain(ByteBuffer body, ReadOnlySpan<ByteSlice> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i].Span;
            var target = body.Reserve(checked(sizeof(int) + value.Length));
            BinaryPrimitives.WriteInt32LittleEndian(target, value.Length);
            value.CopyTo(target[sizeof(int)..]);
            body.Advance(sizeof(int) + value.Length);
        }
    }

    /// <summary>The bounds of one page of several; each distinct value is looked at once a page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Bounds PageBounds(ReadOnlySpan<ByteSlice> distinct, ReadOnlySpan<int> indexes)
    {
        if (_seenInPage.Length < distinct.Length)
        {
            _seenInPage = new int[Math.Max(distinct.Length, _seenInPage.Length * 2)];
        }
        var page = ++_pageNumber;
        if (page == int.MaxValue)
        {
            Array.Clear(_seenInPage);
            page = _pageNumber = 1;
        }
        var bounds = default(Bounds);
        foreach (var index in indexes)
        {
            if (_seenInPage[index] != page)
            {
                _seenInPage[index] = page;
                bounds.Add(distinct[index]);
            }
        }
        return bounds;
    }
}
