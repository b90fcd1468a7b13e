using System.Diagnostics;

namespace TrailLake.Cli;

/// <summary>One line of a terminal that tells how far the work is, and is gone when it is done.</summary>
/// <param name="terminal">Null where nobody watches.</param>
sealed class ProgressLine(TextWriter? terminal) : IDisposable
{
    const string ToLineStart = "\r\x1b[K";

    static readonly TimeSpan Least = TimeSpan.FromMilliseconds(100);

    readonly Lock _lock = new();
    long _shown;
    bool _isShown;

    /// <summary>Shows a text, unless another one has just been shown; from any thread.</summary>
    public void Show(string text)
    {
        lock (_lock)
        {
            if (terminal is null || (_isShown && Stopwatch.GetElapsedTime(_shown) < Least))
                return;
            (_isShown, _shown) = (true, Stopwatch.GetTimestamp());
            terminal.Write(ToLineStart + text);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isShown)
                terminal!.Write(ToLineStart);
            _isShown = false;
        }
    }
}
