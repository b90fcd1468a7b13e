using System.Text;
using TrailLake.DuckDb;
using TrailLake.Parquet;
using static TrailLake.Tests.Parquet.TestTable;

namespace TrailLake.Tests.Parquet;

/// <summary>What files say of themselves, as DuckDB and this library read it.</summary>
public sealed class FooterTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly DuckDbConnection _duck = DuckDbConnection.OpenInMemory(("threads", "1"));

    string Path => _folder["footer.parquet"];

    [Fact]
    public void The_schema_says_text_wall_clock_and_list_of_text()
    {
        File.WriteAllBytes(Path, WriteAndReadTests.OfEveryType(5).Write());
        var types = Rows("select column_name, column_type from (describe select * from read_parquet(?))");
        Assert.Equal(
            ["boolean|BOOLEAN", "small|INTEGER", "large|BIGINT", "number|DOUBLE", "name|VARCHAR", "id|VARCHAR", "bytes|BLOB", "at|TIMESTAMP", "all|VARCHAR", "none|VARCHAR", "list|VARCHAR[]"],
            types);
        Assert.Equal(
            ["at|INT64|NULL|TimestampType(isAdjustedToUTC=0, unit=TimeUnit(MILLIS=MilliSeconds(), MICROS=<null>, NANOS=<null>))"],
            Rows("select name, type, converted_type, logical_type from parquet_schema(?) where name = 'at'"));
        Assert.Equal(
            ["list|OPTIONAL|LIST", "list|REPEATED|NULL", "element|OPTIONAL|UTF8"],
            Rows("select name, repetition_type, converted_type from parquet_schema(?) where name in ('list', 'element')"));
    }

    [Fact]
    public void Row_groups_tell_their_rows_nulls_and_bounds()
    {
        var table = new TestTable(
            Integers("n", 5, null, 3, 40, -2, null),
            Texts("s", "b", "a", null, "é", "", null),
            (new ParquetColumn("d", ParquetType.Double), [0.0, 1.0, null, double.NaN, 1.0, 2.0]),
            (new ParquetColumn("b", ParquetType.Boolean), [true, null, true, false, true, null]));
        File.WriteAllBytes(Path, table.Write(new ParquetOptions { RowGroupRows = 3 }));
        Assert.Equal(
            ["0|n|3|3|5|1", "0|s|3|a|b|1", "0|d|3|-0.0|1.0|1", "0|b|3|true|true|1", "1|n|3|-2|40|1", "1|s|3||é|1", "1|d|3|NULL|NULL|0", "1|b|3|false|true|1"],
            Rows("select row_group_id, path_in_schema, num_values, stats_min_value, stats_max_value, stats_null_count from parquet_metadata(?)"));
        using var reader = ParquetReader.Open(Path);
        Assert.Equal([3, 3], reader.RowGroups.Select(group => group.Rows));
        Assert.Equal((-2, 40, 1), (reader.RowGroups[1].Chunks[0].LeastInt64, reader.RowGroups[1].Chunks[0].GreatestInt64, reader.RowGroups[1].Chunks[0].Nulls));
        Assert.Equal(("", "é"), (reader.RowGroups[1].Chunks[1].LeastText, reader.RowGroups[1].Chunks[1].GreatestText));
    }

    [Fact]
    public void Long_texts_are_cut_in_statistics_so_that_they_still_bound()
    {
        string[] texts = [new string('a', 63) + "é and more", new string('m', 100), new string('z', 64) + "é", new string('z', 70)];
        File.WriteAllBytes(Path, new TestTable(Texts("s", texts)).Write());
        using var reader = ParquetReader.Open(Path);
        var chunk = reader.RowGroups[0].Chunks[0];
        Assert.Equal(new string('a', 63), chunk.LeastText); // not half a character
        Assert.Equal(new string('z', 63) + "{", chunk.GreatestText);
        Assert.False(chunk.IsLeastExact || chunk.IsGreatestExact);
        foreach (var text in texts)
            Assert.Equal(1L, _duck.Scalar("select count(*) from read_parquet(?) where s = ?", Path, text));
        Assert.Equal(texts.Max(StringComparer.Ordinal), _duck.Scalar("select max(s) from read_parquet(?)", Path));
        Assert.Equal(texts.Min(StringComparer.Ordinal), _duck.Scalar("select min(s) from read_parquet(?)", Path));
    }

    [Fact]
    public void Row_groups_that_are_left_out_never_hold_what_is_asked_for()
    {
        var random = new Random(12);
        string[] texts = [.. Enumerable.Range(0, 40).Select(i => i % 3 == 0 ? new string('p', 60 + i % 8) + (i % 2 == 0 ? "é" : "z") + i : i % 3 == 1 ? new string('日', i) : $"{random.Next(1_000)}")];
        var values = Enumerable.Range(0, 400).Select(_ => random.Next(9) == 0 ? null : texts[random.Next(40)]).ToArray();
        var column = new ParquetColumn("s", ParquetType.Text) { HasBloomFilter = true };
        File.WriteAllBytes(Path, new TestTable((column, values)).Write(new ParquetOptions { RowGroupRows = 7 }));
        foreach (var text in texts)
        {
            string Count(Func<int, bool> isMeant) => $"{values.Count(value => value is not null && isMeant(string.CompareOrdinal(value, text)))}";
            Assert.Equal(
                [$"{Count(order => order == 0)}|{Count(order => order < 0)}|{Count(order => order > 0)}"],
                Rows("select (select count(*) from read_parquet($1) where s = $2), (select count(*) from read_parquet($1) where s < $2), (select count(*) from read_parquet($1) where s > $2)", text));
        }
    }

    [Fact]
    public void A_greatest_text_that_cannot_be_cut_and_raised_is_left_out()
    {
        File.WriteAllBytes(Path, new TestTable(Texts("s", "a", new string('é', 200))).Write(new ParquetOptions { PageRows = 1 }));
        using var reader = ParquetReader.Open(Path);
        Assert.Equal(("a", null), (reader.RowGroups[0].Chunks[0].LeastText, reader.RowGroups[0].Chunks[0].GreatestText));
        Assert.Equal(1L, _duck.Scalar("select count(*) from read_parquet(?) where s > 'b'", Path));
    }

    [Fact]
    public void Bloom_filters_deny_what_is_not_there()
    {
        const int Rows = 4_000;
        var column = new ParquetColumn("id", ParquetType.Text) { HasBloomFilter = true };
        File.WriteAllBytes(Path, new TestTable((column, [.. Enumerable.Range(0, Rows).Select(i => $"id-{i}")])).Write(new ParquetOptions { RowGroupRows = 1_000 }));
        Assert.Equal(["false", "true", "false", "false"], Probe("id-1999").Select((excludes, group) => group == 1 ? excludes == "false" ? "true" : "missed" : excludes == "true" ? "false" : "true"));
        using var reader = ParquetReader.Open(Path);
        var allowed = 0;
        for (var i = 0; i < Rows; i++)
        {
            Assert.True(reader.MayContain(i / 1_000, 0, Encoding.UTF8.GetBytes($"id-{i}")));
            allowed += reader.MayContain(0, 0, Encoding.UTF8.GetBytes($"other-{i}")) ? 1 : 0;
        }
        Assert.InRange(allowed, 0, Rows / 50);
    }

    [Fact]
    public void A_column_of_one_value_needs_no_bloom_filter()
    {
        var column = new ParquetColumn("id", ParquetType.Text) { HasBloomFilter = true };
        File.WriteAllBytes(Path, new TestTable((column, ["x", "x", null])).Write());
        using var reader = ParquetReader.Open(Path);
        Assert.False(reader.RowGroups[0].Chunks[0].HasBloomFilter);
        Assert.Equal(("x", "x"), (reader.RowGroups[0].Chunks[0].LeastText, reader.RowGroups[0].Chunks[0].GreatestText));
    }

    [Fact]
    public void The_footer_carries_key_values_the_writers_name_and_the_order_of_rows()
    {
        var options = new ParquetOptions { CreatedBy = "a test version 1.2.3", KeyValueMetadata = [new("traillake.schema", "7"), new("empty", "")], SortedBy = ["n"] };
        File.WriteAllBytes(Path, new TestTable(Texts("s", "x"), Integers("n", 1)).Write(options));
        Assert.Equal(["traillake.schema|7", "empty|"], Rows("select key::varchar, value::varchar from parquet_kv_metadata(?)"));
        Assert.Equal(["a test version 1.2.3|1|1"], Rows("select created_by, num_rows, num_row_groups from parquet_file_metadata(?)"));
        using var reader = ParquetReader.Open(Path);
        Assert.Equal(options.KeyValueMetadata, reader.KeyValueMetadata);
        Assert.Equal("a test version 1.2.3", reader.CreatedBy);
        Assert.StartsWith("traillake version 0.", new ParquetOptions().CreatedBy, StringComparison.Ordinal);
    }

    [Fact]
    public void Tiny_chunks_are_not_compressed_and_small_ones_not_by_Zstd_unless_only_letters_can_be_gained()
    {
        foreach (var (codec, name, ofSmall) in ((ParquetCodec, string, string)[])[(ParquetCodec.Zstd, "ZSTD", "SNAPPY"), (ParquetCodec.Snappy, "SNAPPY", "SNAPPY"), (ParquetCodec.Gzip, "GZIP", "GZIP")])
        {
            File.WriteAllBytes(Path, new TestTable(
                Texts("tiny", Enumerable.Repeat("x", 500)),
                Texts("small", Enumerable.Range(0, 500).Select(i => $"a value of some length {i % 100}")),
                Texts("long", Enumerable.Range(0, 500).Select(i => $"a value of some length {i}")),
                (new ParquetColumn("ids", ParquetType.Text) { NeverDictionary = true }, [.. Enumerable.Range(0, 500).Select(i => i < 150 ? $"{(uint)i * 2654435761:x8}" : null)])).Write(new ParquetOptions { Codec = codec }));
            Assert.Equal(["tiny|UNCOMPRESSED", $"small|{ofSmall}", $"long|{name}", $"ids|{name}"], Rows("select path_in_schema, compression from parquet_metadata(?)"));
        }
    }

    [Fact]
    public void Encodings_follow_the_values()
    {
        var table = new TestTable(
            Integers("times", Enumerable.Range(0, 100).Select(i => (long?)(1_700_000_000_000 + i * 1_000))),
            Texts("few", Enumerable.Range(0, 100).Select(i => $"value {i % 3}")),
            Texts("many", Enumerable.Range(0, 100).Select(i => $"value {i}")),
            (new ParquetColumn("flags", ParquetType.Boolean), [.. Enumerable.Range(0, 100).Select(i => (object?)(i % 3 == 0))]));
        File.WriteAllBytes(Path, table.Write());
        Assert.Equal(
            ["times|RLE, DELTA_BINARY_PACKED", "few|RLE, PLAIN, RLE_DICTIONARY", "many|RLE, DELTA_LENGTH_BYTE_ARRAY", "flags|RLE, PLAIN"],
            Rows("select path_in_schema, encodings from parquet_metadata(?)"));
        File.WriteAllBytes(Path, table.Write(new ParquetOptions { UsesDelta = false, PageRows = 30 }));
        Assert.Equal(
            ["times|RLE, PLAIN", "few|RLE, PLAIN, RLE_DICTIONARY", "many|RLE, PLAIN", "flags|RLE, PLAIN"],
            Rows("select path_in_schema, encodings from parquet_metadata(?)"));
        table.AssertDuckDb(Path);
        table.AssertOurs(Path);
    }

    [Fact]
    public void A_column_without_statistics_tells_only_its_nulls()
    {
        File.WriteAllBytes(Path, new TestTable((new ParquetColumn("json", ParquetType.Text) { HasStatistics = false }, ["{}", null, "[]"])).Write());
        Assert.Equal(["NULL|NULL|1"], Rows("select stats_min_value, stats_max_value, stats_null_count from parquet_metadata(?)"));
    }

    [Fact]
    public void A_small_files_footer_is_small()
    {
        var schema = new ParquetSchema(Enumerable.Range(0, 75).Select(i => new ParquetColumn($"column_number_{i}", ParquetType.Text)));
        var footer = new ParquetFooter(schema, new ParquetOptions());
        using var encoder = new RowGroupEncoder();
        encoder.Begin(footer, 10);
        for (var i = 0; i < 75; i++)
            encoder.WriteNulls();
        var data = encoder.End().Length;
        Assert.InRange(data, 1, 75 * 32);
        Assert.InRange(footer.Encode().Length, 1, 75 * 90);
    }

    List<string> Probe(string value) => Rows("select bloom_filter_excludes from parquet_bloom_probe(?, 'id', ?)", value);

    List<string> Rows(string sql, params object?[] more)
    {
        using var result = _duck.Query(sql, [Path, .. more]);
        var rows = new List<string>();
        while (result.ReadChunk())
        {
            for (var row = 0; row < result.RowCount; row++)
                rows.Add(string.Join('|', result.Columns.Select(column => column.GetText(row) ?? "NULL")));
        }
        return rows;
    }

    public void Dispose()
    {
        _duck.Dispose();
        _folder.Dispose();
    }
}
