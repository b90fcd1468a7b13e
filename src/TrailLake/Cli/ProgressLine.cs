using System.CommandLine;

namespace TrailLake.Cli;

/// <summary>Shows how far work is, by a timer that reads its counters: one live line on a terminal, which is gone when the work is done, or lines
/// of JSON for a scheduler. What else goes to standard error meanwhile is told to <see cref="Say"/>, which keeps the two apart.</summary>
sealed class ProgressLine : IDisposable
{
    enum Mode
    {
        None,
        Line,
        Json,
    }

    const string ToLineStart = "\r\x1b[K";
    const int WidthWhereUnknown = 80;

    static readonly Option<string> Choice = new("--progress") { Description = "auto (a live line on a terminal), json (JSON lines on standard error, one a second) or none.", HelpName = "HOW", DefaultValueFactory = _ => "auto" };
    static readonly TimeSpan First = TimeSpan.FromMilliseconds(250), Refresh = TimeSpan.FromMilliseconds(100), Second = TimeSpan.FromSeconds(1);

    readonly Lock _lock = new();
    readonly WorkProgress _work;
    readonly Mode _mode;
    readonly bool _hasColour;
    readonly Timer? _timer;
    bool _isShown, _isOver;

    ProgressLine(Mode mode, WorkProgress work)
    {
        (_mode, _work, _hasColour) = (mode, work, string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));
        if (mode != Mode.None)
            _timer = new Timer(_ => Show(), null, mode == Mode.Json ? Second : First, mode == Mode.Json ? Second : Refresh);
    }

    /// <summary>Adds the option of a verb that may take long.</summary>
    public static void AddTo(Command command)
    {
        if (!command.Options.Contains(Choice))
            command.Options.Add(Choice);
        if (Choice.CompletionSources.Count == 0)
            Choice.CompletionSources.Add("auto", "json", "none");
    }

    /// <summary>Begins to show it, as the command line wants it.</summary>
    public static ProgressLine Start(ParseResult line, bool isQuiet, WorkProgress work) => new(
        line.GetRequiredValue(Choice) switch
        {
            "json" => Mode.Json,
            "none" => Mode.None,
            "auto" => ModeOfTerminal(isQuiet),
            var other => throw new UsageException($"--progress: expected auto, json or none, found {other}."),
        }, work);

    /// <summary>Begins to show it where somebody watches.</summary>
    public static ProgressLine Start(WorkProgress work, bool isQuiet = false) => new(ModeOfTerminal(isQuiet), work);

    /// <summary>Whether anybody is shown anything.</summary>
    public bool IsOn => _mode != Mode.None;

    /// <summary>Says something on a line of its own.</summary>
    public void Say(string message)
    {
        lock (_lock)
        {
            Clear();
            Console.Error.WriteLine($"traillake: {TerminalText.Of(message, keepsLines: true)}");
        }
    }

    /// <summary>Takes the live line away for good, since something else is to be shown on the terminal.</summary>
    public void MakeRoom()
    {
        if (_mode == Mode.Line)
            Dispose();
    }

    /// <summary>Ends it: the live line is cleared, and the last line of JSON tells what the work came to.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isOver)
                return;
            _isOver = true;
            Clear();
            if (_mode == Mode.Json)
                Console.Error.WriteLine(ProgressText.Json(_work.State));
        }
        _timer?.Dispose();
    }

    static Mode ModeOfTerminal(bool isQuiet) => isQuiet || Console.IsErrorRedirected || Environment.GetEnvironmentVariable("TERM") == "dumb" ? Mode.None : Mode.Line;

    void Show()
    {
        lock (_lock)
        {
            if (_isOver)
                return;
            if (_mode == Mode.Json)
                Console.Error.WriteLine(ProgressText.Json(_work.State));
            else
                Console.Error.Write(ToLineStart + ProgressText.Line(_work.State, (Console.WindowWidth is > 0 and var width ? width : WidthWhereUnknown) - 1, _hasColour));
            _isShown = _mode == Mode.Line;
        }
    }

    void Clear()
    {
        if (_isShown)
            Console.Error.Write(ToLineStart);
        _isShown = false;
    }
}
