namespace TrailLake.CloudTrail;

/// <summary>The tables of a lake; each is a folder of its own.</summary>
[Flags]
public enum LakeTable
{
    /// <summary>API calls, sign-ins, data and network events: <c>events/</c>.</summary>
    Events = 1,

    /// <summary>CloudTrail Insights records: <c>insights/</c>.</summary>
    Insights = 2,

    /// <summary>Aggregated records: <c>aggregates/</c>.</summary>
    Aggregates = 4,
}

/// <summary>How a value is kept in Parquet, and how CloudTrail spells it in JSON.</summary>
public enum ColumnType
{
    /// <summary>A JSON string, unescaped.</summary>
    Text,

    /// <summary>A JSON <c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A boolean that CloudTrail spells as the JSON strings <c>"true"</c> and <c>"false"</c>.</summary>
    BooleanText,

    /// <summary>Milliseconds since 1970 in UTC; spelt <c>"2024-01-31T23:59:59Z"</c>.</summary>
    Timestamp,

    /// <summary>Any JSON value, kept as compact JSON text: white space between tokens is dropped, all else is as it came.</summary>
    Json,

    /// <summary>A list of texts; only derived columns have this type.</summary>
    TextList,

    /// <summary>A 64-bit integer; only derived columns have this type.</summary>
    Int64,
}

/// <summary>One column of the lake: what it is called, where its value stands in a record, and what it means.</summary>
/// <param name="Name">The column's name in snake_case; released names never change.</param>
/// <param name="Path">The JSON path of its value, names joined by dots; empty for a derived column.</param>
/// <param name="Type">How it is kept.</param>
/// <param name="Since">The eventVersion that brought the field, or empty where CloudTrail names none.</param>
/// <param name="Meaning">One sentence for the column reference.</param>
public sealed record Column(string Name, string Path, ColumnType Type, string Since, string Meaning)
{
    /// <summary>The tables that have this column.</summary>
    public LakeTable Tables { get; init; } = LakeTable.Events;

    /// <summary>People look single values up by it, so its Parquet chunks carry bloom filters.</summary>
    public bool IsNeedle { get; init; }

    /// <summary>What the column's NULL stands for: JSON <c>null</c> where true, an absent field where false.</summary>
    public bool NullIsJsonNull { get; init; }

    /// <summary>Nearly every row has another value, so a dictionary is never tried.</summary>
    public bool IsUnique { get; init; }

    /// <summary>Values are many and seldom come again, so they are not shared between rows of different partitions.</summary>
    public bool IsMostlyOwn { get; init; }

    /// <summary>Its value changes from record to record while its neighbours stay the same, so it is not remembered together with them.</summary>
    public bool VariesAlone { get; init; }

    /// <summary>Few records have it, or those of few services: a small file in which no row has a value does not have the column.</summary>
    public bool IsRare { get; init; }

    /// <summary>It has no path of its own, but holds what export needs to give the record back.</summary>
    public bool CompletesRecord { get; init; }

    /// <summary>It stands within another object of the record.</summary>
    public bool IsNested => Path.Contains('.');

    /// <summary>True where the value is computed and not read from one place of the record.</summary>
    public bool IsDerived => Path.Length == 0;
}
