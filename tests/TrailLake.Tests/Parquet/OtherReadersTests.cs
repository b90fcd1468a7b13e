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
                "rising|0|false|1|2|0|ASCENDING", "rising|2|false|3|4|0|ASCENDING", "rising|4|false|5|6|0|ASCENDING", "rising|6|false|7|7|0|ASCENDING",
                "falling|0|false|f|g|0|DESCENDING", "falling|2|true|||2|DESCENDING", "falling|4|false|b|c|0|DESCENDING", "falling|6|false|a|a|0|DESCENDING",
                "mixed|0|false|b|z|0|UNORDERED", "mixed|2|false|a|a|1|UNORDERED", "mixed|4|false|b|x|0|UNORDERED",
                $"mixed|6|false|{new string('y', 64)}|{new string('y', 63)}z|0|UNORDERED",
                "list|0|no bounds", "list|2|no bounds", "list|4|no bounds", "list|6|no bounds",
            ],
            Lines("page-index", folder["table.parquet"], ""));
    }

    [Fact]
    public void A_row_group_of_single_pages_has_no_page_index()
    {
        using var reader = new ParquetReader("small", new MemoryStream(WriteAndReadTests.OfEveryType(100).Write()));
        Assert.DoesNotContain(reader.RowGroups[0].Chunks, chunk => chunk.HasPageIndex);
        using var paged = new ParquetReader("paged", new MemoryStream(WriteAndReadTests.OfEveryType(100).Write(new ParquetOptions { PageRows = 60 })));
        Assert.All(paged.RowGroups[0].Chunks, chunk => Assert.True(chunk.HasPageIndex));
    }

    static List<string> Lines(string reader, string path, string kinds)
    {
        using var node = Process.Start(new ProcessStartInfo("node", ["other-readers.mjs", reader, path, kinds])
        {
            WorkingDirectory = Repository.PathOf("tests", "TrailLake.Tests", "Parquet"), // so that node finds the clone's node_modules
            RedirectStandardOutput = true,
        })!;
        var lines = new List<string>();
        while (node.StandardOutput.ReadLine() is { } line)
            lines.Add(line);
        node.WaitForExit();
        Assert.Equal(0, node.ExitCode);
        return lines;
    }
}
