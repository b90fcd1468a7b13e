using System.Runtime.CompilerServices;
using TrailLake.Parquet.Thrift;

namespace TrailLake.Parquet.Chunks;

/// <summary>Writes a row group's part of the footer: parquet.thrift's RowGroup, ColumnChunk, ColumnMetaData and Statistics.</summary>
ref struct RowGroupThrift(ByteBuffer target, ParquetFooter footer, long origin, int bloomsAt)
{
    // Encodings by page help engines that search dictionaries instead of pages, and exact bounds those that answer min and max from
    // the footer; a small row group is read as quickly without, and its footer is most of a small file.
    const int LeastRowsForMore = 1024;

    ThriftWriter _thrift = new(target);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(PageWriter pages, ReadOnlySpan<IndexPlaces> index, int rows)
    {
        var group = _thrift.Element();
        var chunks = pages.Chunks;
        var (uncompressed, compressed) = (0L, 0L);
        _thrift.List(1, ThriftType.Struct, chunks.Length);
        for (var i = 0; i < chunks.Length; i++)
        {
            WriteChunk(footer.Schema.Columns[chunks[i].Column], chunks[i], index.IsEmpty ? new(-1, 0, -1, 0) : index[i], rows);
            uncompressed += chunks[i].Uncompressed;
            compressed += chunks[i].Compressed;
        }
        _thrift.Int64(2, uncompressed);
        _thrift.Int64(3, rows);
        WriteSorting(chunks);
        _thrift.Int64(5, origin + StartOf(chunks[0]));
        _thrift.Int64(6, compressed);
        _thrift.End(group);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void WriteChunk(ParquetColumn column, in ChunkRecord chunk, IndexPlaces index, int rows)
    {
        var outer = _thrift.Element();
        _thrift.Int64(2, 0); // deprecated, and 0 is what parquet.thrift asks for
        WriteMetadata(column, chunk, rows);
        if (index.OffsetAt >= 0)
        {
            _thrift.Int64(4, origin + index.OffsetAt);
            _thrift.Int32(5, index.OffsetLength);
        }
        if (index.ColumnAt >= 0)
        {
            _thrift.Int64(6, origin + index.ColumnAt);
            _thrift.Int32(7, index.ColumnLength);
        }
        _thrift.End(outer);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void WriteMetadata(ParquetColumn column, in ChunkRecord chunk, int rows)
    {
        var metadata = _thrift.Struct(3);
        _thrift.Int32(1, (int)column.Physical);
        _thrift.List(2, ThriftType.Int32, chunk.HasDictionary ? 3 : 2);
        _thrift.Integer((int)PageEncoding.Rle); // of the levels
        if (chunk.HasDictionary)
        {
            _thrift.Integer((int)PageEncoding.Plain);
        }
        _thrift.Integer((int)chunk.Encoding);
        _thrift.List(3, ThriftType.Binary, column.IsList ? 3 : 1);
        _thrift.Binary(column.NameBytes);
        if (column.IsList)
        {
            _thrift.Binary("list"u8);
            _thrift.Binary("element"u8);
        }
        _thrift.Int32(4, (int)chunk.Codec);
        _thrift.Int64(5, chunk.Values);
        _thrift.Int64(6, chunk.Uncompressed);
        _thrift.Int64(7, chunk.Compressed);
        _thrift.Int64(9, origin + chunk.DataAt);
        if (chunk.HasDictionary)
        {
            _thrift.Int64(11, origin + chunk.DictionaryAt);
        }
        WriteStatistics(chunk, rows);
        if (chunk.HasDictionary && rows >= LeastRowsForMore)
        {
            _thrift.List(13, ThriftType.Struct, 2);
            WritePageEncoding(PageType.Dictionary, PageEncoding.Plain, 1);
            WritePageEncoding(PageType.Data, chunk.Encoding, chunk.Pages);
        }
        if (chunk.BloomAt >= 0)
        {
            _thrift.Int64(14, origin + bloomsAt + chunk.BloomAt);
            _thrift.Int32(15, chunk.BloomLength);
        }
        _thrift.End(metadata);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void WriteStatistics(in ChunkRecord chunk, int rows)
    {
        Span<byte> room = stackalloc byte[Bounds.MostTextBytes];
        var statistics = _thrift.Struct(12);
        _thrift.Int64(3, chunk.Nulls);
        if (chunk.Bounds.IsKnown)
        {
            var hasGreatest = chunk.Bounds.TryGreatest(room, out var greatest, out var greatestIsExact);
            if (hasGreatest)
            {
                _thrift.Binary(5, greatest);
            }
            _thrift.Binary(6, chunk.Bounds.Least(room, out var leastIsExact));
            if (hasGreatest && (!greatestIsExact || rows >= LeastRowsForMore))
            {
                _thrift.Bool(7, greatestIsExact);
            }
            if (!leastIsExact || rows >= LeastRowsForMore)
            {
                _thrift.Bool(8, leastIsExact);
            }
        }
        _thrift.End(statistics);
    }

    void WritePageEncoding(PageType type, PageEncoding encoding, int count)
    {
        var outer = _thrift.Element();
        _thrift.Int32(1, (int)type);
        _thrift.Int32(2, (int)encoding);
        _thrift.Int32(3, count);
        _thrift.End(outer);
    }

    void WriteSorting(ReadOnlySpan<ChunkRecord> chunks)
    {
        if (footer.Options.SortedBy.Count == 0)
        {
            return;
        }
        _thrift.List(4, ThriftType.Struct, footer.Options.SortedBy.Count);
        foreach (var name in footer.Options.SortedBy)
        {
            var sorting = _thrift.Element();
            _thrift.Int32(1, PlaceOf(footer.Schema.IndexOf(name), chunks));
            _thrift.Bool(2, false); // ascending
            _thrift.Bool(3, false); // nulls last
            _thrift.End(sorting);
        }
    }

    // Counted among the columns that the file has; one that rows are sorted by is never left out.
    static int PlaceOf(int column, ReadOnlySpan<ChunkRecord> chunks)
    {
        var place = 0;
        while (chunks[place].Column != column)
        {
            place++;
        }
        return place;
    }

    static int StartOf(in ChunkRecord chunk) => chunk.HasDictionary ? chunk.DictionaryAt : chunk.DataAt;
}
