using System.Security.Cryptography;
using System.Text;
using TrailLake.CloudTrail;
using TrailLake.Sql;

namespace TrailLake.Athena;

// The table events notes in a property which views Athena has taken, as the first four bytes of the SHA-256 of each one's text:
//   'traillake.views' = '0a1b2c3d,4e5f6071,…'
// A text begins with its view's name, so that no name need stand there: 300 views take 2.7 KB, and a metastore of Hive keeps 4,000 letters.

/// <summary>Which views Athena has, as the deployments before this one noted it.</summary>
static class AthenaViewNote
{
    /// <summary>The property of the table <c>events</c>.</summary>
    public const string Property = "traillake.views";

    const int HashBytes = 4;

    /// <summary>What the property says where Athena has these.</summary>
    public static string Of(IEnumerable<SqlDefinition> views) => string.Join(',', views.Select(HashOf));

    /// <summary>What it says now; empty where it says nothing.</summary>
    /// <param name="there">The tables and views of the database.</param>
    public static string Read(IReadOnlyDictionary<string, TableMetadata> there) =>
        there.GetValueOrDefault(DuckDbView.NameOf(LakeTable.Events))?.Parameters?.GetValueOrDefault(Property) ?? "";

    /// <summary>The views that are to be made: those that are not there as their text says, and those that read one which is not.</summary>
    /// <remarks>To make one again costs a second or so. One that somebody dropped comes again alone: what reads it was made for the same text.</remarks>
    /// <param name="views">All of them, each after those that it reads.</param>
    /// <param name="there">The tables and views of the database.</param>
    public static List<SqlDefinition> Due(IReadOnlyList<SqlDefinition> views, IReadOnlyDictionary<string, TableMetadata> there)
    {
        var taken = Read(there).Split(',').ToHashSet(StringComparer.Ordinal);
        var (due, other) = (new List<SqlDefinition>(), new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        foreach (var view in views)
        {
            var isOther = !taken.Contains(HashOf(view)) || SqlText.Words(view.Text).Overlaps(other);
            if (isOther)
                other.Add(view.Name);
            if (isOther || !there.ContainsKey(view.Name))
                due.Add(view);
        }

        return due;
    }

    static string HashOf(SqlDefinition view) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(view.Text)).AsSpan(0, HashBytes));
}
