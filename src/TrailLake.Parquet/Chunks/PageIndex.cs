using TrailLake.Parquet.Thrift;

namespace TrailLake.Parquet.Chunks;

/// <summary>Where a chunk's column index and offset index stand in its row group; -1 where there is none.</summary>
readonly record struct IndexPlaces(int ColumnAt, int ColumnLength, int OffsetAt, int OffsetLength);

/// <summary>Writes the page index of a row group, PageIndex.md: which pages can hold a value, and where each page begins.</summary>
static class PageIndex
{
    enum BoundaryOrder
    {
        Unordered = 0,
        Ascending = 1,
        Descending = 2,
    }

    /// <summary>Appends column indexes, then offset indexes. Empty where every column is a single page: the index would
    /// repeat what the footer says, and small files are many.</summary>
    /// <param name="output">The row group.</param>
    /// <param name="pages">Its chunks and pages.</param>
    /// <param name="origin">Where the row group begins in its file.</param>
    public static ReadOnlySpan<IndexPlaces> Write(ByteBuffer output, PageWriter pages, long origin)
    {
        var chunks = pages.Chunks;
        var longest = 0;
        foreach (ref readonly var chunk in chunks)
        {
            longest = Math.Max(longest, chunk.Pages);
        }
        if (longest < 2)
        {
            return [];
        }
        var places = pages.IndexPlaces;
        for (var i = 0; i < chunks.Length; i++)
        {
            var at = output.Length;
            var isWritten = TryWriteColumn(output, chunks[i], pages.PagesOf(chunks[i]));
            places[i] = new IndexPlaces(isWritten ? at : -1, output.Length - at, 0, 0);
        }
        for (var i = 0; i < chunks.Length; i++)
        {
            var at = output.Length;
            WriteOffsets(output, pages.PagesOf(chunks[i]), origin);
            places[i] = places[i] with { OffsetAt = at, OffsetLength = output.Length - at };
        }
        return places;
    }

    static bool TryWriteColumn(ByteBuffer output, in ChunkRecord chunk, ReadOnlySpan<PageRecord> pages)
    {
        Span<byte> room = stackalloc byte[Bounds.MostTextBytes];
        foreach (ref readonly var page in pages)
        {
            if (!page.IsNull && !(BoundsOf(page, chunk).IsKnown && BoundsOf(page, chunk).TryGreatest(room, out _, out _)))
            {
                return false; // all pages have bounds, or the chunk has no index
            }
        }
        var thrift = new ThriftWriter(output);
        var index = thrift.Element();
        thrift.List(1, ThriftType.False, pages.Length);
        foreach (ref readonly var page in pages)
        {
            thrift.Bool(page.IsNull);
        }
        thrift.List(2, ThriftType.Binary, pages.Length);
        foreach (ref readonly var page in pages)
        {
            thrift.Binary(Least(page, chunk, room));
        }
        thrift.List(3, ThriftType.Binary, pages.Length);
        foreach (ref readonly var page in pages)
        {
            thrift.Binary(Greatest(page, chunk, room));
        }
        thrift.Int32(4, (int)OrderOf(chunk, pages));
        thrift.List(5, ThriftType.Int64, pages.Length);
        foreach (ref readonly var page in pages)
        {
            thrift.Integer(page.Nulls);
        }
        thrift.End(index);
        return true;
    }

    // A single page has its chunk's bounds, which are not noted twice.
    static Bounds BoundsOf(in PageRecord page, in ChunkRecord chunk) => chunk.Pages == 1 ? chunk.Bounds : page.Bounds;

    static ReadOnlySpan<byte> Least(in PageRecord page, in ChunkRecord chunk, Span<byte> room) =>
        page.IsNull ? [] : BoundsOf(page, chunk).Least(room, out _);

    static ReadOnlySpan<byte> Greatest(in PageRecord page, in ChunkRecord chunk, Span<byte> room) =>
        !page.IsNull && BoundsOf(page, chunk).TryGreatest(room, out var greatest, out _) ? greatest : [];

    /// <summary>Whether the pages' bounds, as they are written, only rise or only fall, so that readers may search them by halves.</summary>
    static BoundaryOrder OrderOf(in ChunkRecord chunk, ReadOnlySpan<PageRecord> pages)
    {
        Span<byte> room = stackalloc byte[Bounds.MostTextBytes], roomBefore = stackalloc byte[Bounds.MostTextBytes];
        var (rises, falls, last) = (true, true, -1);
        for (var i = 0; i < pages.Length; i++)
        {
            if (pages[i].IsNull)
            {
                continue;
            }
            if (last >= 0)
            {
                var bounds = BoundsOf(pages[i], chunk);
                var least = bounds.Compare(Least(pages[i], chunk, room), Least(pages[last], chunk, roomBefore));
                var greatest = bounds.Compare(Greatest(pages[i], chunk, room), Greatest(pages[last], chunk, roomBefore));
                rises &= least >= 0 && greatest >= 0;
                falls &= least <= 0 && greatest <= 0;
            }
            last = i;
        }
        return rises ? BoundaryOrder.Ascending : falls ? BoundaryOrder.Descending : BoundaryOrder.Unordered;
    }

    static void WriteOffsets(ByteBuffer output, ReadOnlySpan<PageRecord> pages, long origin)
    {
        var thrift = new ThriftWriter(output);
        var index = thrift.Element();
        thrift.List(1, ThriftType.Struct, pages.Length);
        foreach (ref readonly var page in pages)
        {
            var location = thrift.Element();
            thrift.Int64(1, origin + page.At);
            thrift.Int32(2, page.Length);
            thrift.Int64(3, page.FirstRow);
            thrift.End(location);
        }
        thrift.End(index);
    }
}
