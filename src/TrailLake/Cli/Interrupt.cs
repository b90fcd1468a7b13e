using System.Runtime.InteropServices;

namespace TrailLake.Cli;

/// <summary>Turns the first Ctrl-C or SIGTERM into a request to end in good order; the second one ends the program whatever it does.</summary>
sealed class Interrupt : IDisposable
{
    /// <summary>What a run that is asked to end still reads and publishes is done by then, or the next run does it.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(1.5);

    readonly CancellationTokenSource _source = new(), _late = new();
    readonly Lock _ending = new();
    readonly PosixSignalRegistration[] _signals;
    readonly Action<string> _say;
    bool _isOver;

    /// <param name="say">Says that it stops; by default on standard error.</param>
    public Interrupt(Action<string>? say = null)
    {
        _say = say ?? (message => Console.Error.WriteLine($"traillake: {message}"));
        _signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, context => context.Cancel = Ask()))];
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Cancelled a little later: for the requests by which a run ends in good order.</summary>
    public CancellationToken Late => _late.Token;

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose(); // which does not wait for one that has come just now
        lock (_ending)
        {
            _isOver = true;
            _source.Dispose();
            _late.Dispose();
        }
    }

    /// <summary>Asks the work to end; false where it has been asked before, or is over, and the signal is to end the program.</summary>
    internal bool Ask()
    {
        if (_source.IsCancellationRequested)
            return false;
        lock (_ending)
        {
            if (_isOver || _source.IsCancellationRequested)
                return false;
            _late.CancelAfter(Grace);
            _source.Cancel();
        }
        _say("stopping; once more stops it at once.");
        return true;
    }
}
