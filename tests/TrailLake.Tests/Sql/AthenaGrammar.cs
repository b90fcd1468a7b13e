using System.Diagnostics;

namespace TrailLake.Tests.Sql;

/// <summary>Asks check-sql.mjs whether Athena's grammars take a text.</summary>
static class AthenaGrammar
{
    /// <summary>What does not parse, as FILE:LINE:COLUMN: MESSAGE; empty when all is well.</summary>
    public static string Check(string dialect, params IEnumerable<string> files)
    {
        var node = TraillakeProcess.RunOther(new ProcessStartInfo("node", ["check-sql.mjs", dialect, .. files.Select(Path.GetFullPath)])
        {
            WorkingDirectory = Repository.PathOf("tests", "TrailLake.Tests", "Sql"), // so that node finds the clone's node_modules
        });
        Assert.True(node.Status == (node.Output.Length == 0 ? 0 : 1), node.ToString());
        return node.Output;
    }
}
