using TrailLake.CloudTrail;
using TrailLake.Storage;

namespace TrailLake.Lake;

/// <summary>A partition that has files.</summary>
/// <param name="Path">Its folder's key in the lake, values percent-encoded.</param>
/// <param name="Service">The values of the partition columns, decoded.</param>
/// <param name="EventDate">The day, as text.</param>
/// <param name="Region">The region.</param>
sealed record LakePartition(string Path, string Service, string EventDate, string Region)
{
    /// <summary>The partitions of a table, in the order of their paths.</summary>
    public static IEnumerable<LakePartition> Of(ObjectStore lake, LakeTable table)
    {
        var last = "";
        foreach (var file in lake.List(PartitionPath.FolderOf(table) + "/"))
        {
            var end = file.Key.LastIndexOf('/');
            if (!LakeFile.IsParquet(file.Key.AsSpan(end + 1)) || file.Key.AsSpan(0, end).SequenceEqual(last))
                continue;
            last = file.Key[..end];
            if (Parse(last[(last.IndexOf('/') + 1)..]) is { } found)
                yield return found with { Path = last };
        }
    }

    /// <summary>Reads <c>service=s3/event_date=2024-01-31/region=us-east-1</c>, percent-encoded; null for anything else.</summary>
    public static LakePartition? Parse(string path) => path.Split('/') is [var service, var date, var region]
        && service.StartsWith("service=", StringComparison.Ordinal) && date.StartsWith("event_date=", StringComparison.Ordinal) && region.StartsWith("region=", StringComparison.Ordinal)
        ? new(path, Uri.UnescapeDataString(service["service=".Length..]), Uri.UnescapeDataString(date["event_date=".Length..]), Uri.UnescapeDataString(region["region=".Length..]))
        : null;

    /// <summary>The same partition, wherever it lies.</summary>
    public (string Service, string EventDate, string Region) Values => (Service, EventDate, Region);
}
