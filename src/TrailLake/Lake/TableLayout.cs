using System.Collections.Immutable;
using TrailLake.CloudTrail;
using TrailLake.Parquet;

namespace TrailLake.Lake;

/// <summary>One table's columns as a Parquet schema, and where the columns that the lake itself fills stand among them.</summary>
sealed class TableLayout
{
    static readonly TableLayout EventsLayout = new(LakeTable.Events), InsightsLayout = new(LakeTable.Insights), AggregatesLayout = new(LakeTable.Aggregates);

    TableLayout(LakeTable table)
    {
        Table = table;
        Columns = CloudTrail.Columns.Of(table);
        Ordinals = [.. Columns.Select(column => CloudTrail.Columns.All.IndexOf(column))];
        Flags = [.. Ordinals.Select(EnvelopeFacts.FlagOf)];
        Schema = new ParquetSchema(Columns.Select(ToParquet));
        Time = Schema.IndexOf(CloudTrail.Columns.TimeOf(table).Name);
        EventId = Schema.IndexOf("event_id");
        RequestId = Schema.IndexOf("request_id");
        SourceObject = Schema.IndexOf("source_object");
        SourceIndex = Schema.IndexOf("source_index");
        Resources = Schema.IndexOf("resources");
        ResourceArns = Schema.IndexOf("resource_arns");
        ResourceTypes = Schema.IndexOf("resource_types");
    }

    /// <summary>The layout of a table.</summary>
    public static TableLayout Of(LakeTable table) => table switch
    {
        LakeTable.Insights => InsightsLayout,
        LakeTable.Aggregates => AggregatesLayout,
        _ => EventsLayout,
    };

    public LakeTable Table { get; }

    /// <summary>The columns in file order.</summary>
    public ImmutableArray<Column> Columns { get; }

    /// <summary>For each of them its ordinal in the table of all columns, which is what cells name.</summary>
    public ImmutableArray<int> Ordinals { get; }

    /// <summary>For each of them the row's flag that it is made of, or none.</summary>
    public ImmutableArray<RowFlags> Flags { get; }

    public ParquetSchema Schema { get; }

    public int Time { get; }

    public int EventId { get; }

    /// <summary>-1 where the table has no such column; so are the following.</summary>
    public int RequestId { get; }

    public int SourceObject { get; }

    public int SourceIndex { get; }

    public int Resources { get; }

    public int ResourceArns { get; }

    public int ResourceTypes { get; }

    static ParquetColumn ToParquet(Column column) => new(column.Name, TypeOf(column.Type), column.Type == ColumnType.TextList)
    {
        HasBloomFilter = column.IsNeedle,
        NeverDictionary = column.IsUnique,
        IsLeftOutWhereNull = column.IsRare,
        HasStatistics = column.Type is not (ColumnType.Json or ColumnType.TextList),
    };

    /// <summary>Parquet's type of a column, of a list that of its elements.</summary>
    public static ParquetType TypeOf(ColumnType type) => type switch
    {
        ColumnType.Boolean or ColumnType.BooleanText => ParquetType.Boolean,
        ColumnType.Timestamp => ParquetType.TimestampMillis,
        ColumnType.Int64 => ParquetType.Int64,
        _ => ParquetType.Text,
    };
}
