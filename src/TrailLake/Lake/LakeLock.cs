using TrailLake.Storage;

namespace TrailLake.Lake;

/// <summary>The right to write to a lake, or to be one shard of those who do. Readers need none, and are never blocked.</summary>
/// <remarks>
/// A lock is an object that bears the name of its run, so there is nothing to fight for: who wants to write creates its own, then lists
/// the others, and holds the lake if there is none that conflicts. Of two that see each other before either holds it, the one whose name
/// comes first stays and the other withdraws. Whoever finds a dead owner's lock deletes it; two that do so at once delete the same object,
/// and never the lock of one that came after (which a lock of a fixed name would not promise).
/// An owner is dead when its process is seen to be gone, or, where its process cannot be seen, when it gives no sign of life, by its own clock and while
/// it is watched. One that is seen and stands still may go on at any time.
/// </remarks>
//   _traillake/locks/20240131T235959Z-k3f9.json          a run alone
//   _traillake/locks/20240131T235959Z-k3f9-2of8.json     a shard: at peace with those of other numbers of 8
sealed class LakeLock : IDisposable
{
    /// <summary>The folder of these objects.</summary>
    public const string Folder = LakeFolders.Notes + "/locks";

    // Of one lock, where it cannot be read though it is there; few, because a store on S3 has asked for half a minute by itself.
    const int MaxReads = 2;

    readonly ObjectStore _lake;
    readonly LockRequest _request;
    readonly Lock _writing = new();
    readonly CancellationTokenSource _lost = new();
    readonly ITimer _timer;
    readonly Dictionary<string, (DateTimeOffset Heartbeat, long Since, bool HasBeaten)> _watched = new(StringComparer.Ordinal);
    LockOwner _me;
    bool _isThere;

    LakeLock(ObjectStore lake, string runId, LockRequest request)
    {
        (_lake, _request) = (lake, request);
        _me = LockOwner.Me(runId, request.Clock.GetUtcNow());
        _timer = request.Clock.CreateTimer(_ => Beat(), null, request.Times.Heartbeat, request.Times.Heartbeat);
    }

    /// <summary>Cancelled when somebody else took the lock for that of a dead owner.</summary>
    public CancellationToken Lost => _lost.Token;

    string Key => KeyOf(_me.RunId);

