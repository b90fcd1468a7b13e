using TrailLake.DuckDb;
using TrailLake.Parquet;
using static TrailLake.Tests.Parquet.TestTable;

namespace TrailLake.Tests.Parquet;

/// <summary>What is written, this library and DuckDB read: the values that files go wrong with.</summary>
public sealed class WriteAndReadTests
{
    static readonly ParquetCodec[] AllCodecs = [ParquetCodec.None, ParquetCodec.Snappy, ParquetCodec.Gzip, ParquetCodec.Zstd];

    [Fact]
    public void An_empty_text_is_not_null_and_null_is_not_an_empty_text() =>
        new TestTable(Texts("a", "", null, "", "x", null)).AssertReadBack();

    [Fact]
    public void Lists_may_be_null_or_empty_and_hold_nulls_and_empty_texts() =>
        new TestTable(Lists("a", ["x"], null, [], [null], ["", null, "x", "y"], [null, null], [], null)).AssertReadBack();

    [Fact]
    public void A_column_of_empty_lists_is_not_a_column_of_nulls() =>
        new TestTable(Lists("a", [], [], []), Lists("b", null, null, null), Lists("c", [null], [null], [null])).AssertReadBack();

    [Fact]
    public void One_row_of_every_type_comes_back() => OfEveryType(1).AssertReadBack();

    [Fact]
    public void A_row_in_which_every_column_is_null_comes_back() => OfEveryType(3).AssertReadBack(new ParquetOptions { RowGroupRows = 1 });

