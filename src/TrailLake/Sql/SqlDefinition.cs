using TrailLake.CloudTrail;

namespace TrailLake.Sql;

/// <summary>A macro or a view, by name, and the one statement that creates it.</summary>
/// <param name="name">Its name in lower case.</param>
/// <param name="question">What a view answers, in a sentence; empty for a macro, and null where its text opens with it.</param>
/// <param name="text">Renders the statement; not called before it is needed, for some look into the lake.</param>
sealed class SqlDefinition(string name, string? question, Func<string> text)
{
    readonly Lazy<string> _text = new(text);

    public string Name => name;

    public string Question => question ?? SqlLibrary.QuestionOf(Text);

    public string Text => _text.Value;

    /// <summary>The table whose view it is; null for all else.</summary>
    public LakeTable? Table { get; init; }

    /// <summary>The file of the lake that it stands in; null for what the program brings.</summary>
    public string? File { get; init; }
}
