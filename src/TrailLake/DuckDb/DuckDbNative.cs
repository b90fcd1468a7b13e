using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace TrailLake.DuckDb;

/// <summary>The functions of DuckDB's C API (duckdb.h) that are called here, under their own names without the prefix.
/// Handles are opaque pointers; <c>idx_t</c> is a 64-bit number; texts are UTF-8.</summary>
/// <remarks>A text that a function returns belongs to DuckDB where its type is <c>nint</c> and is read with
/// <see cref="Marshal.PtrToStringUTF8(nint)"/>; those that must be freed go through <see cref="TakeText"/>.</remarks>
static partial class DuckDbNative
{
    const string Library = DuckDbLibrary.ImportName;

    // CA2255 warns libraries off module initializers; an import must resolve whoever calls first.
#pragma warning disable CA2255
    [ModuleInitializer]
    internal static void Register() =>
        NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(),
            static (name, _, _) => name == Library ? DuckDbLibrary.Load() : 0);
#pragma warning restore CA2255

    /// <summary>duckdb_state.</summary>
    public const int Success = 0;

    /// <summary>duckdb_result: 48 bytes, of which only the last word is not deprecated. It is passed by value.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Result
    {
        public ulong ColumnCount, RowCount, RowsChanged;
        public nint Columns, ErrorMessage, Internal;
    }

    /// <summary>duckdb_query_progress_type.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct QueryProgress
    {
        public double Percentage;
        public ulong RowsProcessed, TotalRows;
    }

    /// <summary>duckdb_hugeint and duckdb_uhugeint.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct HugeInt
    {
        public ulong Lower, Upper;
    }

    [LibraryImport(Library, EntryPoint = "duckdb_library_version")] public static partial nint LibraryVersion();

    [LibraryImport(Library, EntryPoint = "duckdb_open_ext", StringMarshalling = StringMarshalling.Utf8)] public static partial int Open(string? path, out nint database, nint config, out nint error);
    [LibraryImport(Library, EntryPoint = "duckdb_close")] public static partial void Close(ref nint database);
    [LibraryImport(Library, EntryPoint = "duckdb_connect")] public static partial int Connect(nint database, out nint connection);
    [LibraryImport(Library, EntryPoint = "duckdb_disconnect")] public static partial void Disconnect(ref nint connection);
    [LibraryImport(Library, EntryPoint = "duckdb_interrupt")] public static partial void Interrupt(nint connection);
    [LibraryImport(Library, EntryPoint = "duckdb_query_progress")] public static partial QueryProgress ProgressOf(nint connection);

    [LibraryImport(Library, EntryPoint = "duckdb_extract_statements", StringMarshalling = StringMarshalling.Utf8)] public static partial ulong ExtractStatements(nint connection, string sql, out nint statements);
    [LibraryImport(Library, EntryPoint = "duckdb_extract_statements_error")] public static partial nint ExtractStatementsError(nint statements);
    [LibraryImport(Library, EntryPoint = "duckdb_destroy_extracted")] public static partial void DestroyExtracted(ref nint statements);
    [LibraryImport(Library, EntryPoint = "duckdb_prepare_extracted_statement")] public static partial int PrepareExtracted(nint connection, nint statements, ulong index, out nint prepared);
    [LibraryImport(Library, EntryPoint = "duckdb_prepare_error")] public static partial nint PrepareError(nint prepared);
    [LibraryImport(Library, EntryPoint = "duckdb_destroy_prepare")] public static partial void DestroyPrepare(ref nint prepared);
    [LibraryImport(Library, EntryPoint = "duckdb_nparams")] public static partial ulong ParameterCount(nint prepared);

    [LibraryImport(Library, EntryPoint = "duckdb_bind_null")] public static partial int BindNull(nint prepared, ulong index);
    [LibraryImport(Library, EntryPoint = "duckdb_bind_boolean")] public static partial int BindBoolean(nint prepared, ulong index, [MarshalAs(UnmanagedType.U1)] bool value);
    [LibraryImport(Library, EntryPoint = "duckdb_bind_int64")] public static partial int BindInt64(nint prepared, ulong index, long value);
    [LibraryImport(Library, EntryPoint = "duckdb_bind_uint64")] public static partial int BindUInt64(nint prepared, ulong index, ulong value);
    [LibraryImport(Library, EntryPoint = "duckdb_bind_hugeint")] public static partial int BindHugeInt(nint prepared, ulong index, HugeInt value);
    [LibraryImport(Library, EntryPoint = "duckdb_bind_double")] public static partial int BindDouble(nint prepared, ulong index, double value);
    [LibraryImport(Library, EntryPoint = "duckdb_bind_date")] public static partial int BindDate(nint prepared, ulong index, int days);
    [LibraryImport(Library, EntryPoint = "duckdb_bind_timestamp")] public static partial int BindTimestamp(nint prepared, ulong index, long micros);
    [LibraryImport(Library, EntryPoint = "duckdb_bind_varchar_length")] public static partial int BindVarchar(nint prepared, ulong index, ReadOnlySpan<byte> utf8, ulong length);
    [LibraryImport(Library, EntryPoint = "duckdb_bind_blob")] public static partial int BindBlob(nint prepared, ulong index, ReadOnlySpan<byte> bytes, ulong length);

    [LibraryImport(Library, EntryPoint = "duckdb_execute_prepared_streaming")] public static partial int ExecuteStreaming(nint prepared, out Result result);
    [LibraryImport(Library, EntryPoint = "duckdb_result_error")] public static partial nint ResultError(ref Result result);
    [LibraryImport(Library, EntryPoint = "duckdb_destroy_result")] public static partial void DestroyResult(ref Result result);
    [LibraryImport(Library, EntryPoint = "duckdb_result_return_type")] public static partial int ResultReturnType(Result result);
    [LibraryImport(Library, EntryPoint = "duckdb_column_count")] public static partial ulong ColumnCount(ref Result result);
    [LibraryImport(Library, EntryPoint = "duckdb_column_name")] public static partial nint ColumnName(ref Result result, ulong column);
    [LibraryImport(Library, EntryPoint = "duckdb_column_logical_type")] public static partial nint ColumnLogicalType(ref Result result, ulong column);
    [LibraryImport(Library, EntryPoint = "duckdb_fetch_chunk")] public static partial nint FetchChunk(Result result);
    [LibraryImport(Library, EntryPoint = "duckdb_data_chunk_get_size")] public static partial ulong ChunkSize(nint chunk);
    [LibraryImport(Library, EntryPoint = "duckdb_data_chunk_get_vector")] public static partial nint ChunkVector(nint chunk, ulong column);
    [LibraryImport(Library, EntryPoint = "duckdb_destroy_data_chunk")] public static partial void DestroyChunk(ref nint chunk);

    [LibraryImport(Library, EntryPoint = "duckdb_vector_get_data")] public static partial nint VectorData(nint vector);
    [LibraryImport(Library, EntryPoint = "duckdb_vector_get_validity")] public static partial nint VectorValidity(nint vector);
    [LibraryImport(Library, EntryPoint = "duckdb_list_vector_get_child")] public static partial nint ListChild(nint vector);
    [LibraryImport(Library, EntryPoint = "duckdb_array_vector_get_child")] public static partial nint ArrayChild(nint vector);
    [LibraryImport(Library, EntryPoint = "duckdb_struct_vector_get_child")] public static partial nint StructChild(nint vector, ulong field);

    [LibraryImport(Library, EntryPoint = "duckdb_get_type_id")] public static partial DuckDbKind TypeId(nint type);
    [LibraryImport(Library, EntryPoint = "duckdb_logical_type_get_alias")] public static partial nint TypeAlias(nint type);
    [LibraryImport(Library, EntryPoint = "duckdb_destroy_logical_type")] public static partial void DestroyType(ref nint type);
    [LibraryImport(Library, EntryPoint = "duckdb_decimal_width")] public static partial byte DecimalWidth(nint type);
    [LibraryImport(Library, EntryPoint = "duckdb_decimal_scale")] public static partial byte DecimalScale(nint type);
    [LibraryImport(Library, EntryPoint = "duckdb_enum_dictionary_size")] public static partial uint EnumSize(nint type);
    [LibraryImport(Library, EntryPoint = "duckdb_enum_dictionary_value")] public static partial nint EnumValue(nint type, ulong index);
    [LibraryImport(Library, EntryPoint = "duckdb_list_type_child_type")] public static partial nint ListChildType(nint type);
    [LibraryImport(Library, EntryPoint = "duckdb_array_type_child_type")] public static partial nint ArrayChildType(nint type);
    [LibraryImport(Library, EntryPoint = "duckdb_array_type_array_size")] public static partial ulong ArraySize(nint type);
    [LibraryImport(Library, EntryPoint = "duckdb_map_type_key_type")] public static partial nint MapKeyType(nint type);
    [LibraryImport(Library, EntryPoint = "duckdb_map_type_value_type")] public static partial nint MapValueType(nint type);
    [LibraryImport(Library, EntryPoint = "duckdb_struct_type_child_count")] public static partial ulong StructCount(nint type);
    [LibraryImport(Library, EntryPoint = "duckdb_struct_type_child_name")] public static partial nint StructName(nint type, ulong field);
    [LibraryImport(Library, EntryPoint = "duckdb_struct_type_child_type")] public static partial nint StructType(nint type, ulong field);
    [LibraryImport(Library, EntryPoint = "duckdb_union_type_member_count")] public static partial ulong UnionCount(nint type);
    [LibraryImport(Library, EntryPoint = "duckdb_union_type_member_name")] public static partial nint UnionName(nint type, ulong member);
    [LibraryImport(Library, EntryPoint = "duckdb_union_type_member_type")] public static partial nint UnionType(nint type, ulong member);

    [LibraryImport(Library, EntryPoint = "duckdb_appender_create", StringMarshalling = StringMarshalling.Utf8)] public static partial int CreateAppender(nint connection, string? schema, string table, out nint appender);
    [LibraryImport(Library, EntryPoint = "duckdb_appender_error")] public static partial nint AppenderError(nint appender);
    [LibraryImport(Library, EntryPoint = "duckdb_append_null")] public static partial int AppendNull(nint appender);
    [LibraryImport(Library, EntryPoint = "duckdb_append_bool")] public static partial int AppendBoolean(nint appender, [MarshalAs(UnmanagedType.U1)] bool value);
    [LibraryImport(Library, EntryPoint = "duckdb_append_int64")] public static partial int AppendInt64(nint appender, long value);
    [LibraryImport(Library, EntryPoint = "duckdb_append_timestamp")] public static partial int AppendTimestamp(nint appender, long micros);
    [LibraryImport(Library, EntryPoint = "duckdb_append_varchar_length")] public static partial int AppendVarchar(nint appender, ReadOnlySpan<byte> utf8, ulong length);
    [LibraryImport(Library, EntryPoint = "duckdb_appender_end_row")] public static partial int EndRow(nint appender);
    [LibraryImport(Library, EntryPoint = "duckdb_appender_close")] public static partial int CloseAppender(nint appender);
    [LibraryImport(Library, EntryPoint = "duckdb_appender_destroy")] public static partial int DestroyAppender(ref nint appender);

    [LibraryImport(Library, EntryPoint = "duckdb_free")] public static partial void Free(nint pointer);

    /// <summary>Reads a text that DuckDB allocated for the caller, and frees it.</summary>
    public static string TakeText(nint text)
    {
        var read = Marshal.PtrToStringUTF8(text) ?? "";
        Free(text);
        return read;
    }
}
