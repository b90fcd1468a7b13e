namespace TrailLake.Lake;

/// <summary>How long lock owners and those who wait take over things.</summary>
sealed record LockTimes
{
    /// <summary>From one sign of life to the next.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>An owner that gave none for so long counts as dead, if it gives none while it is watched, either.</summary>
    public TimeSpan Stale { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>From one look at the others' locks to the next.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromMilliseconds(100);
}

/// <summary>What a run needs to take a lake's lock.</summary>
/// <param name="Shard">Its shard; null where the whole lake is to be its own.</param>
/// <param name="Waits">Whether it waits for others to end.</param>
/// <param name="Warn">Told of what a user should hear.</param>
/// <param name="Clock">The time.</param>
/// <param name="Cancel">Ends the waiting.</param>
sealed record LockRequest(Shard? Shard, bool Waits, Action<string> Warn, TimeProvider Clock, CancellationToken Cancel)
{
    public LockTimes Times { get; init; } = new();
}
