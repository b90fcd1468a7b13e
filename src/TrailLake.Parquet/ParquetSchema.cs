using System.Collections.Immutable;
using TrailLake.Parquet.Chunks;
using TrailLake.Parquet.Thrift;

namespace TrailLake.Parquet;

/// <summary>The columns of a file, in their order.</summary>
public sealed class ParquetSchema
{
    readonly Dictionary<string, int> _places = [];
    readonly byte[][] _elements; // by column: as the footer's field 2 has it

    /// <summary>A schema of these columns; names must differ, and not only in case (Athena ignores it).</summary>
    public ParquetSchema(params IEnumerable<ParquetColumn> columns)
    {
        Columns = [.. columns];
        var folded = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < Columns.Length; i++)
        {
            if (!folded.Add(Columns[i].Name))
            {
                throw new ParquetException($"Expected columns whose names differ in more than case, found {Columns[i].Name} twice.");
            }
            _places.Add(Columns[i].Name, i);
        }
        if (Columns.Length == 0)
        {
            throw new ParquetException("Expected at least one column, found none.");
        }
        _elements = [.. Columns.Select(Encode)];
    }

    /// <summary>The columns.</summary>
    public ImmutableArray<ParquetColumn> Columns { get; }

    /// <summary>The place of a column, or -1.</summary>
    public int IndexOf(string name) => _places.GetValueOrDefault(name, -1);

    /// <summary>Writes the footer's field 2, a list of elements: the root, one a column, three a list.</summary>
    /// <param name="thrift">The footer, in which the field before was 1.</param>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="chunks">What columns the file has; all where it is empty.</param>
    /// <returns>How many columns that is.</returns>
    internal int WriteTo(ref ThriftWriter thrift, ByteBuffer buffer, ReadOnlySpan<ChunkRecord> chunks)
    {
        var count = chunks.IsEmpty ? Columns.Length : chunks.Length;
        var elements = 1;
        for (var i = 0; i < count; i++)
        {
            elements += Columns[chunks.IsEmpty ? i : chunks[i].Column].IsList ? 3 : 1;
        }
        thrift.List(2, ThriftType.Struct, elements);
        Group(ref thrift, "schema"u8, count, SchemaNumbers.NoRepetition, isList: false);
        for (var i = 0; i < count; i++)
        {
            buffer.Write(_elements[chunks.IsEmpty ? i : chunks[i].Column]);
        }
        return count;
    }

    static byte[] Encode(ParquetColumn column)
    {
        using var buffer = new ByteBuffer();
        var thrift = new ThriftWriter(buffer);
        if (column.IsList)
        {
            // The standard list of the format's LogicalTypes.md: optional group NAME (LIST) { repeated group list { optional element } }
            Group(ref thrift, column.NameBytes, 1, SchemaNumbers.Optional, isList: true);
            Group(ref thrift, "list"u8, 1, SchemaNumbers.Repeated, isList: false);
        }
        Leaf(ref thrift, column.IsList ? "element"u8 : column.NameBytes, column);
        return buffer.Written.ToArray();
    }

    static void Group(ref ThriftWriter thrift, ReadOnlySpan<byte> name, int children, int repetition, bool isList)
    {
        var outer = thrift.Element();
        if (repetition != SchemaNumbers.NoRepetition)
        {
            thrift.Int32(3, repetition);
        }
        thrift.Binary(4, name);
        thrift.Int32(5, children);
        if (isList)
        {
            thrift.Int32(6, SchemaNumbers.ConvertedList);
            var logical = thrift.Struct(10);
            thrift.EmptyStruct(SchemaNumbers.LogicalList);
            thrift.End(logical);
        }
        thrift.End(outer);
    }

    static void Leaf(ref ThriftWriter thrift, ReadOnlySpan<byte> name, ParquetColumn column)
    {
        var outer = thrift.Element();
        thrift.Int32(1, (int)column.Physical);
        thrift.Int32(3, SchemaNumbers.Optional);
        thrift.Binary(4, name);
        if (column.Type == ParquetType.Text)
        {
            thrift.Int32(6, SchemaNumbers.ConvertedUtf8);
            var logical = thrift.Struct(10);
            thrift.EmptyStruct(SchemaNumbers.LogicalString);
            thrift.End(logical);
        }
        else if (column.Type == ParquetType.TimestampMillis)
        {
            // The older TIMESTAMP_MILLIS annotation means "adjusted to UTC", so it would contradict and is left out.
            var logical = thrift.Struct(10);
            var timestamp = thrift.Struct(SchemaNumbers.LogicalTimestamp);
            thrift.Bool(1, false);
            var unit = thrift.Struct(2);
            thrift.EmptyStruct(SchemaNumbers.UnitMillis);
            thrift.End(unit);
            thrift.End(timestamp);
            thrift.End(logical);
        }
        thrift.End(outer);
    }
}

/// <summary>The numbers that parquet.thrift gives to a schema's words.</summary>
static class SchemaNumbers
{
    public const int NoRepetition = -1, Optional = 1, Repeated = 2;
    public const int ConvertedUtf8 = 0, ConvertedList = 3;
    public const int LogicalString = 1, LogicalList = 3, LogicalTimestamp = 8, UnitMillis = 1;
}
