using System.Runtime.InteropServices;
using System.Text;

namespace TrailLake.DuckDb;

/// <summary>A DuckDB database in memory and a connection to it. One thread at a time, but for <see cref="Interrupt"/> and <see cref="Progress"/>.</summary>
/// <example><code>
/// using var duck = DuckDbConnection.OpenInMemory();
/// var events = duck.Scalar("select count(*) from read_parquet(?)", "lake/events/**/*.parquet");
/// </code></example>
public sealed class DuckDbConnection : IDisposable
{
    nint _database;
    nint _connection;

    DuckDbConnection(nint database, nint connection) => (_database, _connection) = (database, connection);

    /// <summary>DuckDB's version, such as v1.5.6.</summary>
    public static string Version
    {
        get
        {
            DuckDbLibrary.Load();
            return Marshal.PtrToStringUTF8(DuckDbNative.LibraryVersion()) ?? "";
        }
    }

    /// <summary>Opens an empty database in memory.</summary>
    /// <param name="settings">DuckDB's settings by name, such as <c>("threads", "2")</c>.</param>
    /// <exception cref="DuckDbException">There is no libduckdb, or DuckDB refuses a setting, which its message names.</exception>
    public static DuckDbConnection OpenInMemory(params ReadOnlySpan<(string Name, string Value)> settings)
    {
        DuckDbLibrary.Load();
        if (DuckDbNative.Open(null, out var database, 0, out var error) != DuckDbNative.Success)
            throw new DuckDbException(DuckDbNative.TakeText(error));

        if (DuckDbNative.Connect(database, out var connection) != DuckDbNative.Success)
        {
            DuckDbNative.Close(ref database);
            throw new DuckDbException("DuckDB: the database opened, but gave no connection.");
        }

        var opened = new DuckDbConnection(database, connection);
        try
        {
            // Not through duckdb_config: at that time ICU is not loaded, and TimeZone is ICU's.
            foreach (var (name, value) in settings)
                opened.Execute($"set {DuckDbSql.Name(name)} = {DuckDbSql.Text(value)}");
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Runs statements for what they do; rows that they answer are read and dropped.</summary>
    /// <param name="sql">One or more statements, joined by semicolons.</param>
    /// <param name="parameters">See <see cref="Query"/>.</param>
    public void Execute(string sql, params ReadOnlySpan<object?> parameters)
    {
        using var result = Query(sql, parameters);
        result.ReadToEnd();
    }

    /// <summary>Runs statements and gives the result of the last one, streaming. Read it, and dispose of it, before the next call.</summary>
    /// <param name="sql">One or more statements, joined by semicolons.</param>
    /// <param name="parameters">Values for the last statement's <c>?</c> or <c>$1</c>: null, bool, integers, double, string, byte[], DateOnly, DateTime (as UTC).</param>
    /// <exception cref="DuckDbException">DuckDB's message, with the line and a caret under the place.</exception>
    public DuckDbResult Query(string sql, params ReadOnlySpan<object?> parameters) => Query(sql, null, parameters);

    /// <summary>The same, with a step between the preparing of a statement and its run, for which DuckDB plans a query over files anew.</summary>
    internal DuckDbResult Query(string sql, Action? isPrepared, ReadOnlySpan<object?> parameters)
    {
        ObjectDisposedException.ThrowIf(_connection == 0, this);
        // A C string ends at its first NUL: what follows would silently not be run.
        if (sql.Contains('\0', StringComparison.Ordinal))
            throw new DuckDbException("SQL: expected text, found a NUL character in it; write chr(0), or pass the text as a parameter.");

        var count = Extract(sql, out var statements);
        try
        {
            for (var index = 0UL; index < count - 1; index++)
            {
                using var passing = Run(statements, index, isPrepared, default);
                passing.ReadToEnd();
            }

            return Run(statements, count - 1, isPrepared, parameters);
        }
        finally
        {
            DuckDbNative.DestroyExtracted(ref statements);
        }
    }

    /// <summary>Throws where SQL is none, by its grammar alone; nothing is run.</summary>
    /// <exception cref="DuckDbException">DuckDB's message, with the line and a caret under the place.</exception>
    internal void Parse(string sql)
    {
        Extract(sql, out var statements);
        DuckDbNative.DestroyExtracted(ref statements);
    }

    /// <summary>The first column of the first row, as <see cref="DuckDbColumn.GetValue"/> gives it; null where there is no row.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<object?> parameters)
    {
        using var result = Query(sql, parameters);
        return result.ReadChunk() ? result.Columns[0].GetValue(0) : null;
    }

    /// <summary>Begins to fill a table.</summary>
    /// <exception cref="DuckDbException">There is no such table.</exception>
    public DuckDbAppender Append(string table)
    {
        ObjectDisposedException.ThrowIf(_connection == 0, this);
        return new(_connection, table);
    }

    /// <summary>Stops what runs on this connection; that call then throws. May be called from any thread.</summary>
    public void Interrupt()
    {
        if (_connection != 0)
            DuckDbNative.Interrupt(_connection);
    }

    /// <summary>The part of the query that is done, from 0 to 1; null where DuckDB cannot tell, or was not told to (<see cref="CountProgress"/>).</summary>
    public double? Progress => _connection != 0 && DuckDbNative.ProgressOf(_connection).Percentage is >= 0 and <= 100 and var percent ? percent / 100 : null;

    /// <summary>Lets it count from the next query on how far it is.</summary>
    public void CountProgress() => Execute("set enable_progress_bar = true; set enable_progress_bar_print = false");

    ulong Extract(string sql, out nint statements)
    {
        if (DuckDbNative.ExtractStatements(_connection, sql, out statements) is > 0 and var count)
            return count;
        var error = Marshal.PtrToStringUTF8(DuckDbNative.ExtractStatementsError(statements));
        DuckDbNative.DestroyExtracted(ref statements);
        throw new DuckDbException(error is { Length: > 0 } ? error : "SQL: expected a statement, found none.");
    }

    DuckDbResult Run(nint statements, ulong index, Action? isPrepared, ReadOnlySpan<object?> parameters)
    {
        var state = DuckDbNative.PrepareExtracted(_connection, statements, index, out var prepared);
        try
        {
            if (state != DuckDbNative.Success)
                throw new DuckDbException(Marshal.PtrToStringUTF8(DuckDbNative.PrepareError(prepared)) ?? "DuckDB prepared nothing and gave no reason.");

            Bind(prepared, parameters);
            isPrepared?.Invoke();
            if (DuckDbNative.ExecuteStreaming(prepared, out var result) == DuckDbNative.Success)
            {
                var running = new DuckDbResult(result, prepared);
                prepared = 0;
                return running;
            }

            var error = Marshal.PtrToStringUTF8(DuckDbNative.ResultError(ref result));
            DuckDbNative.DestroyResult(ref result);
            throw new DuckDbException(error ?? "DuckDB ran nothing and gave no reason.");
        }
        finally
        {
            if (prepared != 0)
                DuckDbNative.DestroyPrepare(ref prepared);
        }
    }

    static void Bind(nint prepared, ReadOnlySpan<object?> parameters)
    {
        var expected = DuckDbNative.ParameterCount(prepared);
        if (expected != (ulong)parameters.Length)
            throw new DuckDbException($"SQL: expected a value for each of {expected} parameters, found {parameters.Length}.");

        for (var index = 0; index < parameters.Length; index++)
        {
            if (Bind(prepared, (ulong)index + 1, parameters[index]) != DuckDbNative.Success)
                throw new DuckDbException($"SQL: parameter {index + 1} was refused: {Marshal.PtrToStringUTF8(DuckDbNative.PrepareError(prepared))}");
        }
    }

    static int Bind(nint prepared, ulong index, object? value) => value switch
    {
        null => DuckDbNative.BindNull(prepared, index),
        bool boolean => DuckDbNative.BindBoolean(prepared, index, boolean),
        sbyte or short or int or long or byte or ushort or uint => DuckDbNative.BindInt64(prepared, index, Convert.ToInt64(value)),
        ulong unsigned => DuckDbNative.BindUInt64(prepared, index, unsigned),
        Int128 huge => DuckDbNative.BindHugeInt(prepared, index, new() { Lower = (ulong)huge, Upper = (ulong)(huge >> 64) }),
        float or double => DuckDbNative.BindDouble(prepared, index, Convert.ToDouble(value)),
        DateOnly date => DuckDbNative.BindDate(prepared, index, date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber),
        DateTime time => DuckDbNative.BindTimestamp(prepared, index, (time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond),
        byte[] bytes => DuckDbNative.BindBlob(prepared, index, bytes, (ulong)bytes.Length),
        string text => BindText(prepared, index, Encoding.UTF8.GetBytes(text)),
        _ => throw new DuckDbException($"SQL: parameter {index}: expected null, bool, an integer, double, string, byte[], DateOnly or DateTime, found {value.GetType().Name}."),
    };

    static int BindText(nint prepared, ulong index, byte[] utf8) => DuckDbNative.BindVarchar(prepared, index, utf8, (ulong)utf8.Length);

    /// <summary>Closes the connection and its database.</summary>
    public void Dispose()
    {
        DuckDbNative.Disconnect(ref _connection);
        DuckDbNative.Close(ref _database);
    }
}
