using System.Text;
using TrailLake.Parquet;

namespace TrailLake.Tests.Parquet;

/// <summary>The fast way: whole columns of values that are already told apart, many files in the making at once.</summary>
public sealed unsafe class RowGroupEncoderTests : IDisposable
{
    static readonly ParquetSchema Schema = new(
        new ParquetColumn("s", ParquetType.Text) { HasBloomFilter = true },
        new ParquetColumn("n", ParquetType.Int64),
        new ParquetColumn("l", ParquetType.Text, isList: true));

    readonly RowGroupEncoder _encoder = new();
    readonly PinnedTexts _texts = new("a", "b", "c");

    [Fact]
    public void Many_files_can_be_in_the_making_at_once()
    {
        var options = Enum.GetValues<ParquetCodec>().Select(codec => new ParquetOptions { Codec = codec }).ToArray();
        var footers = Enumerable.Range(0, 500).Select(i => new ParquetFooter(Schema, options[i % options.Length])).ToArray();
        var files = footers.Select(_ => new MemoryStream()).ToArray();
        for (var group = 0; group < 3; group++)
        {
            for (var i = 0; i < files.Length; i++)
            {
                Encode(footers[i], i, group);
                var isEnd = group == 2 && i % 3 == 0;
                files[i].Write(isEnd ? _encoder.EndFile() : _encoder.End());
                Assert.True(isEnd || files[i].Length == footers[i].Length);
            }
        }
        using var values = new ColumnValues();
        for (var i = 0; i < files.Length; i++)
        {
            if (i % 3 != 0)
                files[i].Write(footers[i].Encode());
            using var reader = new ParquetReader($"file {i}", files[i]);
            Assert.Equal((9, 3), (reader.Rows, reader.RowGroups.Length));
            reader.Read(2, 1, values);
            Assert.Equal([i, 2, i + 2], values.Int64s.ToArray());
            reader.Read(1, 0, values);
            Assert.Equal(["a", null, "c"], Enumerable.Range(0, 3).Select(values.Text));
        }
    }

    [Fact]
    public void A_file_of_one_row_group_is_one_piece()
    {
        Encode(new ParquetFooter(Schema, new ParquetOptions()), 1, 2);
        var inOne = _encoder.EndFile().ToArray();
        var footer = new ParquetFooter(Schema, new ParquetOptions());
        Encode(footer, 1, 2);
        var inTwo = _encoder.End().ToArray().Concat(footer.Encode());
        Assert.Equal(inTwo, inOne);
    }

    [Fact]
    public void Texts_may_be_overwritten_when_their_column_is_written()
    {
        var reused = new byte[100];
        fixed (byte* bytes = reused)
        {
            _encoder.Begin(new ParquetFooter(new ParquetSchema(new("first", ParquetType.Text), new("second", ParquetType.Text)), new ParquetOptions { PageRows = 1 }), 2);
            foreach (var letter in "ab")
            {
                reused.AsSpan().Fill((byte)letter);
                _encoder.WriteText([new ByteSlice(bytes, 3), new ByteSlice(bytes, 100)], [0, 1]);
            }
        }
        using var reader = new ParquetReader("reused", new MemoryStream(_encoder.EndFile().ToArray()));
        Assert.Equal(["aaa", "bbb"], reader.RowGroups[0].Chunks.Select(chunk => chunk.LeastText));
        Assert.Equal([new string('a', 63) + "b", new string('b', 63) + "c"], reader.RowGroups[0].Chunks.Select(chunk => chunk.GreatestText));
        Assert.Equal([false, false], reader.RowGroups[0].Chunks.Select(chunk => chunk.IsGreatestExact));
    }

    [Fact]
    public void What_the_reader_gives_the_encoder_takes()
    {
        Encode(new ParquetFooter(Schema, new ParquetOptions()), 5, 6);
        var first = _encoder.EndFile().ToArray();
        using var reader = new ParquetReader("first", new MemoryStream(first));
        using ColumnValues s = new(), n = new(), l = new();
        reader.Read(0, 0, s);
        reader.Read(0, 1, n);
        reader.Read(0, 2, l);
        _encoder.Begin(new ParquetFooter(Schema, new ParquetOptions()), s.Rows);
        _encoder.WriteText(s.Texts, s.Indexes);
        _encoder.WriteInt64(n.Int64s, n.Present);
        _encoder.WriteTextList(l.Texts, l.Lengths, l.Indexes);
        using var again = new ParquetReader("again", new MemoryStream(_encoder.EndFile().ToArray()));
        Assert.Equal(TestTable.Spelled(reader), TestTable.Spelled(again));
    }

    [Fact]
    public void Encoding_again_takes_no_managed_memory_worth_mentioning()
    {
        var footers = Enumerable.Range(0, 101).Select(_ => new ParquetFooter(Schema, new ParquetOptions())).ToArray();
        Encode(footers[100], 0, 0);
        _encoder.EndFile();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Encode(footers[i], i, i);
            _encoder.EndFile();
        }
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 1_000); // a file: its row group's part of the footer
    }

    [Fact]
    public void Wrong_use_is_told_by_column_and_the_encoder_can_be_used_again()
    {
        var footer = new ParquetFooter(Schema, new ParquetOptions());
        AssertTold<ParquetException>("Column s: expected 3 rows, found 2", () => _encoder.WriteText(_texts.All, [0, 1]));
        AssertTold<ParquetException>("Column s: expected indexes below 3, found 3", () => _encoder.WriteText(_texts.All, [0, 3, 1]));
        AssertTold<InvalidOperationException>("Column s: expected values of Text, found Int64", () => _encoder.WriteInt64([1, 2, 3], []));
        AssertTold<InvalidOperationException>("Expected 3 columns before End, found 0; the next is s", () => _encoder.End());
        Encode(footer, 1, 1);
        _encoder.End();
        Assert.Equal(3, footer.Rows);
        AssertTold<ParquetException>("expected 2 list elements as the lengths say, found 1", () =>
        {
            _encoder.WriteNulls();
            _encoder.WriteNulls();
            _encoder.WriteTextList(_texts.All, [1, 1, -1], [0]);
        });

        void AssertTold<T>(string expected, Action act)
            where T : Exception
        {
            _encoder.Begin(footer, 3);
            Assert.Contains(expected, Assert.Throws<T>(act).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Schemas_that_would_not_be_read_are_refused()
    {
        Assert.Contains("found a twice", Assert.Throws<ParquetException>(() => new ParquetSchema(new("A", ParquetType.Text), new("a", ParquetType.Text))).Message, StringComparison.Ordinal);
        Assert.Throws<ParquetException>(() => new ParquetSchema());
        Assert.Throws<ParquetException>(() => new ParquetColumn("l", ParquetType.Int64, isList: true));
        Assert.Throws<ParquetException>(() => new ParquetFooter(Schema, new ParquetOptions { SortedBy = ["x"] }));
    }

    void Encode(ParquetFooter footer, long a, long b)
    {
        _encoder.Begin(footer, 3);
        _encoder.WriteText(_texts.All, [0, -1, 2]);
        _encoder.WriteInt64([a, b, a + b], []);
        _encoder.WriteTextList(_texts.All, [2, -1, 0], [1, -1]);
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _texts.Dispose();
    }
}
