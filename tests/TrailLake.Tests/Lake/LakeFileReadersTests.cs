using TrailLake.CloudTrail;
using TrailLake.DuckDb;
using TrailLake.Parquet;
using TrailLake.Tests.Parquet;

namespace TrailLake.Tests.Lake;

/// <summary>The lake's own files, as other people's readers see them.</summary>
public sealed class LakeFileReadersTests(SampleLake lake)
{
    [Theory]
    [InlineData("hyparquet")]
    [InlineData("parquet-wasm")]
    public void Another_reader_sees_in_a_lake_file_what_DuckDB_sees(string reader)
    {
        using var duck = DuckDbConnection.OpenInMemory();
        foreach (var table in Enum.GetValues<LakeTable>())
        {
            var files = Directory.GetFiles(Path.Combine(lake.Location, $"{table}".ToLowerInvariant()), "*.parquet", SearchOption.AllDirectories);
            var path = files.OrderByDescending(file => new FileInfo(file).Length).First();
            using var file = ParquetReader.Open(path);
            List<Column> columns = [.. Columns.Of(table).Where(column => file.Schema.IndexOf(column.Name) >= 0)]; // rare ones may be left out
            Assert.Equal(file.Schema.Columns.Length, columns.Count);
            var kinds = string.Concat(columns.Select(column => Kind(column.Type)));
            var sql = $"select {string.Join(" || '\t' || ", columns.Select(Spelling))} from read_parquet({DuckDbSql.Text(path)})";
            using var result = duck.Query(sql);
            var rows = result.Rows().Select(row => (string)row[0]!).ToList();
            Assert.NotEmpty(rows);
            Assert.Equal(rows, OtherReadersTests.Lines(reader, path, kinds));
        }
    }

    static char Kind(ColumnType type) => type switch
    {
        ColumnType.Boolean or ColumnType.BooleanText => 'b',
        ColumnType.Timestamp => 'm',
        ColumnType.Int64 => 'l',
        ColumnType.TextList => 'L',
        _ => 't',
    };

    static string Spelling(Column column) => $"coalesce({(column.Type switch
    {
        ColumnType.Timestamp => $"cast(epoch_ms({column.Name}) as varchar)",
        ColumnType.Boolean or ColumnType.BooleanText or ColumnType.Int64 => $"cast({column.Name} as varchar)",
        ColumnType.TextList => $"'[' || array_to_string(list_transform({column.Name}, lambda x: 't' || lower(hex(x))), ',') || ']'",
        _ => $"'t' || lower(hex({column.Name}))",
    })}, 'null')";
}
