using System.Text.Json;
using TrailLake.DuckDb;

namespace TrailLake.Athena;

/// <summary>A query's answer, kept on disk until it is written out, and read again through DuckDB: so a value looks the same whichever engine gave it.</summary>
/// <remarks>Athena gives every value as text; those of plain types are cast back, lists and structs stay as Athena spells them.</remarks>
sealed class AthenaAnswer : IDisposable
{
    readonly DuckDbConnection _duck = DuckDbConnection.OpenInMemory();
    readonly string _file = Path.GetTempFileName();
    IReadOnlyList<ColumnInfo> _columns = [];
    long _longestRow = 1 << 20;

    AthenaAnswer()
    {
    }

    /// <summary>Reads all pages of an answer.</summary>
    public static async Task<AthenaAnswer> ReadAsync(AthenaQueries queries, QueryExecution query, CancellationToken cancel)
    {
        var answer = new AthenaAnswer();
        try
        {
            await using var file = File.Create(answer._file);
            await foreach (var page in queries.ReadAsync(query, cancel))
            {
                if (answer._columns.Count == 0)
                    answer._columns = page.ResultSetMetadata?.ColumnInfo ?? [];
                foreach (var row in page.Rows ?? [])
                    answer.Append(file, row);
            }
        }
        catch
        {
            answer.Dispose();
            throw;
        }

        return answer;
    }

    /// <summary>False for statements that answer nothing, such as CREATE VIEW.</summary>
    public bool HasColumns => _columns.Count > 0;

    /// <summary>The query that gives the answer on <see cref="Query"/>.</summary>
    public string Sql
    {
        get
        {
            var values = _columns.Select((column, index) => $"cast(c{index} as {TypeOf(column)}) as \"{(column.Label ?? column.Name).Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
            var types = _columns.Select((_, index) => $"c{index}: 'varchar'");
            return $"select {string.Join(", ", values)} from read_json({DuckDbSql.Text(_file)}, format = 'newline_delimited', maximum_object_size = {_longestRow}, columns = {{{string.Join(", ", types)}}})";
        }
    }

    /// <summary>Runs SQL where the answer can be read.</summary>
    public DuckDbResult Query(string sql) => _duck.Query(sql);

    public void Dispose()
    {
        _duck.Dispose();
        File.Delete(_file);
    }

    void Append(Stream file, Row row)
    {
        var start = file.Position;
        using (var json = new Utf8JsonWriter(file))
        {
            json.WriteStartObject();
            for (var index = 0; index < (row.Data?.Count ?? 0); index++)
                json.WriteString($"c{index}", row.Data![index].VarCharValue);
            json.WriteEndObject();
        }

        file.WriteByte((byte)'\n');
        _longestRow = Math.Max(_longestRow, file.Position - start + 1);
    }

    static string TypeOf(ColumnInfo column) => column.Type switch
    {
        "boolean" or "tinyint" or "smallint" or "integer" or "bigint" or "float" or "double" or "date" or "timestamp" => column.Type,
        "real" => "float",
        "decimal" when column is { Precision: > 0 and <= 38 and var precision, Scale: >= 0 and var scale } => $"decimal({precision}, {scale})",
        _ => "varchar",
    };
}
