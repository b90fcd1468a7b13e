using TrailLake.CloudTrail;
using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake.Lake;

/// <summary>One folder of the lake while a run writes to it: the rows that wait, and the file that grows.</summary>
/// <param name="table">Its table.</param>
/// <param name="path">Its folder's key in the lake.</param>
/// <param name="first">The buffer for its first rows.</param>
sealed class Partition(LakeTable table, string path, PartitionBuffer first)
{
    public TableLayout Layout { get; } = TableLayout.Of(table);

    public string Path => path;

    /// <summary>Held while rows come in.</summary>
    public Lock Incoming { get; } = new();

    /// <summary>Held while rows are written; taken before <see cref="Incoming"/>, never after.</summary>
    public Lock Writing { get; } = new();

    /// <summary>The rows that wait.</summary>
    public PartitionBuffer Buffer { get; set; } = first;

    /// <summary>What the file will close with; null before its first row group.</summary>
    public ParquetFooter? Footer { get; set; }

    /// <summary>The file, still invisible; null before its first row group.</summary>
    public ObjectWrite? File { get; set; }

    /// <summary>What the partition holds already; null until a run needs to know.</summary>
    public StoredRows? Stored { get; set; }
}
