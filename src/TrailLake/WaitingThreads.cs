using System.Runtime.ExceptionServices;

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
                step(i);
            return;
        }
        var next = -1;
        Exception? failure = null;
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(Work, StackBytes)).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);

        void Work()
        {
            try
            {
                while (Volatile.Read(ref failure) is null && Interlocked.Increment(ref next) is var i && i < count)
                {
                    cancel.ThrowIfCancellationRequested();
                    step(i);
                }
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, e, null);
            }
        }
    }
}
