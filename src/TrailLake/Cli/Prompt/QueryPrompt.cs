using System.Diagnostics;
using System.Runtime.InteropServices;
using TrailLake.DuckDb;
using TrailLake.Sql;

namespace TrailLake.Cli.Prompt;

/// <summary>A session: SQL and commands are read from the terminal and answered there, until Ctrl-D.</summary>
/// <param name="views">The lake's views.</param>
/// <param name="open">Opens the lake as one text of SQL needs it: of a lake on S3 with the files that it reads.</param>
/// <param name="isKept">False where it is opened for each statement again, as on S3.</param>
sealed class QueryPrompt(IReadOnlyList<SqlDefinition> views, Func<string, LakeCatalog> open, bool isKept) : IDisposable
{
    const string Hint = ".format jsonl has all of it";

    string? _format, _output;
    bool _hasTimer, _isCancelled, _isLeaving;
    LakeCatalog? _catalog;
    volatile LakeCatalog? _running;

    /// <summary>Runs until the user leaves.</summary>
    /// <exception cref="OperationCanceledException">A signal has ended it in the middle of a query.</exception>
    public void Run(string lake)
    {
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true; // it ends the query, not the prompt
            _isCancelled = true;
            _running?.Interrupt();
        });
        using var onHangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Leave);
        using var onEnd = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Leave);
        var screen = new PromptScreen(Console.Out, () => (Console.WindowWidth, Console.WindowHeight));
        var words = new PromptWords(views, ColumnsOf);
        var editor = new PromptEditor(screen, new PromptHistory(Path.Join(UserFolder.State, "query_history"), Say), IsComplete, words.Complete);
        Console.Out.WriteLine($"{lake}: {views.Count} views and tables\n.views lists them, .help tells more; SQL ends with ;");
        while (editor.Read() is { } entry && Answer(entry.Trim()))
        {
            // the answer was all
        }
        if (_isLeaving)
            throw new OperationCanceledException();
    }

    public void Dispose() => _catalog?.Dispose();

    // What a query has spilled to the disk goes when it has ended; where none runs there is nothing to wait for.
    void Leave(PosixSignalContext signal)
    {
        if (_isLeaving || _running is not { } catalog)
            return;
        signal.Cancel = _isLeaving = _isCancelled = true;
        catalog.Interrupt();
    }

    static bool IsComplete(string text) => text.AsSpan().Trim() is { Length: 0 } or ['.', ..] || SqlText.IsEnded(text);

    static void Say(string message) => Console.Error.WriteLine(TerminalText.Of(message, keepsLines: true));

    /// <summary>Answers one entry; false where the user leaves.</summary>
    bool Answer(string entry)
    {
        if (entry is ".quit" or ".exit")
            return false;
        _isCancelled = false;
        try
        {
            if (entry.StartsWith('.'))
                Command(entry);
            else
                SqlText.Statements(entry).ForEach(Print);
        }
        catch (Exception e) // the prompt outlives whatever goes wrong in an answer
        {
            Say(_isCancelled ? "interrupted" : FailureText.Of(e));
        }
        finally
        {
            _running = null;
        }
        return !_isLeaving;
    }

    void Command(string entry)
    {
        var (name, argument) = entry.Split(' ', 2, StringSplitOptions.TrimEntries) is [var first, var second] ? (first, second.TrimEnd(';')) : (entry.TrimEnd(';'), "");
        switch (name)
        {
            case ".views": ListViews(argument); break;
            case ".columns": ListColumns(argument); break;
            case ".format": SetFormat(argument); break;
            case ".output": _output = argument is "" or "-" ? null : argument; break;
            case ".timer": _hasTimer = argument switch { "on" => true, "off" => false, _ => throw new UsageException($".timer: expected on or off, found {(argument.Length == 0 ? "nothing" : argument)}.") }; break;
            case ".help": Console.Out.Write(PromptCommands.Help); break;
            default: throw new UsageException($"no command is called {name}.{Nearest.Question(name, PromptCommands.Names)} .help lists them.");
        }
    }

    void SetFormat(string argument)
    {
        if (argument.Length > 0 && !OutputFormat.Names.Contains(argument))
            throw new UsageException($".format: expected one of {string.Join(", ", OutputFormat.Names)}, found {argument}.{Nearest.Question(argument, OutputFormat.Names)}");
        _format = argument.Length == 0 ? null : argument;
    }

    void ListViews(string word)
    {
        var found = views.Where(view => view.Name.Contains(word, StringComparison.OrdinalIgnoreCase) || view.Question.Contains(word, StringComparison.OrdinalIgnoreCase)).ToList();
        Console.Out.Write(found.Count > 0 ? ViewsCommand.List(found) : $"no view has {word} in its name or question.\n");
    }

    void ListColumns(string view)
    {
        if (view.Length == 0)
            throw new UsageException(".columns: expected a view's name, found none. .views lists them.");
        using var answer = Open("").Query($"select column_name, column_type from (describe {DuckDbSql.Quoted(view)})");
        Write(answer, "table", output: null);
    }

    IReadOnlyList<string> ColumnsOf(string view)
    {
        using var nothing = Open("").Query($"select * from {DuckDbSql.Quoted(view)} limit 0");
        return [.. nothing.Columns.Select(column => column.Name)];
    }

    void Print(string sql)
    {
        if (_isCancelled)
            return;
        var format = OutputFormat.Choose(_format, _output);
        var started = Stopwatch.GetTimestamp();
        var catalog = _running = Open(sql);
        if (_isCancelled) // before there was anything to interrupt
            throw new OperationCanceledException();
        var work = new WorkProgress();
        work.Watch("querying", () => catalog.Progress);
        using var progress = ProgressLine.Start(work);
        if (progress.IsOn)
            catalog.CountProgress();
        if (format == OutputFormat.Parquet)
            ParquetOutput.Write(statement => catalog.Query(statement), sql, _output!);
        else
        {
            using var answer = catalog.Query(sql);
            Write(answer, format, _output, progress.MakeRoom);
        }
        progress.Dispose();
        if (_hasTimer)
            Console.Out.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalSeconds:N3} s");
    }

    static void Write(DuckDbResult answer, string format, string? output, Action? atFirst = null)
    {
        using var target = OutputTarget.Open(output, atFirst);
        OutputFormat.Write(format, answer, target.Stream, Hint);
        target.Complete();
    }

    LakeCatalog Open(string sql)
    {
        if (_catalog is not null && (isKept || sql.Length == 0))
        {
            _catalog.Resume();
            return _catalog;
        }
        _catalog?.Dispose();
        _catalog = _running = null; // where the next one does not open, nobody may meet the one that is closed
        return _catalog = open(sql);
    }
}
