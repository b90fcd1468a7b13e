namespace TrailLake;

/// <summary>The workers of a run, each on a thread of its own while there is something to do.</summary>
sealed class IngestWorkers(IngestWorker[] workers) : IDisposable
{
    /// <summary>Gives numbers to the workers until all below the end are done, or it is time to pause; the first failure stops all and is thrown.</summary>
    /// <returns>The first number that was not given.</returns>
    public int Run(int first, int end, Action<IngestWorker, int> step, Func<bool>? isTimeToPause = null)
    {
        var next = first - 1;
        OwnThreads.Run(workers.Length, 0, number =>
        {
            if (isTimeToPause?.Invoke() == true || (Interlocked.Increment(ref next) is var i && i >= end))
                return false;
            step(workers[number], i);
            return true;
        });
        return Math.Min(next + 1, end);
    }

    /// <summary>Forgets what records shared, since a new epoch begins.</summary>
    public void ForgetShared() => Array.ForEach(workers, worker => worker.ForgetShared());

    /// <summary>Forgets which partitions they have given rows to.</summary>
    public void ForgetPartitions() => Array.ForEach(workers, worker => worker.ForgetPartitions());

    /// <summary>Gives back the memory in which they have made row groups.</summary>
    public void ReleaseBuffers() => Array.ForEach(workers, worker => worker.ReleaseBuffers());

    public void Dispose() => Array.ForEach(workers, worker => worker.Dispose());
}
