using System.Collections.Immutable;
using System.Text;
using TrailLake.Parquet.Thrift;

namespace TrailLake.Parquet.Reading;

/// <summary>A footer's contents, parquet.thrift's FileMetaData.</summary>
sealed record FileMetadata(
    ParquetSchema Schema,
    long Rows,
    ImmutableArray<ParquetRowGroup> RowGroups,
    ImmutableArray<KeyValuePair<string, string>> KeyValues,
    string CreatedBy);

/// <summary>Reads footers.</summary>
static class FooterReader
{
    public static FileMetadata Read(ReadOnlySpan<byte> footer, ReadPlace place, ParquetWorkspace workspace)
    {
        var thrift = new ThriftReader(footer, place);
        var (rows, createdBy) = (-1L, "");
        ParquetSchema? schema = null;
        ImmutableArray<ParquetRowGroup> groups = [];
        ImmutableArray<KeyValuePair<string, string>> keyValues = [];
        while (thrift.Next(out var id, out var type))
        {
            switch (id)
            {
                case 2:
                    schema = SchemaReader.Read(ref thrift, type, place);
                    break;
                case 3:
                    rows = thrift.Int64(type);
                    break;
                case 4:
                    groups = ReadRowGroups(ref thrift, type, schema ?? throw place.Wrong("the schema before the row groups", "row groups"), workspace, place);
                    break;
                case 5:
                    keyValues = ReadKeyValues(ref thrift, type);
                    break;
                case 6:
                    createdBy = Encoding.UTF8.GetString(thrift.Binary(type));
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        if (schema is null)
        {
            throw place.Wrong("a schema", "none");
        }
        var found = groups.Sum(group => (long)group.Rows);
        return rows == found
            ? new FileMetadata(schema, rows, groups, keyValues, createdBy)
            : throw place.Wrong($"{rows} rows as the file's total", $"{found} in its row groups");
    }

    static ImmutableArray<ParquetRowGroup> ReadRowGroups(ref ThriftReader thrift, ThriftType type, ParquetSchema schema, ParquetWorkspace workspace, ReadPlace place)
    {
        var isWanted = workspace.Wanted(schema);
        var count = thrift.List(type, out var element);
        var groups = ImmutableArray.CreateBuilder<ParquetRowGroup>();
        for (var i = 0; i < count; i++)
        {
            thrift.Require(element, ThriftType.Struct);
            groups.Add(ReadRowGroup(ref thrift, schema, isWanted, place));
        }
        return groups.ToImmutable();
    }

    static ParquetRowGroup ReadRowGroup(ref ThriftReader thrift, ParquetSchema schema, bool[]? isWanted, ReadPlace place)
    {
        var rows = -1L;
        var chunks = ImmutableArray.CreateBuilder<ParquetChunk>(schema.Columns.Length);
        var outer = thrift.Begin();
        while (thrift.Next(out var id, out var type))
        {
            switch (id)
            {
                case 1:
                    var count = thrift.List(type, out var element);
                    for (var i = 0; i < count; i++)
                    {
                        thrift.Require(element, ThriftType.Struct);
                        if (isWanted is null || i >= isWanted.Length || isWanted[i])
                        {
                            chunks.Add(ChunkReader.Read(ref thrift, place));
                            continue;
                        }
                        thrift.Skip(element);
                        chunks.Add(ParquetChunk.PassedOver);
                    }
                    break;
                case 3:
                    rows = thrift.Int64(type);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        thrift.End(outer);
        if (chunks.Count != schema.Columns.Length)
        {
            throw place.Wrong($"{schema.Columns.Length} columns in a row group", $"{chunks.Count}");
        }
        return rows is >= 0 and <= ParquetLimits.RowsOfGroup
            ? new ParquetRowGroup((int)rows, chunks.DrainToImmutable())
            : throw place.Wrong($"at most {ParquetLimits.RowsOfGroup:N0} rows in a row group", $"{rows}");
    }

    static ImmutableArray<KeyValuePair<string, string>> ReadKeyValues(ref ThriftReader thrift, ThriftType type)
    {
        var count = thrift.List(type, out var element);
        var pairs = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        for (var i = 0; i < count; i++)
        {
            thrift.Require(element, ThriftType.Struct);
            var (key, value) = ("", "");
            var outer = thrift.Begin();
            while (thrift.Next(out var id, out var field))
            {
                if (id == 1)
                {
                    key = Encoding.UTF8.GetString(thrift.Binary(field));
                }
                else if (id == 2)
                {
                    value = Encoding.UTF8.GetString(thrift.Binary(field));
                }
                else
                {
                    thrift.Skip(field);
                }
            }
            thrift.End(outer);
            pairs.Add(new(key, value));
        }
        return pairs.ToImmutable();
    }
}
