using System.Text;
using System.Text.RegularExpressions;
using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Sql;
using TrailLake.Storage;

namespace TrailLake.Athena;

/// <summary>A lake as Athena is to see it.</summary>
/// <param name="Location">Its place on S3, without a slash at its end.</param>
/// <param name="Partitions">The partitions of each table.</param>
/// <param name="Views">The views, each after those that it reads.</param>
/// <param name="Broken">What is wrong with files of the lake that should be views.</param>
sealed partial record AthenaLake(
    string Location, IReadOnlyDictionary<LakeTable, IReadOnlyList<LakePartition>> Partitions, IReadOnlyList<SqlDefinition> Views, IReadOnlyList<string> Broken)
{
    /// <summary>Looks a lake over.</summary>
    /// <param name="lake">The lake, here or on S3.</param>
    /// <param name="location">Where Athena finds it.</param>
    public static AthenaLake Of(ObjectStore lake, string location)
    {
        var (views, broken) = (new List<SqlDefinition>(SqlLibrary.Views), new List<string>());
        foreach (var file in lake.List(LakeViews.Folder + "/"))
        {
            try
            {
                if (LakeViews.Definition(file.Key[(LakeViews.Folder.Length + 1)..], lake.Locate(file.Key), () => Encoding.UTF8.GetString(lake.Read(file.Key))) is { Text: var text } view && views.All(other => other.Name != view.Name))
                    views.Add(Opening().IsMatch(SqlText.Statements(text)[0]) ? view : throw new CatalogException($"{view.File}: expected a view, found a macro, which DuckDB alone can have. Write it out in the views that use it."));
            }
            catch (CatalogException e)
            {
                broken.Add(e.Message);
            }
        }

        var partitions = Enum.GetValues<LakeTable>().ToDictionary(table => table, table => (IReadOnlyList<LakePartition>)[.. LakePartition.Of(lake, table)]);
        return new(location.TrimEnd('/'), partitions, InOrder(views), broken);
    }

    /// <summary>Every statement that makes it known to a database which is empty, in their order.</summary>
    /// <param name="database">The database.</param>
    /// <param name="isProjected">The partitions are made up by Athena.</param>
    public IEnumerable<string> Statements(string database, bool isProjected)
    {
        yield return AthenaDdl.CreateDatabase(database);
        foreach (var table in Partitions.Keys)
            yield return CreateTable(table, isProjected);
        foreach (var statement in isProjected ? [] : Partitions.SelectMany(table => AddPartitions(table.Key, table.Value)))
            yield return statement;
        foreach (var view in Views)
            yield return TextOf(view);
    }

    /// <summary>CREATE TABLE.</summary>
    public string CreateTable(LakeTable table, bool isProjected) =>
        AthenaTable.Render(table, Location, isProjected ? AthenaProjection.Properties(table, Location, Partitions[table]) : null).TrimEnd();

    /// <summary>ALTER TABLE … ADD PARTITION, as many as it takes.</summary>
    public IEnumerable<string> AddPartitions(LakeTable table, IEnumerable<LakePartition> partitions) =>
        partitions.Chunk(AthenaDdl.PartitionsInStatement).Select(some => AthenaDdl.AddPartitions(table, Location, some));

    /// <summary>A view's one statement, without the comment that stands before it. It always replaces: DuckDB is content with CREATE VIEW, for its database is new each time.</summary>
    public static string TextOf(SqlDefinition view) => Opening().Replace(SqlText.Statements(view.Text)[0], "create or replace view ");

    // A view is refused while one that it reads is not there.
    static List<SqlDefinition> InOrder(List<SqlDefinition> views)
    {
        var waiting = views.ToDictionary(view => view.Name, StringComparer.OrdinalIgnoreCase);
        var ordered = new List<SqlDefinition>(views.Count);
        foreach (var view in views)
            Add(view);
        return ordered;

        void Add(SqlDefinition view)
        {
            if (!waiting.Remove(view.Name))
                return;
            foreach (var word in SqlText.Words(view.Text))
            {
                if (waiting.TryGetValue(word, out var read))
                    Add(read);
            }

            ordered.Add(view);
        }
    }

    [GeneratedRegex("""^(\s|--[^\n]*\n|/\*.*?\*/)*create\s+(or\s+replace\s+)?view\s+""", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Opening();
}
