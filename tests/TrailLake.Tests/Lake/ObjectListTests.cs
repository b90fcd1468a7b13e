using System.Text;
using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Parquet;

namespace TrailLake.Tests.Lake;

public sealed class ObjectListTests
{
    [Theory]
    [InlineData(5)]
    [InlineData(ObjectList.LeastToPack + 1500)]
    public void Objects_are_what_they_were_whether_they_are_packed_or_forgotten(int count)
    {
        using var list = ListOf(count);
        Assert.Equal((count, Enumerable.Range(0, count).Sum(i => SizeOf(i))), (list.Count, list.TotalBytes));
        foreach (var i in new[] { 0, count - 1, count / 2, 0 })
            Check(list, i);
        list.Forget(count - 1);
        for (var i = 0; i < count; i += Math.Max(1, count / 50))
            Check(list, i);
        list.Cut(3);
        Assert.Equal([KeyOf(0), KeyOf(1), KeyOf(2)], list.Select(item => item.Stored.Key));
    }

    [Fact]
    public void Threads_that_look_into_it_at_once_see_the_same()
    {
        using var list = ListOf(ObjectList.LeastToPack);
        Parallel.For(0, 8, thread =>
        {
            for (var i = 0; i < list.Count; i += 97)
                Check(list, i);
        });
    }

    static void Check(ObjectList list, int i)
    {
        var item = list[i];
        Assert.Equal((KeyOf(i), EtagOf(i), SizeOf(i), DayOf(i)), (item.Stored.Key, item.Stored.ETag, item.SizeBytes, item.Delivered));
    }

    static ObjectList ListOf(int count)
    {
        var texts = new NativeArena(1 << 20);
        ByteSlice Keep(string text) => ByteSlice.OfFixed(texts.Keep(Encoding.UTF8.GetBytes(text)));
        return new([.. Enumerable.Range(0, count).Select(i => new SourceObject(Keep(KeyOf(i)), Keep(EtagOf(i)), SizeOf(i), DayOf(i)))], texts);
    }

    static string KeyOf(int i) => $"AWSLogs/111122223333/CloudTrail/eu-west-1/2024/01/31/{i}_ü.json.gz";

    static string EtagOf(int i) => i % 3 == 0 ? "" : $"{i:x32}";

    static long SizeOf(int i) => i * 40_000L;

    static DateOnly? DayOf(int i) => i % 5 == 0 ? null : new DateOnly(2024, 1, 1).AddDays(i % 31);
}
