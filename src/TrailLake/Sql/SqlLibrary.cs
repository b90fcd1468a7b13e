using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace TrailLake.Sql;

/// <summary>The SQL that the program carries: <c>sql/duckdb/*.sql</c>, macros that give DuckDB Athena's words, and
/// <c>sql/views/*.sql</c>, one view a file.</summary>
static partial class SqlLibrary
{
    /// <summary>Statements of <c>sql/duckdb</c> that define nothing, such as SET: they hold for every query.</summary>
    public static ImmutableArray<string> Settings { get; }

    /// <summary>The macros, in the order of their files.</summary>
    public static ImmutableArray<SqlDefinition> Macros { get; }

    /// <summary>The views, by name.</summary>
    public static ImmutableArray<SqlDefinition> Views { get; }

    static SqlLibrary()
    {
        var statements = Files("sql/duckdb/").SelectMany(file => SqlText.Statements(file.Text)).ToLookup(statement => Creates().IsMatch(statement));
        Settings = [.. statements[false]];
        Macros = [.. statements[true].Select(statement => new SqlDefinition(NameOf(statement), "", () => statement))];
        Views = [.. Files("sql/views/").Select(file => new SqlDefinition(file.Name, QuestionOf(file.Text), () => file.Text))];
    }

    /// <summary>A view's question is the first line of its opening comment, up to its question mark.</summary>
    public static string QuestionOf(string text)
    {
        var line = text.AsSpan().TrimStart();
        line = line[..(line.IndexOf('\n') is var end and >= 0 ? end : line.Length)].Trim();
        if (!line.StartsWith("--"))
            return "";

        line = line.TrimStart('-').Trim();
        var mark = line.IndexOf('?');
        return line[..(mark < 0 ? line.Length : mark + 1)].ToString();
    }

    static IEnumerable<(string Name, string Text)> Files(string folder)
    {
        var assembly = typeof(SqlLibrary).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            var path = resource.Replace('\\', '/'); // where it was built on Windows
            if (!path.StartsWith(folder, StringComparison.Ordinal))
                continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            yield return (Path.GetFileNameWithoutExtension(path), reader.ReadToEnd());
        }
    }

    /// <summary>The name of what a statement creates, in lower case; empty where it creates no macro or view.</summary>
    public static string NameOf(string statement) => Creates().Match(statement).Groups["name"].Value.ToLowerInvariant();

    [GeneratedRegex("""^(?:\s|--[^\n]*\n|/\*.*?\*/)*create\s+(?:or\s+replace\s+)?(?:macro|function|view)\s+"?(?<name>\w+)""", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Creates();
}
