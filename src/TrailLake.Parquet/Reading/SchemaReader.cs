using System.Collections.Concurrent;
using System.Text;
using TrailLake.Parquet.Thrift;

namespace TrailLake.Parquet.Reading;

/// <summary>Reads schemas of the shapes that <see cref="ParquetSchema"/> writes: optional single values and lists of them.</summary>
static class SchemaReader
{
    sealed record Element(string Name, int Physical, int Repetition, int Children, bool IsText, bool IsMillis);

    // A table's files have one schema byte for byte, or few: they differ by the columns that are left out. To take one apart costs more than
    // the rest of the footer. What is kept is bounded, whatever files come.
    const int MostKept = 1024;
    static readonly ConcurrentDictionary<ulong, (byte[] Encoded, ParquetSchema Schema)> s_kept = new();

    public static ParquetSchema Read(ref ThriftReader thrift, ThriftType type, ReadPlace place)
    {
        var count = thrift.List(type, out var structure);
        var encoded = thrift.PassElements(count, structure);
        var hash = XxHash64.Of(encoded);
        if (s_kept.TryGetValue(hash, out var kept) && encoded.SequenceEqual(kept.Encoded))
        {
            return kept.Schema;
        }
        var elements = new ThriftReader(encoded, place);
        var schema = ReadElements(ref elements, count, structure, place);
        if (s_kept.Count < MostKept)
        {
            s_kept[hash] = (encoded.ToArray(), schema);
        }
        return schema;
    }

    static ParquetSchema ReadElements(ref ThriftReader thrift, int count, ThriftType structure, ReadPlace place)
    {
        var elements = new List<Element>();
        for (var i = 0; i < count; i++)
        {
            thrift.Require(structure, ThriftType.Struct);
            elements.Add(ReadElement(ref thrift));
        }
        var columns = new List<ParquetColumn>();
        for (var i = 1; i < elements.Count;)
        {
            var element = elements[i];
            if (element.Children == 0)
            {
                columns.Add(Column(element, element.Name, isList: false, place));
                i++;
                continue;
            }
            var isList = element.Children == 1 && i + 2 < elements.Count && elements[i + 1] is { Children: 1, Repetition: SchemaNumbers.Repeated };
            columns.Add(isList ? Column(elements[i + 2], element.Name, isList: true, place) : throw place.Wrong($"column {element.Name} to be a value or a list of values", "another group"));
            i += 3;
        }
        return elements.Count > 0 && elements[0].Children == columns.Count && columns.Count > 0 && AreDistinct(columns)
            ? new ParquetSchema(columns)
            : throw place.Wrong($"{(elements.Count > 0 ? elements[0].Children : 0)} columns of different names in the schema", $"{columns.Count}");
    }

    static bool AreDistinct(List<ParquetColumn> columns) =>
        columns.Select(column => column.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count() == columns.Count;

    static ParquetColumn Column(Element element, string name, bool isList, ReadPlace place)
    {
        if (element.Repetition != SchemaNumbers.Optional || element.Children != 0 || name.Length == 0)
        {
            throw place.Wrong($"column '{name}' to be optional", "required, repeated or nested");
        }
        ParquetType? type = (PhysicalType)element.Physical switch
        {
            PhysicalType.Boolean => ParquetType.Boolean,
            PhysicalType.Int32 => ParquetType.Int32,
            PhysicalType.Int64 => element.IsMillis ? ParquetType.TimestampMillis : ParquetType.Int64,
            PhysicalType.Double => ParquetType.Double,
            PhysicalType.ByteArray => element.IsText ? ParquetType.Text : ParquetType.Binary,
            _ => null,
        };
        return type is { } known && (!isList || known == ParquetType.Text)
            ? new ParquetColumn(name, known, isList)
            : throw place.Wrong($"column '{name}' of a type that this reader knows", $"{(isList ? "a list of " : "")}physical type {element.Physical}");
    }

    static Element ReadElement(ref ThriftReader thrift)
    {
        var element = new Element("", -1, SchemaNumbers.NoRepetition, 0, false, false);
        var outer = thrift.Begin();
        while (thrift.Next(out var id, out var type))
        {
            switch (id)
            {
                case 1:
                    element = element with { Physical = thrift.Int32(type) };
                    break;
                case 3:
                    element = element with { Repetition = thrift.Int32(type) };
                    break;
                case 4:
                    element = element with { Name = Encoding.UTF8.GetString(thrift.Binary(type)) };
                    break;
                case 5:
                    element = element with { Children = thrift.Int32(type) };
                    break;
                case 6:
                    element = element with { IsText = thrift.Int32(type) == SchemaNumbers.ConvertedUtf8 };
                    break;
                case 10:
                    var (isText, isMillis) = ReadLogical(ref thrift, type);
                    element = element with { IsText = element.IsText || isText, IsMillis = isMillis };
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        thrift.End(outer);
        return element;
    }

    // A union: one field, whose id is the annotation.
    static (bool IsText, bool IsMillis) ReadLogical(ref ThriftReader thrift, ThriftType structure)
    {
        thrift.Require(structure, ThriftType.Struct);
        var (isText, isMillis) = (false, false);
        var outer = thrift.Begin();
        while (thrift.Next(out var id, out var type))
        {
            isText |= id == SchemaNumbers.LogicalString;
            if (id == SchemaNumbers.LogicalTimestamp && type == ThriftType.Struct)
            {
                isMillis = ReadsMillis(ref thrift);
                continue;
            }
            thrift.Skip(type);
        }
        thrift.End(outer);
        return (isText, isMillis);
    }

    static bool ReadsMillis(ref ThriftReader thrift)
    {
        var isMillis = false;
        var outer = thrift.Begin();
        while (thrift.Next(out var id, out var type))
        {
            if (id != 2 || type != ThriftType.Struct)
            {
                thrift.Skip(type);
                continue;
            }
            var unit = thrift.Begin();
            while (thrift.Next(out var unitId, out var unitType))
            {
                isMillis |= unitId == SchemaNumbers.UnitMillis;
                thrift.Skip(unitType);
            }
            thrift.End(unit);
        }
        thrift.End(outer);
        return isMillis;
    }
}
