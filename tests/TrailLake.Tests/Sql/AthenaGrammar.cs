using System.Diagnostics;

namespace TrailLake.Tests.Sql;

/// <summary>Asks check-sql.mjs whether Athena's grammars take a text.</summary>
static class AthenaGrammar
{
    /// <summary>What does not parse, as FILE:LINE:COLUMN: MESSAGE; empty when all is well.</summary>
    public static string Check(string dialect, params IEnumerable<string> files)
    {
        using var node = Process.Start(new ProcessStartInfo("node", ["check-sql.mjs", dialect, .. files.Select(Path.GetFullPath)])
        {
            WorkingDirectory = Repository.PathOf("tests", "TrailLake.Tests", "Sql"), // so that node finds the clone's node_modules
            RedirectStandardOutput = true,
        })!;
        var problems = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        Assert.Equal(problems.Length == 0 ? 0 : 1, node.ExitCode);
        return problems;
    }
}
