using System.Text;
using TrailLake.CloudTrail;
using TrailLake.Parquet;

namespace TrailLake.Lake;

/// <summary>The run's source objects by their number in path order: their keys as UTF-8 that does not move, and how many of their records
/// turned out to be duplicates.</summary>
sealed class SourceObjects(int count) : IDisposable
{
    readonly NativeArena _arena = new(1 << 20);
    readonly Lock _lock = new();
    readonly ByteSlice[] _keys = new ByteSlice[count];
    readonly int[] _duplicates = new int[count];

    /// <summary>How many there are.</summary>
    public int Count => _keys.Length;

    /// <summary>Notes an object's key.</summary>
    public void Add(int ordinal, string key)
    {
        var utf8 = Encoding.UTF8.GetBytes(key);
        lock (_lock)
            _keys[ordinal] = ByteSlice.OfFixed(_arena.Keep(utf8));
    }

    /// <summary>The key of an object.</summary>
    public ByteSlice this[int ordinal] => _keys[ordinal];

    /// <summary>One more of an object's records is in the lake already.</summary>
    public void CountDuplicate(int ordinal) => Interlocked.Increment(ref _duplicates[ordinal]);

    /// <summary>How many of an object's records are in the lake already.</summary>
    public int DuplicatesOf(int ordinal) => _duplicates[ordinal];

    public void Dispose() => _arena.Dispose();
}
