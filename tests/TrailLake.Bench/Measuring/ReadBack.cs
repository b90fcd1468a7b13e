using TrailLake.DuckDb;

namespace TrailLake.Bench.Measuring;

/// <summary>Reads Parquet back with DuckDB and holds it to the truth; and holds two lakes to each other, column by column.</summary>
static class ReadBack
{
    const string Null = "cast(null as varchar)";

    /// <summary>Throws unless the files hold every event of the truth, and each once: counts and checksums of columns, and of rows.</summary>
    public static void Judge(string files, Truth truth)
    {
        var found = Sum(files).ToTruth(truth.Parameters, truth.Files, truth.JsonBytes, truth.GzipBytes);
        var wrong = Truth.Names.Where(name => found.Columns[name] != truth.Columns[name])
            .Select(name => $"{name}: expected {truth.Columns[name].Count} values with checksum {truth.Columns[name].Sum:x16}, found {found.Columns[name].Count} with {found.Columns[name].Sum:x16}").ToList();
        if (found.Events != truth.Events)
            wrong.Insert(0, $"expected {truth.Events} events, found {found.Events}");
        if (found.Partitions != truth.Partitions)
            wrong.Add($"expected {truth.Partitions} partitions, found {found.Partitions}");
        if (wrong.Count == 0 && found.Rows != truth.Rows)
            wrong.Add("every column is right by itself, but not the rows: values have changed places");
        if (wrong.Count > 0)
            throw new BenchException($"{files}: WRONG.\n  {string.Join("\n  ", wrong)}");
    }

    static TruthSums Sum(string files)
    {
        using var duck = DuckDbConnection.OpenInMemory();
        var columns = string.Join(", ", Truth.Names.Select(name => name == "event_time" ? "strftime(event_time, '%Y-%m-%dT%H:%M:%SZ')" : name));
        using var result = duck.Query($"select {columns}, split_part(event_source, '.', 1), event_time, aws_region from read_parquet({DuckDbSql.Text(files)}, hive_partitioning = false, union_by_name = true)");
        var sums = new TruthSums();
        while (result.ReadChunk())
        {
            for (var row = 0; row < result.RowCount; row++)
            {
                for (var column = 0; column < Truth.Names.Length; column++)
                {
                    if (!result.Columns[column].IsNull(row))
                        sums.Add(column, result.Columns[column].GetBytes(row));
                }
                sums.EndRow(result.Columns[^3].GetText(row)!, result.Columns[^2].GetDateTime(row), result.Columns[^1].GetText(row)!);
            }
        }
        return sums;
    }

    /// <summary>Throws unless every column that plain DuckDB also makes has the same values: two flattenings that share no code.</summary>
    public static void Compare(string ours, string theirs)
    {
        using var duck = DuckDbConnection.OpenInMemory();
        var (mine, other) = (Row(ours), Row(theirs));
        var wrong = DuckDbTrail.Columns.Where((_, index) => !Equals(mine[2 * index], other[2 * index]) || !Equals(mine[2 * index + 1], other[2 * index + 1]))
            .Select(column => column.Name).ToList();
        if (wrong.Count > 0)
            throw new BenchException($"{ours}: WRONG: not the values that DuckDB's own flattening in {theirs} has, in: {string.Join(", ", wrong)}");

        // A column that no file has is NULL in every row.
        object?[] Row(string files)
        {
            var table = $"read_parquet({DuckDbSql.Text(files)}, hive_partitioning = false, union_by_name = true)";
            using var described = duck.Query($"describe select * from {table}");
            var names = described.Rows().Select(row => (string)row[0]!).ToHashSet();
            var sums = DuckDbTrail.Columns.Select(column => names.Contains(column.Name) ? (Name: column.Name, Hashed: As(column)) : (Name: Null, Hashed: Null))
                .Select(column => $"count({column.Name}), sum(hash({column.Hashed})::hugeint)::varchar");
            using var result = duck.Query($"select {string.Join(", ", sums)} from {table}");
            return result.Rows().Single();
        }
    }

    static string As(CloudTrail.Column column) => column.Type == CloudTrail.ColumnType.Timestamp ? $"cast({column.Name} as timestamp)" : column.Name;
}
