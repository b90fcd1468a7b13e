using System.Collections.Immutable;

namespace TrailLake.DuckDb;

/// <summary>duckdb_type: what a value is. The numbers are those of duckdb.h.</summary>
public enum DuckDbKind
{
#pragma warning disable CS1591 // each is the SQL type of its name
    Invalid = 0, Boolean = 1, TinyInt = 2, SmallInt = 3, Integer = 4, BigInt = 5, UTinyInt = 6, USmallInt = 7, UInteger = 8, UBigInt = 9,
    Float = 10, Double = 11, Timestamp = 12, Date = 13, Time = 14, Interval = 15, HugeInt = 16, Varchar = 17, Blob = 18, Decimal = 19,
    TimestampS = 20, TimestampMs = 21, TimestampNs = 22, Enum = 23, List = 24, Struct = 25, Map = 26, Uuid = 27, Union = 28, Bit = 29,
    TimeTz = 30, TimestampTz = 31, UHugeInt = 32, Array = 33, BigNum = 35, SqlNull = 36, TimeNs = 39, Geometry = 40, Variant = 41,
#pragma warning restore CS1591
}

/// <summary>A column's type, with what belongs to it. <see cref="ToString"/> spells it as SQL does.</summary>
public sealed class DuckDbType
{
    /// <summary>What it is.</summary>
    public DuckDbKind Kind { get; private init; }

    /// <summary>JSON is a VARCHAR under another name; its text is a JSON value.</summary>
    public bool IsJson { get; private init; }

    /// <summary>Digits of a DECIMAL in all.</summary>
    public int Width { get; private init; }

    /// <summary>Digits of a DECIMAL after the point.</summary>
    public int Scale { get; private init; }

    /// <summary>Elements of an ARRAY, which all have the same number.</summary>
    public int ArraySize { get; private init; }

    /// <summary>The values of an ENUM, in their order.</summary>
    public ImmutableArray<string> EnumValues { get; private init; } = [];

    /// <summary>Names of a STRUCT's fields or a UNION's members; empty for the others.</summary>
    public ImmutableArray<string> FieldNames { get; private init; } = [];

    /// <summary>Types inside: of fields, of members, of an element, or of key and value.</summary>
    public ImmutableArray<DuckDbType> Inner { get; private init; } = [];

    /// <summary>True for the types that hold other values.</summary>
    public bool IsNested => Kind is DuckDbKind.List or DuckDbKind.Array or DuckDbKind.Struct or DuckDbKind.Map or DuckDbKind.Union;

    /// <summary>Reads a duckdb_logical_type and destroys it.</summary>
    internal static DuckDbType Take(nint type)
    {
        try
        {
            return Read(type, DuckDbNative.TypeId(type));
        }
        finally
        {
            DuckDbNative.DestroyType(ref type);
        }
    }

    static DuckDbType Read(nint type, DuckDbKind kind) => kind switch
    {
        DuckDbKind.Decimal => new() { Kind = kind, Width = DuckDbNative.DecimalWidth(type), Scale = DuckDbNative.DecimalScale(type) },
        DuckDbKind.Enum => new() { Kind = kind, EnumValues = Names(DuckDbNative.EnumSize(type), index => DuckDbNative.EnumValue(type, index)) },
        DuckDbKind.List => new() { Kind = kind, Inner = [Take(DuckDbNative.ListChildType(type))] },
        DuckDbKind.Array => new() { Kind = kind, Inner = [Take(DuckDbNative.ArrayChildType(type))], ArraySize = (int)DuckDbNative.ArraySize(type) },
        DuckDbKind.Map => new() { Kind = kind, Inner = [Take(DuckDbNative.MapKeyType(type)), Take(DuckDbNative.MapValueType(type))] },
        DuckDbKind.Struct => new()
        {
            Kind = kind,
            FieldNames = Names(DuckDbNative.StructCount(type), index => DuckDbNative.StructName(type, index)),
            Inner = Types(DuckDbNative.StructCount(type), index => DuckDbNative.StructType(type, index)),
        },
        DuckDbKind.Union => new()
        {
            Kind = kind,
            FieldNames = Names(DuckDbNative.UnionCount(type), index => DuckDbNative.UnionName(type, index)),
            Inner = Types(DuckDbNative.UnionCount(type), index => DuckDbNative.UnionType(type, index)),
        },
        DuckDbKind.Varchar => new() { Kind = kind, IsJson = DuckDbNative.TakeText(DuckDbNative.TypeAlias(type)) == "JSON" },
        _ => new() { Kind = kind },
    };

    static ImmutableArray<string> Names(ulong count, Func<ulong, nint> name) =>
        [.. Enumerable.Range(0, (int)count).Select(index => DuckDbNative.TakeText(name((ulong)index)))];

    static ImmutableArray<DuckDbType> Types(ulong count, Func<ulong, nint> type) =>
        [.. Enumerable.Range(0, (int)count).Select(index => Take(type((ulong)index)))];

    /// <summary>The type as SQL spells it, such as <c>STRUCT(a INTEGER, b VARCHAR[])</c>.</summary>
    public override string ToString() => Kind switch
    {
        DuckDbKind.Decimal => $"DECIMAL({Width},{Scale})",
        DuckDbKind.Enum => $"ENUM({string.Join(", ", EnumValues.Select(value => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'"))})",
        DuckDbKind.List => $"{Inner[0]}[]",
        DuckDbKind.Array => $"{Inner[0]}[{ArraySize}]",
        DuckDbKind.Map => $"MAP({Inner[0]}, {Inner[1]})",
        DuckDbKind.Struct or DuckDbKind.Union => $"{(Kind == DuckDbKind.Struct ? "STRUCT" : "UNION")}({string.Join(", ", FieldNames.Zip(Inner, (name, type) => $"{DuckDbSql.Name(name)} {type}"))})",
        DuckDbKind.Varchar when IsJson => "JSON",
        DuckDbKind.TimestampS => "TIMESTAMP_S",
        DuckDbKind.TimestampMs => "TIMESTAMP_MS",
        DuckDbKind.TimestampNs => "TIMESTAMP_NS",
        DuckDbKind.TimestampTz => "TIMESTAMP WITH TIME ZONE",
        DuckDbKind.TimeTz => "TIME WITH TIME ZONE",
        DuckDbKind.TimeNs => "TIME_NS",
        DuckDbKind.SqlNull => "\"NULL\"",
        _ => Kind.ToString().ToUpperInvariant(),
    };
}
