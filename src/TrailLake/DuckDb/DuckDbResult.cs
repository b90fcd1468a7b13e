using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace TrailLake.DuckDb;

/// <summary>A result as it streams out of DuckDB, a chunk of up to 2,048 rows at a time; one chunk is in memory.</summary>
/// <example><code>
/// while (result.ReadChunk())
///     for (var row = 0; row &lt; result.RowCount; row++)
///         Console.WriteLine(result.Columns[0].GetText(row));
/// </code></example>
public sealed class DuckDbResult : IDisposable
{
    DuckDbNative.Result _result;
    nint _prepared;
    nint _chunk;
    bool _isAhead;
    bool _isDisposed;

    internal DuckDbResult(DuckDbNative.Result result, nint prepared)
    {
        (_result, _prepared) = (result, prepared);
        HasRows = DuckDbNative.ResultReturnType(result) == QueryResult;
        Columns = [.. Enumerable.Range(0, (int)DuckDbNative.ColumnCount(ref _result)).Select(ColumnAt)];
    }

    const int QueryResult = 3; // duckdb_result_type: rows came, against a count of changed ones or nothing at all

    /// <summary>False for statements that answer nothing (CREATE, SET) or only how many rows they changed (COPY, INSERT).</summary>
    public bool HasRows { get; }

    /// <summary>The columns, also where no row comes.</summary>
    public ImmutableArray<DuckDbColumn> Columns { get; }

    /// <summary>Rows of the chunk that was read last.</summary>
    public int RowCount { get; private set; }

    /// <summary>Rows of this chunk and those before.</summary>
    public long RowsRead { get; private set; }

    /// <summary>Reads the next chunk into the columns; what the last one gave out is gone. False at the end.</summary>
    /// <exception cref="DuckDbException">A row that was not computed until now has an error in it.</exception>
    public bool ReadChunk()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_isAhead)
        {
            _isAhead = false;
            return RowCount > 0;
        }
        FreeChunk();
        do
        {
            if (_chunk != 0)
                DuckDbNative.DestroyChunk(ref _chunk);
            _chunk = DuckDbNative.FetchChunk(_result);
            if (_chunk == 0)
                return AtEnd();
            RowCount = (int)DuckDbNative.ChunkSize(_chunk);
        }
        while (RowCount == 0);

        RowsRead += RowCount;
        for (var column = 0; column < Columns.Length; column++)
            Columns[column].Bind(DuckDbNative.ChunkVector(_chunk, (ulong)column), RowCount);
        return true;
    }

    /// <summary>Reads what remains and drops it: a streaming result does its work while it is read.</summary>
    internal void ReadToEnd()
    {
        while (ReadChunk())
        {
        }
    }

    /// <summary>Computes the first chunk now, which the first <see cref="ReadChunk"/> then gives: what goes wrong until there goes wrong here.</summary>
    /// <exception cref="DuckDbException">A row of it has an error in it.</exception>
    internal void ReadAhead()
    {
        ReadChunk();
        _isAhead = true;
    }

    /// <summary>All remaining rows as objects (see <see cref="DuckDbColumn.GetValue"/>): for small results.</summary>
    public IEnumerable<object?[]> Rows()
    {
        while (ReadChunk())
        {
            for (var row = 0; row < RowCount; row++)
                yield return [.. Columns.Select(column => column.GetValue(row))];
        }
    }

    DuckDbColumn ColumnAt(int index) => new(
        Marshal.PtrToStringUTF8(DuckDbNative.ColumnName(ref _result, (ulong)index)) ?? "",
        DuckDbType.Take(DuckDbNative.ColumnLogicalType(ref _result, (ulong)index)));

    bool AtEnd()
    {
        RowCount = 0;
        return Marshal.PtrToStringUTF8(DuckDbNative.ResultError(ref _result)) is { Length: > 0 } error ? throw new DuckDbException(error) : false;
    }

    void FreeChunk()
    {
        foreach (var column in Columns)
            column.Unbind();
        if (_chunk != 0)
            DuckDbNative.DestroyChunk(ref _chunk);
    }

    /// <summary>Frees the result; a query that still runs ends.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        FreeChunk();
        DuckDbNative.DestroyResult(ref _result);
        DuckDbNative.DestroyPrepare(ref _prepared);
    }
}
