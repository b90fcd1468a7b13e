namespace TrailLake.Cli.Prompt;

/// <summary>What was typed before, in this session and in others: a file with one entry a line, where <c>\n</c> stands for a line's end.</summary>
sealed class PromptHistory
{
    const int MaxEntries = 1_000;

    readonly string _file;
    readonly List<string> _entries;
    readonly Action<string> _warn;
    int _at; // the entry that is shown; behind the last one: what is being typed
    string _typed = "";

    /// <param name="file">Made where it is not there, readable by its owner alone: queries may name what others should not see.</param>
    /// <param name="warn">Told once where it cannot be read or written.</param>
    public PromptHistory(string file, Action<string> warn)
    {
        (_file, _warn, _entries) = (file, warn, []);
        try
        {
            if (File.Exists(file))
                _entries = [.. File.ReadLines(file).Where(line => line.Length > 0).TakeLast(MaxEntries).Select(Unescape)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            warn($"{file}: expected the history of the prompt, found: {e.Message}");
        }
        _at = _entries.Count;
    }

    /// <summary>Keeps an entry, unless it is the last one again.</summary>
    public void Add(string text)
    {
        if (text.Trim() is { Length: > 0 } entry && (_entries.Count == 0 || _entries[^1] != entry))
        {
            _entries.Add(entry);
            Write(entry);
        }
        _at = _entries.Count;
    }

    /// <summary>The entry before the one that is shown; null where there is none.</summary>
    public string? Previous(string shown)
    {
        if (_at == _entries.Count)
            _typed = shown;
        return _at > 0 ? _entries[--_at] : null;
    }

    /// <summary>The entry after it, last of all what was being typed; null where there is none.</summary>
    public string? Next() => _at >= _entries.Count ? null : ++_at == _entries.Count ? _typed : _entries[_at];

    /// <summary>Begins a search at the latest entry, and keeps what is being typed.</summary>
    public void Rewind(string typed) => (_at, _typed) = (_entries.Count, typed);

    /// <summary>The latest entry that has a text, from the one that is shown on, or from the one before it; null where there is none.</summary>
    public string? Find(string text, bool isBefore)
    {
        for (var at = Math.Min(isBefore ? _at - 1 : _at, _entries.Count - 1); at >= 0; at--)
        {
            if (_entries[at].Contains(text, StringComparison.OrdinalIgnoreCase))
                return _entries[_at = at];
        }
        return null;
    }

    void Write(string entry)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            var isLong = File.Exists(_file) && File.ReadLines(_file).Count() >= 2 * MaxEntries;
            var options = new FileStreamOptions { Mode = isLong ? FileMode.Create : FileMode.Append, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var writer = new StreamWriter(_file, options);
            foreach (var line in isLong ? _entries.TakeLast(MaxEntries) : [entry])
                writer.Write(Escape(line) + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _warn($"{_file}: expected to add to the history of the prompt, found: {e.Message} It is kept for this session.");
        }
    }

    static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    static string Unescape(string line)
    {
        var text = new System.Text.StringBuilder(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            var isEscape = line[i] == '\\' && i + 1 < line.Length;
            text.Append(!isEscape ? line[i] : line[++i] == 'n' ? '\n' : line[i]);
        }
        return text.ToString();
    }
}
