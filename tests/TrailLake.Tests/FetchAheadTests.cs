using System.Text;
using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake.Tests;

/// <summary>What is fetched before its turn waits in native memory, which each object has for itself.</summary>
public sealed class FetchAheadTests : IDisposable
{
    const int Budget = 64 << 10;

    // Around the sizes of blocks, and one that is a quarter of the budget and one byte: it is read by who asks for it.
    static readonly int[] Sizes = [0, 1, 255, 256, 257, 4096, 4097, 16_384, 16_385, 3, 0, 9_000, 9_001, 9_002, 9_003, 9_004, 9_005, 9_006];

    readonly TempFolder _folder = new();
    readonly NativeArena _texts = new(1 << 12);

    public void Dispose()
    {
        _texts.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Objects_of_any_size_are_what_they_were_and_their_memory_is_free_after_them()
    {
        using var fetch = Begin();
        var expected = Enumerable.Range(0, Sizes.Length).Select(ContentOf).ToList();
        var under = new Stack<Stream>();
        for (var i = 0; i < Sizes.Length; i++)
        {
            under.Push(fetch.Open(i));
            Assert.Equal(expected[i], WholeOf(under.Peek()));
            if (under.Count == 3) // as with three workers
            {
                while (under.TryPop(out var stream))
                    stream.Dispose();
            }
        }
        Assert.Equal(0, fetch.HeldBytes);
    }

    [Fact]
    public void One_that_is_gone_costs_itself_only()
    {
        File.Delete(_folder[NameOf(4)]);
        using var fetch = Begin(but: 4);
        for (var i = 0; i < Sizes.Length; i++)
        {
            if (i == 4)
                Assert.Contains(NameOf(i), Assert.Throws<StoreException>(() => fetch.Open(4)).Message, StringComparison.Ordinal);
            else
            {
                using var stream = fetch.Open(i);
                Assert.Equal(ContentOf(i), WholeOf(stream));
            }
        }
        Assert.Equal(0, fetch.HeldBytes);
    }

    [Fact]
    public void What_nobody_asked_for_is_let_go_of()
    {
        var fetch = Begin();
        fetch.Open(0).Dispose();
        fetch.Dispose();
        Assert.InRange(fetch.HeldBytes, 0, Budget + Sizes.Max()); // counted, and given back with the rest
    }

    FetchAhead Begin(int but = -1)
    {
        for (var i = 0; i < Sizes.Length; i++)
        {
            if (i != but)
                File.WriteAllBytes(_folder[NameOf(i)], ContentOf(i));
        }
        var objects = Sizes.Select((size, i) => new SourceObject(Kept(NameOf(i)), Kept(""), size, null)).ToList();
        return new(new ManyAtOnce(LocalStore.OpenSource(_folder.Root)), objects, Budget, TestContext.Current.CancellationToken);
    }

    ByteSlice Kept(string text) => ByteSlice.OfFixed(_texts.Keep(Encoding.UTF8.GetBytes(text)));

    static string NameOf(int i) => $"{i:00}.json.gz";

    static byte[] ContentOf(int i)
    {
        var content = new byte[Sizes[i]];
        new Random(i).NextBytes(content);
        return content;
    }

    static byte[] WholeOf(Stream stream)
    {
        using var whole = new MemoryStream();
        stream.CopyTo(whole);
        return whole.ToArray();
    }

    sealed class ManyAtOnce(ObjectStore inner) : PassingStore(inner)
    {
        public override int Parallelism => 8;
    }
}
