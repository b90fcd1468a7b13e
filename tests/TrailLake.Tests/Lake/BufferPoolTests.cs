using TrailLake.Lake;

namespace TrailLake.Tests.Lake;

public sealed unsafe class BufferPoolTests
{
    [Fact]
    public void Blocks_keep_their_content_whatever_is_taken_and_given_back_around_them()
    {
        using var pool = new BufferPool();
        var random = new Random(20241105);
        var held = new List<(nint Block, int Class, byte Mark)>();
        var bytes = 0L;
        for (var step = 0; step < 20_000; step++)
        {
            if (held.Count < 300 && random.Next(2) == 0)
            {
                var (sizeClass, mark) = (BufferPool.SmallestClass + random.Next(9), (byte)random.Next(256));
                var block = pool.Rent(sizeClass);
                new Span<byte>(block, 1 << sizeClass).Fill(mark);
                held.Add(((nint)block, sizeClass, mark));
                bytes += 1L << sizeClass;
            }
            else if (held.Count > 0)
            {
                var at = random.Next(held.Count);
                var (block, sizeClass, mark) = held[at];
                held.RemoveAt(at);
                Assert.Equal(-1, new Span<byte>((void*)block, 1 << sizeClass).IndexOfAnyExcept(mark));
                pool.Return((void*)block, sizeClass);
                bytes -= 1L << sizeClass;
            }
            Assert.Equal(bytes, pool.BytesInUse);
        }
    }

    [Fact]
    public void Workers_that_need_new_memory_at_once_each_get_their_own()
    {
        const int Workers = 4, Blocks = 16;
        using var pool = new BufferPool();
        using var together = new Barrier(Workers);
        var held = new nint[Workers][];
        var threads = Enumerable.Range(0, Workers).Select(worker => new Thread(() =>
        {
            together.SignalAndWait(TestContext.Current.CancellationToken);
            held[worker] = [.. Enumerable.Range(0, Blocks).Select(_ => (nint)pool.Rent(20))];
            Array.ForEach(held[worker], block => new Span<byte>((void*)block, 1 << 20).Fill((byte)worker));
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.All(held.Index(), mine => Assert.All(mine.Item, block => Assert.Equal(-1, new Span<byte>((void*)block, 1 << 20).IndexOfAnyExcept((byte)mine.Index))));
        Assert.Equal(Workers * Blocks << 20, pool.BytesInUse);
        foreach (var block in held.SelectMany(mine => mine))
            pool.Return((void*)block, 20);
        Assert.Equal(0, pool.BytesInUse);
    }

    [Fact]
    public void Halves_become_whole_again_so_that_memory_cut_small_serves_large_blocks_too()
    {
        using var pool = new BufferPool();
        var small = Enumerable.Range(0, 4 << 20 >> BufferPool.SmallestClass).Select(_ => (nint)pool.Rent(BufferPool.SmallestClass)).ToArray();
        Assert.Equal(4 << 20, pool.RegionsBytes);
        new Random(1).Shuffle(small);
        foreach (var block in small)
            pool.Return((void*)block, BufferPool.SmallestClass);
        var whole = pool.Rent(22);
        Assert.Equal((4 << 20, 4 << 20), (pool.RegionsBytes, pool.BytesInUse));
        pool.Return(whole, 22);
    }

    [Fact]
    public void What_becomes_whole_when_no_more_rows_come_goes_back_to_the_system_and_can_be_taken_again()
    {
        using var pool = new BufferPool();
        var whole = pool.Rent(22);
        new Span<byte>(whole, 4 << 20).Fill(7);
        pool.Return(whole, 22);
        Assert.Equal(7, pool.Rent(22)[2 << 20]);
        Assert.Equal((4 << 20, 4 << 20), (pool.BytesInUse, pool.RegionsBytes));
        pool.GivesBack = true;
        pool.Return(whole, 22);
        Assert.Equal((0, 0), (pool.BytesInUse, pool.RegionsBytes));
        var again = pool.Rent(22);
        new Span<byte>(again, 4 << 20).Fill(8);
        Assert.Equal((4 << 20, 4 << 20), (pool.BytesInUse, pool.RegionsBytes));
        pool.Return(again, 22);
    }

    [Fact]
    public void A_block_larger_than_a_region_is_counted_and_given_back_to_the_system()
    {
        using var pool = new BufferPool();
        var block = pool.Rent(BufferPool.ClassFor((4 << 20) + 1));
        block[(8 << 20) - 1] = 1;
        Assert.Equal((8 << 20, 0), (pool.BytesInUse, pool.RegionsBytes));
        pool.Return(block, 23);
        Assert.Equal(0, pool.BytesInUse);
    }
}
