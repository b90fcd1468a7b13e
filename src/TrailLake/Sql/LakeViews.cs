using System.Text.RegularExpressions;
using TrailLake.Lake;

namespace TrailLake.Sql;

/// <summary>The views that live in a lake itself, one file each: those that <c>views --generate</c> made, and what its users put beside them.</summary>
static partial class LakeViews
{
    /// <summary>Their folder, below the lake's.</summary>
    public const string Folder = LakeFolders.Notes + "/views";

    /// <summary>The views, by name; a file whose name is none for a view is passed over.</summary>
    public static IEnumerable<SqlDefinition> Of(string lake)
    {
        var folder = Path.Combine(lake, Folder);
        return !Directory.Exists(folder) ? [] : Directory.EnumerateFiles(folder, "*.sql").Order(StringComparer.Ordinal)
            .Select(file => Definition(Path.GetFileName(file), file, () => File.ReadAllText(file))).OfType<SqlDefinition>();
    }

    /// <summary>The view in a file; null where the file's name is none for a view.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="place">The file as a message should name it.</param>
    /// <param name="read">Reads it; not called before the text is needed.</param>
    public static SqlDefinition? Definition(string name, string place, Func<string> read) => !FileName().IsMatch(name) ? null
        : new(name[..^".sql".Length], null, () => Checked(name[..^".sql".Length], place, read())) { File = place };

    static string Checked(string name, string place, string text)
    {
        var statements = SqlText.Statements(text);
        return statements is [var only] && SqlLibrary.NameOf(only) == name ? text
            : throw new CatalogException($"{place}: expected one statement, create or replace view {name} as …, found {(statements.Count == 1 ? "one" : statements.Count)} that {(statements.Count == 1 ? "creates" : "create")} {string.Join(", ", statements.Select(SqlLibrary.NameOf).Where(created => created.Length > 0).DefaultIfEmpty("nothing"))}. Mend the file, or remove it.");
    }

    [GeneratedRegex(@"^[a-z_][a-z0-9_]*\.sql$")]
    private static partial Regex FileName();
}
