using TrailLake.Parquet.Thrift;

namespace TrailLake.Parquet.Reading;

/// <summary>Reads what a footer says of a column chunk: ColumnChunk, ColumnMetaData, Statistics.</summary>
static class ChunkReader
{
    public static ParquetChunk Read(ref ThriftReader thrift, ReadPlace place)
    {
        var chunk = new ParquetChunk();
        var outer = thrift.Begin();
        while (thrift.Next(out var id, out var type))
        {
            switch (id)
            {
                case 1:
                    throw place.Wrong("columns in the file itself", "one in another file");
                case 3:
                    thrift.Require(type, ThriftType.Struct);
                    ReadMetadata(ref thrift, chunk, place);
                    break;
                case 4:
                    chunk.HasPageIndex = thrift.Int64(type) > 0;
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        thrift.End(outer);
        return chunk.DataAt >= 0 ? chunk : throw place.Wrong("a place for each column", "a column without");
    }

    static void ReadMetadata(ref ThriftReader thrift, ParquetChunk chunk, ReadPlace place)
    {
        var outer = thrift.Begin();
        while (thrift.Next(out var id, out var type))
        {
            switch (id)
            {
                case 4:
                    chunk.Codec = CodecOf(thrift.Int32(type), place);
                    break;
                case 5:
                    chunk.Values = thrift.Int64(type);
                    break;
                case 6:
                    chunk.UncompressedBytes = thrift.Int64(type);
                    break;
                case 7:
                    chunk.CompressedBytes = thrift.Int64(type);
                    break;
                case 9:
                    chunk.DataAt = thrift.Int64(type);
                    break;
                case 11:
                    chunk.DictionaryAt = thrift.Int64(type);
                    break;
                case 12:
                    thrift.Require(type, ThriftType.Struct);
                    ReadStatistics(ref thrift, chunk);
                    break;
                case 14:
                    chunk.BloomAt = thrift.Int64(type);
                    break;
                case 15:
                    chunk.BloomLength = thrift.Int32(type);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        thrift.End(outer);
    }

    static void ReadStatistics(ref ThriftReader thrift, ParquetChunk chunk)
    {
        var outer = thrift.Begin();
        while (thrift.Next(out var id, out var type))
        {
            switch (id)
            {
                case 3:
                    chunk.Nulls = thrift.Int64(type);
                    break;
                case 5:
                    chunk.Greatest = thrift.Binary(type).ToArray();
                    break;
                case 6:
                    chunk.Least = thrift.Binary(type).ToArray();
                    break;
                case 7:
                    chunk.IsGreatestExact = thrift.Bool(type);
                    break;
                case 8:
                    chunk.IsLeastExact = thrift.Bool(type);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        thrift.End(outer);
    }

    static ParquetCodec CodecOf(int codec, ReadPlace place) => (ParquetCodec)codec switch
    {
        ParquetCodec.None or ParquetCodec.Snappy or ParquetCodec.Gzip or ParquetCodec.Zstd => (ParquetCodec)codec,
        _ => throw place.Wrong("a codec of None, Snappy, Gzip or Zstd", $"number {codec}"),
    };
}
