using System.Diagnostics;
using System.Text.Json;
using TrailLake.CloudTrail;
using TrailLake.Sql;

namespace TrailLake.Tests.Sql;

/// <summary>Asks check-types.mjs for the types that Athena gives to queries and views, and what it would refuse.</summary>
/// <remarks>The types are worked out on the parse tree of Trino's grammar and not by DuckDB's binder: the binder converts text, numbers and dates before any
/// macro could refuse them, and lets a select use its own names.</remarks>
/// <param name="Problems">FILE:LINE:COLUMN: what Athena would refuse, or mean otherwise than DuckDB.</param>
/// <param name="Columns">Each view's columns with Athena's types.</param>
sealed record AthenaTypes(string[] Problems, Dictionary<string, string[][]> Columns)
{
    static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };

    /// <summary>Checks files that hold one query or one view each; views may read each other.</summary>
    public static AthenaTypes Check(params IEnumerable<string> files)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["tables.json"], JsonSerializer.Serialize(Tables()));
        var node = TraillakeProcess.RunOther(new ProcessStartInfo("node", ["check-types.mjs", folder["tables.json"], .. files.Select(Path.GetFullPath)])
        {
            WorkingDirectory = Repository.PathOf("tests", "TrailLake.Tests", "Sql"), // so that node finds the clone's node_modules
        });
        Assert.True(node.Status is 0 or 1, node.ToString());
        var types = JsonSerializer.Deserialize<AthenaTypes>(node.Output, Json)!;
        Assert.Equal(types.Problems.Length == 0 ? 0 : 1, node.Status);
        return types;
    }

    /// <summary>Checks texts, each as a file of its name.</summary>
    public static AthenaTypes CheckTexts(params IEnumerable<(string Name, string Sql)> texts)
    {
        using var folder = new TempFolder();
        return Check(texts.Select(text =>
        {
            File.WriteAllText(folder[text.Name + ".sql"], text.Sql);
            return folder[text.Name + ".sql"];
        }).ToArray());
    }

    // The tables of a lake as Athena knows them: as the DDL declares them, with the types' names in queries.
    static Dictionary<string, Dictionary<string, string>> Tables() => Enum.GetValues<LakeTable>().ToDictionary(DuckDbView.NameOf, table =>
        ColumnsOf(table).Concat(DuckDbView.PartitionColumns.Select(column => (column.Name, Type: "varchar"))).ToDictionary(column => column.Name, column => column.Type));

    static IEnumerable<(string Name, string Type)> ColumnsOf(LakeTable table) => TrailLake.CloudTrail.Columns.Of(table)
        .Select(column => (column.Name, AthenaTable.TypeOf(column.Type).Replace("string", "varchar", StringComparison.Ordinal).Replace('<', '(').Replace('>', ')')));
}
