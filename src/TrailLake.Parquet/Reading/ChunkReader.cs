using TrailLake.Parquet.Thrift;

namespace TrailLake.Parquet.Reading;

/// <summary>Reads what a footer says of a column chunk: ColumnChunk, ColumnMetaData, Statistics.</summary>
static class ChunkReader
{
    public static ParquetChunk Read(ref ThriftReader thrift, ReadPlace place)
    {
        var chunk = new ParquetChunk();
        var hasPageIndex = false;
        var outer = thrift.Begin();
        while (thrift.Next(out var id, out var type))
        {
            switch (id)
            {
                case 1:
                    throw place.Wrong("columns in the file itself", "one in another file");
                case 3:
                    thrift.Require(type, ThriftType.Struct);
                    chunk = ReadMetadata(ref thrift, place);
                    break;
                case 4:
                    hasPageIndex = thrift.Int64(type) > 0;
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        thrift.End(outer);
        return chunk.DataAt >= 0
            ? chunk with { HasPageIndex = hasPageIndex }
            : throw place.Wrong("a place for each column", "a column without");
    }

    static ParquetChunk ReadMetadata(ref ThriftReader thrift, ReadPlace place)
    {
        var chunk = new ParquetChunk();
        var outer = thrift.Begin();
        while (thrift.Next(out var id, out var type))
        {
            chunk = id switch
            {
                4 => chunk with { Codec = CodecOf(thrift.Int32(type), place) },
                5 => chunk with { Values = thrift.Int64(type) },
                6 => chunk with { UncompressedBytes = thrift.Int64(type) },
                7 => chunk with { CompressedBytes = thrift.Int64(type) },
                9 => chunk with { DataAt = thrift.Int64(type) },
                11 => chunk with { DictionaryAt = thrift.Int64(type) },
                12 => ReadStatistics(ref thrift, type, chunk),
                14 => chunk with { BloomAt = thrift.Int64(type) },
                15 => chunk with { BloomLength = thrift.Int32(type) },
                _ => Skip(ref thrift, type, chunk),
            };
        }
        thrift.End(outer);
        return chunk;
    }

    static ParquetChunk ReadStatistics(ref ThriftReader thrift, ThriftType structure, ParquetChunk chunk)
    {
        thrift.Require(structure, ThriftType.Struct);
        var outer = thrift.Begin();
        while (thrift.Next(out var id, out var type))
        {
            chunk = id switch
            {
                3 => chunk with { Nulls = thrift.Int64(type) },
                5 => chunk with { Greatest = thrift.Binary(type).ToArray() },
                6 => chunk with { Least = thrift.Binary(type).ToArray() },
                7 => chunk with { IsGreatestExact = thrift.Bool(type) },
                8 => chunk with { IsLeastExact = thrift.Bool(type) },
                _ => Skip(ref thrift, type, chunk),
            };
        }
        thrift.End(outer);
        return chunk;
    }

    static ParquetChunk Skip(ref ThriftReader thrift, ThriftType type, ParquetChunk chunk)
    {
        thrift.Skip(type);
        return chunk;
    }

    static ParquetCodec CodecOf(int codec, ReadPlace place) => (ParquetCodec)codec switch
    {
        ParquetCodec.None or ParquetCodec.Snappy or ParquetCodec.Gzip or ParquetCodec.Zstd => (ParquetCodec)codec,
        _ => throw place.Wrong("a codec of None, Snappy, Gzip or Zstd", $"number {codec}"),
    };
}
