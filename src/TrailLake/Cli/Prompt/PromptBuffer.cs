namespace TrailLake.Cli.Prompt;

/// <summary>The text that is being typed, one line or several, and the cursor in it.</summary>
sealed class PromptBuffer
{
    const string Tab = "    ";

    public string Text { get; private set; } = "";

    /// <summary>Characters before the cursor.</summary>
    public int Cursor { get; private set; }

    /// <summary>Replaces all; the cursor goes to the end.</summary>
    public void Set(string text) => (Text, Cursor) = (text, text.Length);

    /// <summary>Inserts at the cursor; control characters that could move a terminal's cursor are left out.</summary>
    public void Insert(string text)
    {
        text = string.Concat(text.Replace("\t", Tab, StringComparison.Ordinal).Where(letter => letter == '\n' || !char.IsControl(letter)));
        (Text, Cursor) = (Text.Insert(Cursor, text), Cursor + text.Length);
    }

    public void Left() => Cursor = Before(Cursor);

    public void Right() => Cursor = After(Cursor);

    public void WordLeft()
    {
        while (Cursor > 0 && !IsWord(Text[Cursor - 1]))
            Cursor--;
        while (Cursor > 0 && IsWord(Text[Cursor - 1]))
            Cursor--;
    }

    public void WordRight()
    {
        while (Cursor < Text.Length && !IsWord(Text[Cursor]))
            Cursor++;
        while (Cursor < Text.Length && IsWord(Text[Cursor]))
            Cursor++;
    }

    /// <summary>To the start of the line.</summary>
    public void Home() => Cursor = LineStart(Cursor);

    /// <summary>To the end of the line.</summary>
    public void End() => Cursor = LineEnd(Cursor);

    public void ToEnd() => Cursor = Text.Length;

    /// <summary>To the line above; false where there is none.</summary>
    public bool Up()
    {
        var start = LineStart(Cursor);
        if (start == 0)
            return false;
        var above = LineStart(start - 1);
        Cursor = Math.Min(above + (Cursor - start), start - 1);
        return true;
    }

    /// <summary>To the line below; false where there is none.</summary>
    public bool Down()
    {
        var end = LineEnd(Cursor);
        if (end == Text.Length)
            return false;
        Cursor = Math.Min(end + 1 + (Cursor - LineStart(Cursor)), LineEnd(end + 1));
        return true;
    }

    /// <summary>Removes the character before the cursor.</summary>
    public void Backspace() => Remove(Before(Cursor), Cursor);

    /// <summary>Removes the character after the cursor.</summary>
    public void Delete() => Remove(Cursor, After(Cursor));

    public void RemoveToLineStart() => Remove(LineStart(Cursor), Cursor);

    public void RemoveToLineEnd() => Remove(Cursor, LineEnd(Cursor));

    public void RemoveWord()
    {
        var end = Cursor;
        WordLeft();
        Remove(Cursor, end);
    }

    /// <summary>What stands before the cursor and may be a word to complete.</summary>
    public string WordBefore()
    {
        var start = Cursor;
        while (start > 0 && (IsWord(Text[start - 1]) || (Text[start - 1] == '.' && start == 1)))
            start--;
        return Text[start..Cursor];
    }

    void Remove(int start, int end) => (Text, Cursor) = (Text.Remove(start, end - start), start);

    int LineStart(int at) => at == 0 ? 0 : Text.LastIndexOf('\n', at - 1) + 1;

    int LineEnd(int at) => Text.IndexOf('\n', at) is >= 0 and var end ? end : Text.Length;

    int Before(int at) => at == 0 ? 0 : at >= 2 && char.IsLowSurrogate(Text[at - 1]) ? at - 2 : at - 1;

    int After(int at) => at == Text.Length ? at : at + 1 < Text.Length && char.IsHighSurrogate(Text[at]) ? at + 2 : at + 1;

    static bool IsWord(char letter) => char.IsLetterOrDigit(letter) || letter == '_';
}
