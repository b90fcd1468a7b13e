using TrailLake.Parquet;

namespace TrailLake.Lake;

/// <summary>The run's source objects by their number, as rows name them: their keys, and what their records turned out to be.</summary>
sealed class SourceObjects(IReadOnlyList<SourceObject> objects)
{
    readonly int[] _duplicates = new int[objects.Count];
    long _conflicts;

    /// <summary>How many there are.</summary>
    public int Count => objects.Count;

    /// <summary>The key of an object.</summary>
    public ByteSlice this[int ordinal] => objects[ordinal].Key;

    /// <summary>Records of all that are in the lake already, and so were left out.</summary>
    public long Duplicates => _duplicates.Sum(count => (long)count);

    /// <summary>Records of all that share their event id with another one of the lake, but say something else.</summary>
    public long Conflicts => _conflicts;

    /// <summary>One more record says something else than another one of its event id.</summary>
    public void CountConflict() => Interlocked.Increment(ref _conflicts);

    /// <summary>One more of an object's records is in the lake already.</summary>
    public void CountDuplicate(int ordinal) => Interlocked.Increment(ref _duplicates[ordinal]);

    /// <summary>How many of an object's records are in the lake already.</summary>
    public int DuplicatesOf(int ordinal) => _duplicates[ordinal];
}
