namespace TrailLake.Cli.Prompt;

/// <summary>Ctrl-R, as in readline: each letter looks for the latest entry of the history that has what is typed, Ctrl-R again for the one before.</summary>
sealed class PromptSearch
{
    const int ShownLetters = 30;

    readonly PromptBuffer _buffer;
    readonly PromptHistory _history;
    readonly string _before;
    string _wanted = "";
    bool _isMissed;

    public PromptSearch(PromptBuffer buffer, PromptHistory history)
    {
        (_buffer, _history, _before) = (buffer, history, buffer.Text);
        history.Rewind(_before);
    }

    /// <summary>What stands before the entry that is found.</summary>
    public string Lead => $"{(_isMissed ? "not found" : "search")} '{(_wanted.Length > ShownLetters ? "…" + _wanted[^ShownLetters..] : _wanted)}'> ";

    /// <summary>Takes a key of the search; false where the search is over, and the key is one for the entry that was found.</summary>
    public bool Take(ConsoleKeyInfo key)
    {
        var isControl = key.Modifiers.HasFlag(ConsoleModifiers.Control);
        if (isControl && key.Key == ConsoleKey.R)
            Find(isBefore: true);
        else if (key.Key == ConsoleKey.Backspace || (isControl && key.Key == ConsoleKey.H))
        {
            _wanted = _wanted.Length > 0 ? _wanted[..^1] : "";
            GiveUp();
            Find(isBefore: false);
        }
        else if (!isControl && !char.IsControl(key.KeyChar))
        {
            _wanted += key.KeyChar;
            Find(isBefore: false);
        }
        else
            return false;
        return true;
    }

    /// <summary>Whether a key gives the search up, so that what was typed before it comes back.</summary>
    public static bool IsEnd(ConsoleKeyInfo key) => key is { Key: ConsoleKey.Escape } or { Key: ConsoleKey.C or ConsoleKey.G, Modifiers: ConsoleModifiers.Control };

    /// <summary>Brings back what was typed before.</summary>
    public void GiveUp()
    {
        _history.Rewind(_before);
        _buffer.Set(_before);
    }

    void Find(bool isBefore)
    {
        var found = _wanted.Length == 0 ? null : _history.Find(_wanted, isBefore);
        _isMissed = found is null && _wanted.Length > 0;
        if (found is not null)
            _buffer.Set(found);
    }
}
