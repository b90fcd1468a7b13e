using System.Runtime.InteropServices;

namespace TrailLake.DuckDb;

/// <summary>Fills a table row by row, a value for each of its columns in their order; many times as fast as INSERT. One thread at a time, and while it is
/// open no query on the same connection.</summary>
/// <example><code>
/// using var rows = duck.Append("calls");
/// rows.Text("s3"u8);
/// rows.Int64(12);
/// rows.EndRow();
/// rows.Complete();
/// </code></example>
public sealed class DuckDbAppender : IDisposable
{
    nint _appender;

    internal DuckDbAppender(nint connection, string table)
    {
        if (DuckDbNative.CreateAppender(connection, null, table, out _appender) == DuckDbNative.Success)
            return;
        var error = ErrorOf(_appender);
        Dispose();
        throw new DuckDbException($"table {table}: expected one that rows can be appended to, found: {error}");
    }

    /// <summary>A NULL of any type.</summary>
    public void Null() => Check(DuckDbNative.AppendNull(_appender));

    /// <summary>A BOOLEAN.</summary>
    public void Boolean(bool value) => Check(DuckDbNative.AppendBoolean(_appender, value));

    /// <summary>A value of a column of integers, if it fits.</summary>
    public void Int64(long value) => Check(DuckDbNative.AppendInt64(_appender, value));

    /// <summary>A TIMESTAMP, in microseconds since 1970.</summary>
    public void Timestamp(long micros) => Check(DuckDbNative.AppendTimestamp(_appender, micros));

    /// <summary>A VARCHAR, of UTF-8.</summary>
    public void Text(ReadOnlySpan<byte> utf8) => Check(DuckDbNative.AppendVarchar(_appender, utf8, (ulong)utf8.Length));

    /// <summary>Ends the row.</summary>
    public void EndRow() => Check(DuckDbNative.EndRow(_appender));

    /// <summary>Makes all rows seen by queries, or says why it cannot.</summary>
    public void Complete() => Check(DuckDbNative.CloseAppender(_appender));

    void Check(int state)
    {
        if (state != DuckDbNative.Success)
            throw new DuckDbException(ErrorOf(_appender));
    }

    static string ErrorOf(nint appender) => Marshal.PtrToStringUTF8(DuckDbNative.AppenderError(appender)) ?? "DuckDB appended nothing and gave no reason.";

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        if (_appender != 0)
            _ = DuckDbNative.DestroyAppender(ref _appender);
        _appender = 0;
    }
}
