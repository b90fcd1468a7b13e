using System.Diagnostics;
using TrailLake.Parquet;
using static TrailLake.Tests.Parquet.TestTable;

namespace TrailLake.Tests.Parquet;

/// <summary>hyparquet (JavaScript) and parquet-wasm (Rust's Arrow) read the same values as DuckDB and this library.</summary>
public sealed class OtherReadersTests
{
    const string KindsOfEveryType = "bildttxmttL";

    [Theory]
    [InlineData("hyparquet", ParquetCodec.None)]
    [InlineData("hyparquet", ParquetCodec.Snappy)]
    [InlineData("hyparquet", ParquetCodec.Gzip)]
    [InlineData("hyparquet", ParquetCodec.Zstd)]
    [InlineData("parquet-wasm", ParquetCodec.Snappy)]
    [InlineData("parquet-wasm", ParquetCodec.Gzip)]
    [InlineData("parquet-wasm", ParquetCodec.Zstd)]
    public void Another_reader_finds_the_same_values(string reader, ParquetCodec codec)
    {
        using var folder = new TempFolder();
        var table = WriteAndReadTests.OfEveryType(2_000);
        File.WriteAllBytes(folder["table.parquet"], table.Write(new ParquetOptions { Codec = codec, PageRows = 300, RowGroupRows = 1_500 }));
        AssertSame(table.Spelled(), Lines(reader, folder["table.parquet"], KindsOfEveryType), reader);
    }

    [Theory]
    [InlineData("hyparquet")]
    [InlineData("parquet-wasm")]
    public void Another_reader_tells_null_empty_and_absent_apart(string reader)
    {
        using var folder = new TempFolder();
        var table = new TestTable(
            Texts("text", "", null, "x", null, "🙂", "\0"),
            Lists("list", ["x", ""], null, [], [null], ["", null, "x"], []),
            Texts("none", null, null, null, null, null, null),
            Lists("no_lists", null, null, null, null, null, null));
        File.WriteAllBytes(folder["table.parquet"], table.Write());
        AssertSame(table.Spelled(), Lines(reader, folder["table.parquet"], "tLtL"), reader);
    }

    [Fact]
    public void The_page_index_says_where_pages_begin_and_what_they_hold()
    {
        using var folder = new TempFolder();
        var table = new TestTable(
            Integers("rising", 1, 2, 3, 4, 5, 6, 7),
            Texts("falling", "g", "f", null, null, "c", "b", "a"),
            Texts("mixed", "b", "z", "a", null, "x", "b", new string('y', 70)),
            Lists("list", ["x"], ["y", "z"], [], null, ["x"], ["y"], [null]));
        File.WriteAllBytes(folder["table.parquet"], table.Write(new ParquetOptions { PageRows = 2 }));
        Assert.Equal(
            [
                "rising|0|1|2|0|ASCENDING", "rising|2|3|4|0|ASCENDING", "rising|4|5|6|0|ASCENDING", "rising|6|7|7|0|ASCENDING",
                "falling|0|f|g|0|DESCENDING", "falling|2|null|2|DESCENDING", "falling|4|b|c|0|DESCENDING", "falling|6|a|a|0|DESCENDING",
                "mixed|0|b|z|0|UNORDERED", "mixed|2|a|a|1|UNORDERED", "mixed|4|b|x|0|UNORDERED",
                $"mixed|6|{new string('y', 64)}|{new string('y', 63)}z|0|UNORDERED",
                "list|0|no bounds", "list|2|no bounds", "list|4|no bounds", "list|6|no bounds",
            ],
            Lines("page-index", folder["table.parquet"], "iiii")); // i: as it stands
    }

    // DuckDB reads no page index, but Arrow, Spark and Trino leave out pages by it: a wrong bound would lose rows there without a word.
    [Fact]
    public void The_page_index_bounds_every_page_of_every_type()
    {
        const int Rows = 1_000, PageRows = 37, GroupRows = 400;
        using var folder = new TempFolder();
        var random = new Random(11);
        object?[] Values(Func<int, object> value) => [.. Enumerable.Range(0, Rows).Select(i => i is > 100 and < 200 || random.Next(5) == 0 ? null : value(i))];
        (ParquetColumn Column, object?[] Values)[] columns =
        [
            (new("int32", ParquetType.Int32), Values(_ => (long)random.Next(int.MinValue, int.MaxValue))),
            (new("int64", ParquetType.Int64), Values(_ => random.NextInt64(long.MinValue, long.MaxValue))),
            (new("double", ParquetType.Double), Values(_ => random.NextDouble() - 0.5)),
            (new("boolean", ParquetType.Boolean), Values(i => random.Next(10) > i / 100)),
            (new("few", ParquetType.Text), Values(i => $"{random.Next(30) * (i / 100)}")),
            (new("many", ParquetType.Text), Values(_ => $"{random.NextInt64():x}")),
        ];
        File.WriteAllBytes(folder["table.parquet"], new TestTable(columns).Write(new ParquetOptions { PageRows = PageRows, RowGroupRows = GroupRows }));
        var expected =
            from rowGroup in Enumerable.Range(0, Rows).Chunk(GroupRows)
            from column in columns
            from page in rowGroup.Chunk(PageRows)
            let values = page.Select(row => column.Values[row]).Where(value => value is not null).Order(Comparer<object?>.Create(Compare)).ToList()
            let bounds = values.Count == 0 ? "null" : $"{Spell(values[0])}|{Spell(values[^1])}"
            select $"{column.Column.Name}|{page[0] % GroupRows}|{bounds}|{page.Length - values.Count}";
        Assert.Equal(expected, Lines("page-index", folder["table.parquet"], "iidbtt").Select(line => line[..line.LastIndexOf('|')]));

        static int Compare(object? a, object? b) => a is string text ? string.CompareOrdinal(text, (string?)b) : Comparer<object>.Default.Compare(a, b);
    }

    [Fact]
    public void A_row_group_of_single_pages_has_no_page_index()
    {
        using var reader = new ParquetReader("small", new MemoryStream(WriteAndReadTests.OfEveryType(100).Write()));
        Assert.DoesNotContain(reader.RowGroups[0].Chunks, chunk => chunk.HasPageIndex);
        using var paged = new ParquetReader("paged", new MemoryStream(WriteAndReadTests.OfEveryType(100).Write(new ParquetOptions { PageRows = 60 })));
        Assert.All(paged.RowGroups[0].Chunks, chunk => Assert.True(chunk.HasPageIndex));
    }

    internal static List<string> Lines(string reader, string path, string kinds)
    {
        var node = TraillakeProcess.RunOther(new ProcessStartInfo("node", ["other-readers.mjs", reader, path, kinds])
        {
            WorkingDirectory = Repository.PathOf("tests", "TrailLake.Tests", "Parquet"), // so that node finds the clone's node_modules
        });
        Assert.True(node.Status == 0, node.ToString());
        return [.. node.Output.Split('\n')[..^1]];
    }
}
