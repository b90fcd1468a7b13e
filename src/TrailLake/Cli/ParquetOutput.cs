using TrailLake.DuckDb;
using TrailLake.Sql;

namespace TrailLake.Cli;

/// <summary>Writes an answer as a Parquet file, through DuckDB's COPY, which never has it whole in memory either.</summary>
static class ParquetOutput
{
    /// <summary>Runs the SQL and writes the last statement's answer.</summary>
    /// <returns>How many rows were written.</returns>
    /// <param name="query">Runs a statement.</param>
    /// <param name="sql">The SQL.</param>
    /// <param name="path">The file.</param>
    public static long Write(Func<string, DuckDbResult> query, string sql, string path)
    {
        var statements = SqlText.Statements(sql);
        if (statements.Count == 0)
            throw new UsageException("query: expected SQL, found only comments.");

        foreach (var statement in statements[..^1])
        {
            using var passing = query(statement);
            passing.ReadToEnd();
        }

        OutputTarget.RequireFile(path);
        var partial = OutputTarget.PartialOf(path);
        try
        {
            // A comment at the end of the statement must not swallow the bracket.
            using var written = query($"copy ({statements[^1]}\n) to {DuckDbSql.Text(partial)} (format parquet, compression zstd)");
            var rows = written.ReadChunk() ? written.Columns[0].GetInt64(0) : 0;
            OutputTarget.Publish(partial, path);
            return rows;
        }
        catch (DuckDbException e) when (e.Message.StartsWith("Parser Error", StringComparison.Ordinal))
        {
            throw NoQuery(sql, statements[^1]);
        }
        catch (DuckDbException e) when (e.Message.Contains(partial, StringComparison.Ordinal))
        {
            throw new IOException($"{path}: cannot write it: {e.Message.Replace(partial, path, StringComparison.Ordinal)}. Grant the permission, free some space, or name another place.", e);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    // COPY takes queries alone, and shows a mistake in one amid words that nobody typed.
    static UsageException NoQuery(string sql, string last)
    {
        using var duck = DuckDbConnection.OpenInMemory();
        duck.Parse(sql);
        return new($"--format parquet: expected a query at the end, found {last}; name another format for its answer.");
    }
}
