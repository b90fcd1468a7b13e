using System.Runtime.ExceptionServices;

namespace TrailLake;

/// <summary>Work that is done by several threads which are there for nothing else.</summary>
static class OwnThreads
{
    /// <summary>Has each thread take its next step until it says that there is none; the first failure ends all and is thrown.</summary>
    /// <param name="stackBytes">Of each; 0 for the usual.</param>
    /// <param name="step">Given the thread's number; false where nothing is left.</param>
    public static void Run(int threads, int stackBytes, Func<int, bool> step)
    {
        Exception? failure = null;
        var all = Enumerable.Range(0, threads).Select(number => new Thread(() => Work(number), stackBytes)).ToList();
        var started = 0;
        try
        {
            for (; started < threads; started++)
                all[started].Start();
        }
        catch (OutOfMemoryException e) // so .NET says that the system gives no more threads
        {
            Interlocked.CompareExchange(ref failure, e, null); // those that run use what the caller is about to free
        }
        all[..started].ForEach(thread => thread.Join());
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);

        void Work(int number)
        {
            try
            {
                while (Volatile.Read(ref failure) is null && step(number)) { }
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, e, null);
            }
        }
    }
}
