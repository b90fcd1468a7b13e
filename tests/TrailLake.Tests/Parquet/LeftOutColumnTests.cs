using TrailLake.DuckDb;
using TrailLake.Parquet;

namespace TrailLake.Tests.Parquet;

/// <summary>Columns that a small file does not have because no row of it has a value there.</summary>
public sealed class LeftOutColumnTests : IDisposable
{
    static readonly ParquetSchema Schema = new(
        new ParquetColumn("rare", ParquetType.Text) { IsLeftOutWhereNull = true },
        new ParquetColumn("time", ParquetType.Int64),
        new ParquetColumn("rare_list", ParquetType.Text, isList: true) { IsLeftOutWhereNull = true },
        new ParquetColumn("usual", ParquetType.Text),
        new ParquetColumn("rare_flag", ParquetType.Boolean) { IsLeftOutWhereNull = true });

    readonly TempFolder _folder = new();
    readonly RowGroupEncoder _encoder = new();

    public void Dispose()
    {
        _encoder.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("time,usual")]
    [InlineData("rare,time,usual")]
    [InlineData("time,rare_list,usual,rare_flag")]
    [InlineData("rare,time,rare_list,usual,rare_flag")]
    public void A_file_of_one_row_group_has_the_columns_with_values_and_the_usual_ones(string columns)
    {
        var has = columns.Split(',');
        Encode(new ParquetFooter(Schema, new ParquetOptions { SortedBy = ["time"] }), isWholeFile: true, has);
        var path = Written(_encoder.EndFile());
        using (var reader = ParquetReader.Open(path))
        {
            Assert.Equal(has, reader.Schema.Columns.Select(column => column.Name));
            using var values = new ColumnValues();
            for (var column = 0; column < has.Length; column++)
                reader.Read(0, column, values);
            reader.Read(0, reader.Schema.IndexOf("time"), values);
            Assert.Equal([7, 8], values.Int64s.ToArray());
        }
        using var duck = DuckDbConnection.OpenInMemory();
        Assert.Equal(has, Column(duck, $"select column_name from (describe select * from '{path}')"));
        Assert.Equal(["7", "8"], Column(duck, $"select time from '{path}'"));
        // With a schema it reads as if the column were there.
        var all = string.Join(", ", Schema.Columns.Select(column => $"'{column.Name}': {{name: '{column.Name}', type: '{(column.IsList ? "varchar[]" : column.Type == ParquetType.Boolean ? "boolean" : column.Type == ParquetType.Int64 ? "bigint" : "varchar")}', default_value: null}}"));
        Assert.Equal([$"2 {(has.Contains("rare") ? 2 : 0)}"], Column(duck, $"select concat_ws(' ', count(*), count(rare)) from read_parquet('{path}', schema = map {{{all}}})"));
        Assert.Equal(["time"], OtherReadersTests.Lines("sorting", path, ""));
        var kinds = string.Concat(has.Select(name => Schema.Columns[Schema.IndexOf(name)] is { IsList: true } ? 'L' : name == "time" ? 'l' : name == "rare_flag" ? 'b' : 't'));
        Assert.Equal(OtherReadersTests.Lines("hyparquet", path, kinds), OtherReadersTests.Lines("parquet-wasm", path, kinds));
    }

    [Fact]
    public void A_file_of_several_row_groups_has_every_column()
    {
        var footer = new ParquetFooter(Schema, new ParquetOptions());
        using var file = new MemoryStream();
        for (var group = 0; group < 2; group++)
        {
            Encode(footer, isWholeFile: false, ["time", "usual"]);
            file.Write(_encoder.End());
        }
        file.Write(footer.Encode());
        using var reader = new ParquetReader("two", file);
        Assert.Equal(Schema.Columns.Select(column => column.Name), reader.Schema.Columns.Select(column => column.Name));
    }

    [Fact]
    public void No_file_is_without_any_column()
    {
        _encoder.Begin(new ParquetFooter(new ParquetSchema(new ParquetColumn("a", ParquetType.Text) { IsLeftOutWhereNull = true }, new ParquetColumn("b", ParquetType.Text) { IsLeftOutWhereNull = true }), new ParquetOptions()), 3, isWholeFile: true);
        _encoder.WriteNulls();
        _encoder.WriteNulls();
        using var reader = new ParquetReader("nulls", new MemoryStream(_encoder.EndFile().ToArray()));
        Assert.Equal((3, "b"), (reader.Rows, Assert.Single(reader.Schema.Columns).Name));
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Assert.Contains("found time, which may be left out", Assert.Throws<ParquetException>(() =>
            new ParquetFooter(new ParquetSchema(new ParquetColumn("time", ParquetType.Int64) { IsLeftOutWhereNull = true }), new ParquetOptions { SortedBy = ["time"] })).Message, StringComparison.Ordinal);
        var footer = new ParquetFooter(Schema, new ParquetOptions());
        Encode(footer, isWholeFile: true, ["time", "usual"]);
        Assert.Contains("Expected EndFile", Assert.Throws<InvalidOperationException>(() => _encoder.End()).Message, StringComparison.Ordinal);
        Encode(footer, isWholeFile: false, ["time", "usual"]);
        _encoder.End();
        Assert.Contains("found 1", Assert.Throws<InvalidOperationException>(() => _encoder.Begin(footer, 2, isWholeFile: true)).Message, StringComparison.Ordinal);
    }

    void Encode(ParquetFooter footer, bool isWholeFile, string[] has)
    {
        using var text = new PinnedTexts("x");
        _encoder.Begin(footer, 2, isWholeFile);
        foreach (var column in Schema.Columns)
        {
            if (!has.Contains(column.Name))
                _encoder.WriteNulls();
            else if (column.IsList)
                _encoder.WriteTextList(text.All, [1, -1], [0]);
            else if (column.Type == ParquetType.Int64)
                _encoder.WriteInt64([7, 8], []);
            else if (column.Type == ParquetType.Boolean)
                _encoder.WriteBooleans([1, 255]);
            else
                _encoder.WriteText(text.All, [0, 0]);
        }
    }

    string Written(ReadOnlySpan<byte> file)
    {
        var path = _folder["file.parquet"];
        File.WriteAllBytes(path, file.ToArray());
        return path;
    }

    static IEnumerable<string?> Column(DuckDbConnection duck, string sql)
    {
        using var result = duck.Query(sql);
        return [.. result.Rows().Select(row => $"{row[0]}")];
    }
}
