using TrailLake.DuckDb;

namespace TrailLake.Bench.Measuring;

/// <summary>What the Parquet files of a folder weigh.</summary>
/// <param name="Files">How many.</param>
/// <param name="Bytes">All of them.</param>
/// <param name="SharedBytes">Less the pages of the columns that plain DuckDB does not write: what may be compared. Footers, page indexes and bloom filters stay in.</param>
sealed record ParquetSize(long Files, long Bytes, long SharedBytes)
{
    public static ParquetSize Of(string folder)
    {
        var files = Directory.GetFiles(folder, "*.parquet", SearchOption.AllDirectories);
        var bytes = files.Sum(file => new FileInfo(file).Length);
        using var duck = DuckDbConnection.OpenInMemory();
        var shared = string.Join(", ", DuckDbTrail.Columns.Select(column => DuckDbSql.Text(column.Name)));
        var rest = duck.Scalar($"select coalesce(sum(total_compressed_size), 0)::bigint from parquet_metadata({DuckDbSql.Text(folder + "/**/*.parquet")}) where split_part(path_in_schema, ', ', 1) not in ({shared})");
        return new(files.Length, bytes, bytes - (long)rest!);
    }
}
