namespace TrailLake.Parquet.Chunks;

/// <summary>What the footer will say of one column chunk. Places count from the row group's first byte.</summary>
struct ChunkRecord
{
    public int Column; // its place in the schema
    public ParquetCodec Codec;
    public PageEncoding Encoding;
    public Bounds Bounds;
    public long Values; // with nulls; of a list, its elements, and one for each list that has none
    public long Nulls;
    public long Uncompressed; // with page headers
    public long Compressed;
    public int DictionaryAt; // -1 where there is none
    public int DataAt;
    public int FirstPage; // in the row group's list of pages
    public int Pages;
    public int BloomAt; // in the row group's bloom filters; -1 where there is none
    public int BloomLength;

    public readonly bool HasDictionary => DictionaryAt >= 0;
}

/// <summary>What the page index says of one data page.</summary>
struct PageRecord
{
    public Bounds Bounds;
    public int At;
    public int Length; // with its header
    public int FirstRow;
    public int Values;
    public int Nulls;

    public readonly bool IsNull => Nulls == Values;
}
