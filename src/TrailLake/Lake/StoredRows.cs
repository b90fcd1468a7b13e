using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake.Lake;

sealed class StoredRows : IDisposable
{
    public static StoredRows Of(ObjectStore lake, Partition partition) => new();
    public static bool Meets(ReadOnlySpan<nint> rows, DuplicateFilter filter, PartitionBuffer buffer) => false;
    public static void Add(ParquetFooter footer, RowGroupFacts facts) { }
    public void Dispose() { }
}
