using TrailLake.CloudTrail;

namespace TrailLake.Lake;

/// <summary>The folders right in a lake; whatever else lies there is somebody else's.</summary>
static class LakeFolders
{
    /// <summary>That of what the runs wrote down.</summary>
    public const string Notes = "_traillake";

    /// <summary>Those of the tables.</summary>
    public static IReadOnlyList<string> Tables { get; } = [.. Enum.GetValues<LakeTable>().Select(PartitionPath.FolderOf)];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Tables, Notes];
}
