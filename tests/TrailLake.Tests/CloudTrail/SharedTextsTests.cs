using TrailLake.CloudTrail;

namespace TrailLake.Tests.CloudTrail;

public sealed class SharedTextsTests
{
    [Fact]
    public void A_table_with_as_many_texts_as_it_has_numbers_is_full_and_still_takes_what_partitions_are_told_apart_by()
    {
        using var texts = new SharedTexts(limitBytes: long.MaxValue, limitCount: 2);

        Assert.Equal([0, 1], [Add(texts, "alice"), Add(texts, "bob")]);
        Assert.False(texts.IsFull);
        Assert.Equal(-1, Add(texts, "carol"));
        Assert.True(texts.IsFull);
        Assert.Equal(2, Add(texts, "s3", isNeeded: true));
        Assert.Equal(1, Add(texts, "bob"));

        texts.Clear();
        Assert.False(texts.IsFull);
        Assert.Equal(0, Add(texts, "carol"));
    }

    [Fact]
    public void Workers_that_learn_the_same_texts_at_once_agree_on_their_numbers()
    {
        const int Workers = 4, Count = 50_000;
        using var texts = new SharedTexts(limitBytes: long.MaxValue);
        var numbers = new int[Workers][];
        using var together = new Barrier(Workers);
        var threads = Enumerable.Range(0, Workers).Select(worker => new Thread(() =>
        {
            together.SignalAndWait(TestContext.Current.CancellationToken);
            numbers[worker] = [.. Enumerable.Range(0, Count).Select(i => Add(texts, $"text {i}"))];
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.All(numbers, mine => Assert.Equal(numbers[0], mine));
        Assert.Equal(Enumerable.Range(0, Count), numbers[0].Order());
        Assert.All(numbers[0].Index(), known => Assert.Equal($"text {known.Index}", System.Text.Encoding.UTF8.GetString(texts[known.Item].Span)));
    }

    static int Add(SharedTexts texts, string text, bool isNeeded = false)
    {
        var utf8 = System.Text.Encoding.UTF8.GetBytes(text);
        return texts.Add(utf8, TextRef.HashOf(utf8), isNeeded);
    }
}
