namespace TrailLake.Cli.Prompt;

/// <summary>Reads one entry from the terminal, key by key, as readline's users expect: Emacs keys, history, completion.</summary>
/// <param name="isComplete">Whether Enter ends the entry; else it begins another line.</param>
/// <param name="complete">The words that may come in place of the last one: from the text before the cursor, and that word.</param>
sealed class PromptEditor(PromptScreen screen, PromptHistory history, Func<string, bool> isComplete, Func<string, string, IReadOnlyList<string>> complete)
{
    const int MaxListed = 100;

    PromptBuffer _buffer = new();

    /// <summary>The entry; null where Ctrl-D ends it all.</summary>
    public string? Read()
    {
        Console.TreatControlCAsInput = true; // a key here, a signal while a query runs
        try
        {
            _buffer = new();
            screen.Begin();
            while (true)
            {
                if (!IsKeyWaiting()) // what is pasted is drawn at its end
                    screen.Draw(_buffer);
                if (ReadKey() is not { } key)
                    return null;
                if (key is { Key: ConsoleKey.D, Modifiers: ConsoleModifiers.Control } && _buffer.Text.Length == 0)
                {
                    screen.End(_buffer);
                    return null;
                }
                if (key.Key == ConsoleKey.Enter && !key.Modifiers.HasFlag(ConsoleModifiers.Alt) && isComplete(_buffer.Text))
                    return Finish();
                Handle(key);
            }
        }
        finally
        {
            Console.TreatControlCAsInput = false;
        }
    }

    // The next key for the text; what a search takes never gets here. Null where the terminal is gone.
    ConsoleKeyInfo? ReadKey()
    {
        var key = NextKey();
        if (key is not { Key: ConsoleKey.R, Modifiers: ConsoleModifiers.Control })
            return key;
        var search = new PromptSearch(_buffer, history);
        do
        {
            screen.Lead = search.Lead;
            screen.Draw(_buffer);
            key = NextKey();
        }
        while (key is { } next && search.Take(next));
        if (key is { } last && PromptSearch.IsEnd(last))
        {
            search.GiveUp();
            key = default(ConsoleKeyInfo); // of no meaning to the text
        }
        screen.Lead = PromptScreen.First;
        return key;
    }

    static ConsoleKeyInfo? NextKey()
    {
        try
        {
            return Console.ReadKey(intercept: true);
        }
        catch (InvalidOperationException)
        {
            return null; // there is no terminal any more
        }
    }

    static bool IsKeyWaiting()
    {
        try
        {
            return Console.KeyAvailable;
        }
        catch (InvalidOperationException)
        {
            return false; // the next key says so
        }
    }

    string Finish()
    {
        screen.End(_buffer);
        history.Add(_buffer.Text);
        return _buffer.Text;
    }

    void Handle(ConsoleKeyInfo key)
    {
        if (key.Modifiers.HasFlag(ConsoleModifiers.Control))
            HandleControl(key.Key);
        else if (key.Modifiers.HasFlag(ConsoleModifiers.Alt) && key.Key is ConsoleKey.B or ConsoleKey.F or ConsoleKey.Backspace)
            HandleWord(key.Key);
        else
            HandlePlain(key);
    }

    void HandlePlain(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.Enter: _buffer.Insert("\n"); break;
            case ConsoleKey.Backspace: _buffer.Backspace(); break;
            case ConsoleKey.Delete: _buffer.Delete(); break;
            case ConsoleKey.LeftArrow: _buffer.Left(); break;
            case ConsoleKey.RightArrow: _buffer.Right(); break;
            case ConsoleKey.Home: _buffer.Home(); break;
            case ConsoleKey.End: _buffer.End(); break;
            case ConsoleKey.UpArrow: Up(); break;
            case ConsoleKey.DownArrow: Down(); break;
            case ConsoleKey.Tab when IsKeyWaiting(): _buffer.Insert("\t"); break; // pasted, not pressed
            case ConsoleKey.Tab: Complete(); break;
            case ConsoleKey.Escape: break;
            default:
                if (key.KeyChar != '\0')
                    _buffer.Insert(key.KeyChar.ToString());
                break;
        }
    }

    void HandleControl(ConsoleKey key)
    {
        switch (key)
        {
            case ConsoleKey.A: _buffer.Home(); break;
            case ConsoleKey.B: _buffer.Left(); break;
            case ConsoleKey.C: Abandon(); break;
            case ConsoleKey.D: _buffer.Delete(); break;
            case ConsoleKey.E: _buffer.End(); break;
            case ConsoleKey.F: _buffer.Right(); break;
            case ConsoleKey.H: _buffer.Backspace(); break;
            case ConsoleKey.J: _buffer.Insert("\n"); break;
            case ConsoleKey.K: _buffer.RemoveToLineEnd(); break;
            case ConsoleKey.L: screen.Clear(); break;
            case ConsoleKey.N: Down(); break;
            case ConsoleKey.P: Up(); break;
            case ConsoleKey.U: _buffer.RemoveToLineStart(); break;
            case ConsoleKey.W or ConsoleKey.Backspace: _buffer.RemoveWord(); break;
            default: HandleWord(key); break;
        }
    }

    void HandleWord(ConsoleKey key)
    {
        switch (key)
        {
            case ConsoleKey.B or ConsoleKey.LeftArrow: _buffer.WordLeft(); break;
            case ConsoleKey.F or ConsoleKey.RightArrow: _buffer.WordRight(); break;
            case ConsoleKey.Backspace: _buffer.RemoveWord(); break;
            default: break;
        }
    }

    void Abandon()
    {
        screen.End(_buffer, "^C");
        _buffer.Set("");
    }

    void Up()
    {
        if (!_buffer.Up() && history.Previous(_buffer.Text) is { } entry)
            _buffer.Set(entry);
    }

    void Down()
    {
        if (!_buffer.Down() && history.Next() is { } entry)
            _buffer.Set(entry);
    }

    void Complete()
    {
        var word = _buffer.WordBefore();
        var words = complete(_buffer.Text, word);
        if (words.Count == 0)
            return;
        var common = words.Aggregate(Common);
        if (common.Length > word.Length || words.Count == 1)
        {
            for (var i = 0; i < word.Length; i++)
                _buffer.Backspace();
            _buffer.Insert(words.Count == 1 ? common + " " : common);
        }
        else
            screen.WriteLines(words.Take(MaxListed).Chunk(4).Select(row => string.Join("  ", row.Select(name => name.PadRight(30))).TrimEnd()).Append(words.Count > MaxListed ? $"… {words.Count - MaxListed} more" : "").Where(line => line.Length > 0));
    }

    static string Common(string a, string b)
    {
        var length = 0;
        while (length < a.Length && length < b.Length && char.ToLowerInvariant(a[length]) == char.ToLowerInvariant(b[length]))
            length++;
        return a[..length];
    }
}
