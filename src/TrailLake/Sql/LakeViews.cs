using System.Text.RegularExpressions;

namespace TrailLake.Sql;

/// <summary>The views that live in a lake itself, one file each: those that <c>views --generate</c> made, and what its users put beside them.</summary>
static partial class LakeViews
{
    /// <summary>Their folder, below the lake's.</summary>
    public const string Folder = "_traillake/views";

    /// <summary>The views, by name; a file whose name is none for a view is passed over.</summary>
    public static IEnumerable<SqlDefinition> Of(string lake)
    {
        var folder = Path.Combine(lake, Folder);
        return !Directory.Exists(folder) ? [] : Directory.EnumerateFiles(folder, "*.sql").Order(StringComparer.Ordinal)
            .Where(file => Name().IsMatch(Path.GetFileNameWithoutExtension(file)))
            .Select(file => new SqlDefinition(Path.GetFileNameWithoutExtension(file), null, () => Read(file)) { File = file });
    }

    static string Read(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var text = File.ReadAllText(file);
        return SqlText.Statements(text) is [var only] && SqlLibrary.NameOf(only) == name ? text
            : throw new CatalogException($"{file}: expected one statement, create or replace view {name} as …, found {SqlText.Statements(text).Count} that create {string.Join(", ", SqlText.Statements(text).Select(SqlLibrary.NameOf).DefaultIfEmpty("nothing"))}. Mend the file, or remove it.");
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]*$")]
    private static partial Regex Name();
}
