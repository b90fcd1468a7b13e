using TrailLake.CloudTrail;
using TrailLake.Parquet;

namespace TrailLake.Lake;

/// <summary>One folder of the lake while a run writes to it: the rows that wait, and the files that grow.</summary>
/// <param name="table">Its table.</param>
/// <param name="path">Its folder's key in the lake.</param>
/// <param name="day">Its day, counted from 1970.</param>
/// <param name="first">The buffer for its first rows.</param>
/// <param name="publications">How often the run had published before.</param>
sealed class Partition(LakeTable table, string path, int day, PartitionBuffer first, int publications)
{
    public TableLayout Layout { get; } = TableLayout.Of(table);

    public string Path => path;

    public int Day => day;

    /// <summary>How often the run had published before this partition's first row came.</summary>
    public int Publications => publications;

    /// <summary>Held while rows come in.</summary>
    public Lock Incoming { get; } = new();

    /// <summary>Held while rows are written; taken before <see cref="Incoming"/>, never after.</summary>
    public Lock Writing { get; } = new();

    /// <summary>The rows that wait.</summary>
    public PartitionBuffer Buffer { get; set; } = first;

    /// <summary>What the file under way will close with; null where there is none.</summary>
    public ParquetFooter? Footer { get; set; }

    /// <summary>The run's files in this partition, the one under way last.</summary>
    public List<PartitionFile> Files { get; } = [];

    /// <summary>What the partition holds already; null until a run needs to know.</summary>
    public StoredRows? Stored { get; set; }
}