    /// <summary>Takes the lock; returns when it is held.</summary>
    /// <exception cref="LakeException">Another run holds it, and this one does not wait.</exception>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public static LakeLock Take(ObjectStore lake, string runId, LockRequest request)
    {
        var taken = new LakeLock(lake, runId, request);
        try
        {
            taken.Wait();
            return taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Throws where the lock is not held any more. Asked before anything becomes visible.</summary>
    /// <exception cref="LakeException">It was taken over.</exception>
    public void Require()
    {
        if (!_lost.IsCancellationRequested && _lake.Exists(Key) && !Others().Others.Exists(other => other.IsHeld))
            return;
        throw new LakeException($"{_lake.Locate(Key)}: expected this run's lock alone, found that it was taken over: the run gave no sign of life for {_request.Times.Stale.TotalSeconds:N0} s. Nothing more was published; run it again.");
    }

    public void Dispose()
    {
        _timer.Dispose();
        Withdraw();
        _lost.Dispose();
    }

    static string KeyOf(string runId) => $"{Folder}/{runId}.json";

    void Wait()
    {
        var (hasWarned, mayClaim) = (false, true);
        for (var look = _request.Times.Look; ; look = hasWarned && look < 20 * _request.Times.Look ? look * 2 : look)
        {
            _request.Cancel.ThrowIfCancellationRequested();
            if (mayClaim)
                Claim();
            var (others, isDeciding) = Others();
            if (others.Count == 0 && _isThere)
            {
                Write(isHeld: true);
                return;
            }
            var holder = others.Find(other => other.IsHeld);
            if (holder is not null && !isDeciding && !_request.Waits)
                throw new LakeException($"{_lake.Root}: expected to be the only one that writes here, found {Describe(holder)}. Nothing was done. Wait for its end (--wait does), or run again later.");
            if (holder is not null || (others.Count > 0 && IsBefore(others[0])))
                Withdraw();
            if (holder is not null && !hasWarned && _request.Waits)
                _request.Warn($"{_lake.Root}: waiting for {Describe(holder)}.");
            hasWarned = holder is not null && _request.Waits;
            mayClaim = holder is null && !(others.Count > 0 && IsBefore(others[0])); // who made way claims nothing until the other is gone: of a dozen that begin at once each would always see one
            if (others.Count > 0)
                _request.Cancel.WaitHandle.WaitOne(look);
        }
    }

    bool IsBefore(LockOwner other) => string.CompareOrdinal(other.RunId, _me.RunId) < 0;

    string Describe(LockOwner owner) =>
        $"run {owner.RunId} of {owner.Owner} on {owner.Host}, process {owner.Pid}, which began {owner.StartedAt:yyyy-MM-dd HH:mm:ss}Z and gave its last sign of life {Math.Max(0, (_request.Clock.GetUtcNow() - owner.HeartbeatAt).TotalSeconds):N0} s ago";

    /// <summary>The owners that this run conflicts with, in the order of their names; and whether one of them may be dead, which takes a while to tell.</summary>
    (List<LockOwner> Others, bool IsDeciding) Others()
    {
        var others = new List<LockOwner>();
        var isDeciding = false;
        foreach (var item in _lake.List(Folder + "/"))
        {
            var runId = Path.GetFileNameWithoutExtension(item.Key);
            if (item.Key == Key || item.Key != KeyOf(runId) || !Shard.Conflict(_request.Shard, Shard.Of(runId)) || Read(item, runId) is not { } owner)
                continue;
            var looksDead = owner.HeartbeatAt + _request.Times.Stale < _request.Clock.GetUtcNow();
            var (unchanged, hasBeaten) = Watch(item.Key, owner.HeartbeatAt);
            if (owner.IsGone || (!owner.IsAlive && unchanged >= (looksDead ? 2 * _request.Times.Heartbeat : _request.Times.Stale + _request.Times.Heartbeat)))
            {
                if (!_lake.Exists(item.Key))
                    continue; // it has ended in good order since it was read
                _lake.Delete(item.Key); // of this name there will be no other
                _request.Warn($"{_lake.Root}: {Describe(owner)}, is dead; its lock was removed, and what it left half done is done again.");
                continue;
            }
            isDeciding |= looksDead && !hasBeaten && !owner.IsAlive;
            others.Add(owner);
        }
        return (others, isDeciding);
    }

    // Its clock may be wrong, so it is watched by ours, too.
    (TimeSpan Unchanged, bool HasBeaten) Watch(string key, DateTimeOffset heartbeat)
    {
        var now = _request.Clock.GetTimestamp();
        var isKnown = _watched.TryGetValue(key, out var seen);
        if (!isKnown || seen.Heartbeat != heartbeat)
            _watched[key] = seen = (heartbeat, now, isKnown);
        return (_request.Clock.GetElapsedTime(seen.Since, now), seen.HasBeaten);
    }

    LockOwner? Read(StoredObject item, string runId)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var modified = new DateTimeOffset(item.LastModified, TimeSpan.Zero);
                return LockOwner.Parse(_lake.Read(item.Key)) ?? new LockOwner(runId, "somebody", "an unknown host", 0, "", "", modified, modified, IsHeld: true);
            }
            catch (StoreException) when (!_lake.Exists(item.Key))
            {
                return null; // it ended just now
            }
            catch (StoreException) when (attempt < MaxReads)
            {
                // It was withdrawn, and claimed again before it was looked for: one that waits does so.
            }
        }
    }

    void Claim()
    {
        lock (_writing)
        {
            if (_isThere)
                return;
            _me = _me with { HeartbeatAt = _request.Clock.GetUtcNow() };
            if (!_lake.TryCreate(Key, _me.ToJson()))
                throw new LakeException($"{_lake.Locate(Key)}: expected no lock of this name, found one. Run again.");
            _isThere = true;
        }
    }

    void Withdraw()
    {
        lock (_writing) // else a beat under way would write it anew
        {
            if (!_isThere)
                return;
            _isThere = false;
            _lake.Delete(Key);
        }
    }

    void Write(bool isHeld)
    {
        lock (_writing)
        {
            _me = _me with { HeartbeatAt = _request.Clock.GetUtcNow(), IsHeld = isHeld };
            _lake.Write(Key, _me.ToJson());
        }
    }

    void Beat()
    {
        lock (_writing)
        {
            if (!_isThere)
                return;
            try
            {
                if (_lake.Exists(Key))
                {
                    Write(_me.IsHeld);
                    return;
                }
                _isThere = false;
                _lost.Cancel();
            }
            catch (Exception e) when (e is StoreException or ObjectDisposedException or OperationCanceledException or IOException or UnauthorizedAccessException)
            {
                // A store that fails for a moment, or a run that ends; if it goes on, the lock is found missing before anything is published.
            }
        }
    }
}
