using TrailLake.CloudTrail;

namespace TrailLake.Sql;

/// <summary>The files of <c>sql/</c> that are made from <see cref="Columns"/> and never by hand, and the index of the views in its README.</summary>
static class RenderedSql
{
    /// <summary>Their paths below <c>sql/</c>, and what must stand in them.</summary>
    public static IEnumerable<(string Path, string Text)> Files()
    {
        yield return ("columns.md", ColumnDocs.Render());
        foreach (var table in Enum.GetValues<LakeTable>())
            yield return ($"athena/{DuckDbView.NameOf(table)}.sql", Heading(table) + AthenaTable.Render(table));
    }

    /// <summary>Writes them into the folder, and the index of the views into its README.</summary>
    public static void Write(string folder)
    {
        foreach (var (path, text) in Files())
        {
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        var readme = Path.Combine(folder, "README.md");
        File.WriteAllText(readme, ViewIndex.Into(File.ReadAllText(readme)));
    }

    static string Heading(LakeTable table) => $"""
        -- The table {DuckDbView.NameOf(table)} on Athena: put the lake's place for {AthenaTable.LakePlaceholder}. Its partitions are made known apart from it.
        -- Rendered from src/TrailLake/CloudTrail/Columns.cs by `make sql`.

        """;
}
