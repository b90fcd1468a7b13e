using System.Collections.Concurrent;

namespace TrailLake.Storage.S3;

/// <summary>Small objects that are read in parts, such as Parquet files: the first part brings the whole, so that the rest costs no request.</summary>
sealed class S3SmallObjects(S3Bucket bucket)
{
    const long SmallBytes = 1 << 20;
    const long MaxHeldBytes = 48 << 20;
    const int MaxNoted = 100_000;

    readonly ConcurrentDictionary<string, long> _sizes = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, (byte[] Content, string ETag)> _held = new(StringComparer.Ordinal);
    long _heldBytes;

    /// <summary>Notes which of the listed objects are small, and forgets what was replaced since; only Parquet files are read in parts.</summary>
    public IEnumerable<StoredObject> Note(IEnumerable<StoredObject> listed)
    {
        foreach (var item in listed)
        {
            if (_held.TryGetValue(item.Key, out var held) && held.ETag != item.ETag)
                Forget(item.Key);
            if (item.SizeBytes <= SmallBytes && item.Key.EndsWith(".parquet", StringComparison.Ordinal))
            {
                if (_sizes.Count >= MaxNoted)
                    _sizes.Clear();
                _sizes[item.Key] = item.SizeBytes;
            }
            yield return item;
        }
    }

    public bool TryRead(string whole, string key, long offset, Span<byte> target)
    {
        if (!_held.TryGetValue(key, out var held))
        {
            if (!_sizes.ContainsKey(key) || bucket.GetAsync(whole, 2 * SmallBytes).GetAwaiter().GetResult() is not ({ } fetched, var version))
                return false;
            held = (fetched, version.ETag.Trim('"'));
            Hold(key, held);
        }
        var content = held.Content;
        if (offset + target.Length > content.Length)
            throw new StoreException($"{bucket.Locate(whole)}: expected at least {offset + target.Length} bytes, found {content.Length}; it was cut short, or is being replaced.");
        content.AsSpan((int)offset, target.Length).CopyTo(target);
        return true;
    }

    /// <summary>Forgets an object that was written or deleted.</summary>
    public void Forget(string key)
    {
        _sizes.TryRemove(key, out _);
        if (_held.TryRemove(key, out var held))
            Interlocked.Add(ref _heldBytes, -held.Content.Length);
    }

    void Hold(string key, (byte[] Content, string ETag) item)
    {
        if (Interlocked.Add(ref _heldBytes, item.Content.Length) > MaxHeldBytes)
        {
            _held.Clear(); // those that are in use stay with their readers
            Interlocked.Exchange(ref _heldBytes, item.Content.Length);
        }
        _held[key] = item;
    }
}
