namespace TrailLake.Parquet;

/// <summary>What a column's values are. Every column may hold nulls.</summary>
public enum ParquetType
{
    /// <summary>True or false: BOOLEAN.</summary>
    Boolean,

    /// <summary>32-bit integers: INT32.</summary>
    Int32,

    /// <summary>64-bit integers: INT64.</summary>
    Int64,

    /// <summary>64-bit floating point: DOUBLE.</summary>
    Double,

    /// <summary>UTF-8 text: BYTE_ARRAY annotated STRING.</summary>
    Text,

    /// <summary>Bytes: BYTE_ARRAY without annotation.</summary>
    Binary,

    /// <summary>Milliseconds since 1970-01-01T00:00, a wall clock without zone: INT64 annotated TIMESTAMP(MILLIS), not adjusted to UTC.</summary>
    TimestampMillis,
}

/// <summary>How pages are compressed; the numbers are the format's.</summary>
public enum ParquetCodec
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>Snappy: quick, and twice the size of Zstd's.</summary>
    Snappy = 1,

    /// <summary>Gzip: slow to write, read by everything.</summary>
    Gzip = 2,

    /// <summary>Zstandard, by the system's libzstd.</summary>
    Zstd = 6,
}

// Numbers of parquet.thrift that are written and read here.
enum PhysicalType
{
    Boolean = 0,
    Int32 = 1,
    Int64 = 2,
    Double = 5,
    ByteArray = 6,
}

enum PageEncoding
{
    Plain = 0,
    Rle = 3,
    DeltaBinaryPacked = 5,
    DeltaLengthByteArray = 6,
    RleDictionary = 8,
}

enum PageType
{
    Data = 0,
    Dictionary = 2,
}

static class PhysicalTypes
{
    public static PhysicalType Of(ParquetType type) => type switch
    {
        ParquetType.Boolean => PhysicalType.Boolean,
        ParquetType.Int32 => PhysicalType.Int32,
        ParquetType.Double => PhysicalType.Double,
        ParquetType.Text or ParquetType.Binary => PhysicalType.ByteArray,
        _ => PhysicalType.Int64,
    };
}