    [Fact]
    public void A_file_without_rows_has_its_columns()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["empty.parquet"], OfEveryType(0).Write());
        OfEveryType(0).AssertOurs(folder["empty.parquet"]);
        OfEveryType(0).AssertDuckDb(folder["empty.parquet"]);
        using var reader = ParquetReader.Open(folder["empty.parquet"]);
        Assert.Equal(OfEveryType(0).Schema.Columns.Select(column => (column.Name, column.Type, column.IsList)), reader.Schema.Columns.Select(column => (column.Name, column.Type, column.IsList)));
    }

    [Fact]
    public void Files_of_other_schemas_and_codecs_are_read_one_after_another_in_one_workspace()
    {
        using var workspace = new ParquetWorkspace();
        TestTable[] tables = [new(Texts("a", "x", null)), new(Texts("b", "x", null)), new(Texts("a", "y")), new(Texts("a", "x"), Integers("b", 1)), OfEveryType(500), new(Lists("a", ["x"], null)), OfEveryType(3)];
        foreach (var (table, codec) in from table in tables from codec in AllCodecs select (table, codec))
        {
            var bytes = table.Write(new() { Codec = codec });
            using var reader = new ParquetReader("table", bytes.Length, (offset, target) => bytes.AsSpan((int)offset, target.Length).CopyTo(target), workspace);
            Assert.Equal(table.Spelled(), Spelled(reader));
        }
    }

    [Fact]
    public void Columns_that_a_workspace_was_not_told_of_are_passed_over()
    {
        using var workspace = new ParquetWorkspace(["b", "z"]);
        using var values = new ColumnValues();
        foreach (var table in (TestTable[])[new(Texts("a", "x", "y"), Texts("b", "1", null), Texts("c", "x", "y")), new(Texts("b", null, "2"), Texts("a", "x", "y"))])
        {
            var bytes = table.Write();
            using var reader = new ParquetReader("table", bytes.Length, (offset, target) => bytes.AsSpan((int)offset, target.Length).CopyTo(target), workspace);
            reader.Read(0, reader.Schema.IndexOf("b"), values);
            Assert.Equal(table.Schema.Columns.Length == 3 ? ["1", null] : [null, "2"], Enumerable.Range(0, 2).Select(values.Text));
            Assert.Contains("Column a", Assert.Throws<InvalidOperationException>(() => reader.Read(0, reader.Schema.IndexOf("a"), values)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_type_comes_back_through_every_codec()
    {
        foreach (var codec in AllCodecs)
            OfEveryType(777).AssertReadBack(new ParquetOptions { Codec = codec });
    }

    [Fact]
    public void Every_type_comes_back_from_row_groups_and_pages_of_every_small_size()
    {
        foreach (var (groupRows, pageRows) in ((int, int)[])[(1, 1), (7, 3), (8, 8), (9, 4), (64, 1), (65, 33), (500, 7), (500, 64)])
            OfEveryType(110).AssertReadBack(new ParquetOptions { RowGroupRows = groupRows, PageRows = pageRows });
    }

    [Fact]
    public void Pages_end_by_their_bytes_too()
    {
        var table = new TestTable(
            (new ParquetColumn("long", ParquetType.Text) { NeverDictionary = true }, [.. Enumerable.Range(0, 300).Select(i => i % 3 == 0 ? null : new string((char)('a' + i % 26), i * 7))]),
            Lists("lists", Enumerable.Range(0, 300).Select(i => i % 5 == 0 ? null : Enumerable.Range(0, i % 7).Select(j => (string?)$"{i} {j} {new string('x', i)}").ToArray())));
        table.AssertReadBack(new ParquetOptions { PageBytes = 5_000 });
    }

    [Fact]
    public void A_dictionary_that_grows_over_its_limit_gives_way_to_the_values()
    {
        var texts = Enumerable.Range(0, 3_000).Select(i => (string?)$"a value of some length, number {i % 1_000}").ToArray();
        foreach (var (limit, hasDictionary) in ((int, bool)[])[(1 << 20, true), (10_000, false)])
        {
            new TestTable(Texts("a", texts)).AssertReadBack(new ParquetOptions { DictionaryBytes = limit });
            using var reader = new ParquetReader("limit", new MemoryStream(new TestTable(Texts("a", texts)).Write(new ParquetOptions { DictionaryBytes = limit })));
            Assert.Equal(hasDictionary, reader.RowGroups[0].Chunks[0].HasDictionary);
        }
    }

    [Fact]
    public void Values_of_ten_megabytes_come_back()
    {
        var large = string.Create(10 << 20, 7, static (letters, seed) =>
        {
            var random = new Random(seed);
            for (var i = 0; i < letters.Length; i++)
                letters[i] = (char)('a' + random.Next(26));
        });
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["large.parquet"], new TestTable(Texts("a", "before", large, null, "after"), Lists("b", ["x", large], null, ["y"], [])).Write());
        using var reader = ParquetReader.Open(folder["large.parquet"]);
        using var values = new ColumnValues();
        reader.Read(0, 0, values);
        Assert.True(values.Text(1) == large);
        Assert.Equal(("before", null, "after"), (values.Text(0), values.Text(2), values.Text(3)));
        reader.Read(0, 1, values);
        Assert.True(values.TextList(0) is ["x", { } element] && element == large);
        using var duck = DuckDbConnection.OpenInMemory();
        Assert.Equal(1L, duck.Scalar("select count(*) from read_parquet($1) where a = $2 and b is null", folder["large.parquet"], large));
        Assert.Equal(1L, duck.Scalar("select count(*) from read_parquet($1) where a = 'before' and b = ['x', $2]", folder["large.parquet"], large));
    }

    [Fact]
    public void A_column_is_read_without_the_others()
    {
        var file = OfEveryType(5_000).Write();
        var reads = new List<(long Offset, int Count)>();
        using var reader = new ParquetReader("watched", file.Length, (offset, target) =>
        {
            reads.Add((offset, target.Length));
            file.AsSpan((int)offset, target.Length).CopyTo(target);
        });
        Assert.True(Assert.Single(reads).Count <= 16 << 10); // the footer
        using var values = new ColumnValues();
        reader.Read(0, reader.Schema.IndexOf("name"), values);
        Assert.Equal(reader.RowGroups[0].Chunks[reader.Schema.IndexOf("name")].CompressedBytes, reads[1].Count);
        Assert.Equal(2, reads.Count);
    }

    [Fact]
    public void A_file_that_shrinks_while_it_is_read_is_an_error_of_the_file()
    {
        using var shrunk = new MemoryStream();
        shrunk.Write(OfEveryType(5_000).Write());
        using var reader = new ParquetReader("shrunk", shrunk, leaveOpen: true);
        shrunk.SetLength(100);
        using var values = new ColumnValues();
        Assert.Contains("shrunk, column id in row group 0: expected", Assert.Throws<ParquetException>(() => reader.Read(0, 5, values)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Integers_at_the_ends_of_their_range_come_back()
    {
        long?[] edges = [long.MinValue, long.MaxValue, 0, null, -1, 1, long.MaxValue, long.MinValue, int.MinValue, int.MaxValue];
        object?[] small = [(long)int.MinValue, (long)int.MaxValue, 0L, null, -1L, 1L, (long)int.MaxValue, (long)int.MinValue, 5L, null];
        foreach (var repeat in (int[])[1, 2, 13, 14, 40])
        {
            new TestTable(
                Integers("a", Enumerable.Repeat(edges, repeat).SelectMany(values => values)),
                (new ParquetColumn("b", ParquetType.Int32), [.. Enumerable.Repeat(small, repeat).SelectMany(values => values)])).AssertReadBack();
        }
    }

    [Fact]
    public void Doubles_of_every_kind_come_back()
    {
        object?[] odd = [0.0, -0.0, double.Epsilon, double.MaxValue, double.MinValue, double.PositiveInfinity, double.NegativeInfinity, double.NaN, null, 1.5];
        new TestTable((new ParquetColumn("a", ParquetType.Double), odd)).AssertReadBack();
    }

    [Fact]
    public void Text_beyond_ascii_comes_back() =>
        new TestTable(Texts("a", "é", "日本語", "🙂 and \0 and \t", "\u2028", null, new string('ü', 100), "\uFEFFx")).AssertReadBack();

    [Fact]
    public void A_million_rows_come_back_value_by_value()
    {
        const int Rows = 1_000_000;
        using var folder = new TempFolder();
        var schema = new ParquetSchema(
            new ParquetColumn("n", ParquetType.Int64),
            new ParquetColumn("id", ParquetType.Text) { NeverDictionary = true, HasBloomFilter = true },
            new ParquetColumn("name", ParquetType.Text));
        using (var writer = new ParquetWriter(File.Create(folder["million.parquet"]), schema))
        {
            Span<byte> id = stackalloc byte[16];
            for (var row = 0; row < Rows; row++)
            {
                writer[0].Append(row * 1_000L);
                System.Text.Unicode.Utf8.TryWrite(id, $"id-{row}", out var length);
                writer[1].Append(id[..length]);
                if (row % 7 != 0)
                {
                    System.Text.Unicode.Utf8.TryWrite(id, $"name {row % 1_000}", out length);
                    writer[2].Append(id[..length]);
                }
                writer.EndRow();
            }
            writer.Complete();
        }
        using var duck = DuckDbConnection.OpenInMemory();
        const string Wrong = """
            select count(*) filter (where n is distinct from file_row_number * 1000
                or id is distinct from 'id-' || file_row_number
                or name is distinct from case when file_row_number % 7 <> 0 then 'name ' || file_row_number % 1000 end), count(*)
            from read_parquet(?, file_row_number = true)
            """;
        using (var result = duck.Query(Wrong, folder["million.parquet"]))
            Assert.Equal([0L, (long)Rows], result.Rows().Single());
        AssertMillion(folder["million.parquet"]);
    }

    static void AssertMillion(string path)
    {
        using var reader = ParquetReader.Open(path);
        using var values = new ColumnValues();
        var row = 0L;
        for (var group = 0; group < reader.RowGroups.Length; group++)
        {
            reader.Read(group, 0, values);
            foreach (var number in values.Int64s)
                Assert.True(number == row++ * 1_000, $"row {row - 1}: {number}");
            Assert.DoesNotContain((byte)0, values.Present.ToArray());
            reader.Read(group, 2, values);
            Assert.Equal((row - values.Rows + 6) / 7 * 7 - (row - values.Rows), values.Present.IndexOf((byte)0));
        }
        Assert.Equal(1_000_000, row);
    }

    /// <summary>A table with a column of every type; row 2 is null throughout.</summary>
    internal static TestTable OfEveryType(int rows)
    {
        var random = new Random(20241105);
        object?[] Values(Func<int, object?> value) => [.. Enumerable.Range(0, rows).Select(i => i == 2 || random.Next(6) == 0 ? null : value(i))];
        return new TestTable(
            (new ParquetColumn("boolean", ParquetType.Boolean), Values(_ => random.Next(2) == 0)),
            (new ParquetColumn("small", ParquetType.Int32), Values(i => (long)random.Next(-5, i + 5))),
            (new ParquetColumn("large", ParquetType.Int64), Values(_ => random.NextInt64(long.MinValue, long.MaxValue))),
            (new ParquetColumn("number", ParquetType.Double), Values(_ => random.NextDouble() - 0.5)),
            (new ParquetColumn("name", ParquetType.Text), Values(_ => $"name {random.Next(20)}")),
            (new ParquetColumn("id", ParquetType.Text) { NeverDictionary = true, HasBloomFilter = true }, Values(i => $"{random.NextInt64():x16}-{i}")),
            (new ParquetColumn("bytes", ParquetType.Binary), Values(_ => new byte[] { (byte)random.Next(256), 0, 255 })),
            (new ParquetColumn("at", ParquetType.TimestampMillis), Values(i => 1_700_000_000_000 + 1_000L * i)),
            (new ParquetColumn("all", ParquetType.Text), Values(_ => "the same")),
            (new ParquetColumn("none", ParquetType.Text), new object?[rows]),
            (new ParquetColumn("list", ParquetType.Text, isList: true), Values(_ => Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(4) == 0 ? null : $"e{random.Next(9)}").ToArray())));
    }
}
