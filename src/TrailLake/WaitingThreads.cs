namespace TrailLake;

/// <summary>Runs steps that wait for a network most of their time, many at once.</summary>
/// <remarks>On threads of their own: the thread pool, which completes what is waited for, would be slow to grow by as many.</remarks>
static class WaitingThreads
{
    const int StackBytes = 256 * 1024;

    /// <summary>Runs the steps 0 to <paramref name="count"/>; the first failure ends all and is thrown.</summary>
    public static void Run(int threads, int count, Action<int> step, CancellationToken cancel)
    {
        threads = Math.Min(threads, count);
        if (threads <= 1)
        {
            for (var i = 0; i < count; i++)
            {
                cancel.ThrowIfCancellationRequested();
                step(i);
            }
            return;
        }
        var next = -1;
        OwnThreads.Run(threads, StackBytes, _ =>
        {
            if (Interlocked.Increment(ref next) is var i && i >= count)
                return false;
            cancel.ThrowIfCancellationRequested();
            step(i);
            return true;
        });
    }
}
