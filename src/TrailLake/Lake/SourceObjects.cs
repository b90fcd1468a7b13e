using TrailLake.Parquet;

namespace TrailLake.Lake;

/// <summary>The run's source objects by their number, as rows name them: their keys, and how many of their records turned out to be
/// duplicates.</summary>
sealed class SourceObjects(IReadOnlyList<SourceObject> objects)
{
    readonly int[] _duplicates = new int[objects.Count];

    /// <summary>How many there are.</summary>
    public int Count => objects.Count;

    /// <summary>The key of an object.</summary>
    public ByteSlice this[int ordinal] => objects[ordinal].Key;

    /// <summary>One more of an object's records is in the lake already.</summary>
    public void CountDuplicate(int ordinal) => Interlocked.Increment(ref _duplicates[ordinal]);

    /// <summary>How many of an object's records are in the lake already.</summary>
    public int DuplicatesOf(int ordinal) => _duplicates[ordinal];
}
