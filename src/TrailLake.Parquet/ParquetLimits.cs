namespace TrailLake.Parquet;

/// <summary>What the writer keeps to, so that the reader can tell a large file from a damaged one before it takes memory.
/// A few bytes can claim any number of nulls.</summary>
static class ParquetLimits
{
    public const int RowsOfGroup = 1 << 24;
    public const int ElementsOfGroup = 1 << 26;
}
