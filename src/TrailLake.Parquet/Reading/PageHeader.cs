using TrailLake.Parquet.Thrift;

namespace TrailLake.Parquet.Reading;

/// <summary>A page's header, parquet.thrift's PageHeader.</summary>
readonly record struct PageHeader(PageType Type, int Uncompressed, int Compressed, uint? Crc, int Values, PageEncoding Encoding)
{
    public static PageHeader Read(ReadOnlySpan<byte> source, ReadPlace place, out int length)
    {
        var thrift = new ThriftReader(source, place);
        var header = new PageHeader((PageType)(-1), -1, -1, null, -1, default);
        while (thrift.Next(out var id, out var type))
        {
            switch (id)
            {
                case 1:
                    header = header with { Type = (PageType)thrift.Int32(type) };
                    break;
                case 2:
                    header = header with { Uncompressed = thrift.Int32(type) };
                    break;
                case 3:
                    header = header with { Compressed = thrift.Int32(type) };
                    break;
                case 4:
                    header = header with { Crc = (uint)thrift.Int32(type) };
                    break;
                case 5 or 7:
                    thrift.Require(type, ThriftType.Struct);
                    header = ReadInner(ref thrift, header);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        length = thrift.Position;
        return header.Type is PageType.Data or PageType.Dictionary
            ? header
            : throw place.Wrong("a data page of version 1 or a dictionary page", $"page type {(int)header.Type}");
    }

    static PageHeader ReadInner(ref ThriftReader thrift, PageHeader header)
    {
        var outer = thrift.Begin();
        while (thrift.Next(out var id, out var type))
        {
            switch (id)
            {
                case 1:
                    header = header with { Values = thrift.Int32(type) };
                    break;
                case 2:
                    header = header with { Encoding = (PageEncoding)thrift.Int32(type) };
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        thrift.End(outer);
        return header;
    }
}
