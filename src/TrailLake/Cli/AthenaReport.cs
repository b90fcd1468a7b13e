using System.Text;
using TrailLake.Athena;

namespace TrailLake.Cli;

/// <summary>What <c>athena deploy --json</c> prints.</summary>
sealed record AthenaReport(
    string Database, string Location, bool DryRun, bool Projection, int TablesCreated, int ColumnsAdded, int PartitionsAdded, int Partitions, int ViewsCreated, int Views,
    IReadOnlyList<string> Statements, IReadOnlyList<string> Refused)
{
    // Athena scans a million at most, and is slow long before where most are empty.
    const long ManyCombinations = 200_000;

    public static AthenaReport Of(AthenaDeployed done) => new(
        done.Database, done.Location, done.IsDryRun, done.IsProjected, done.TablesCreated, done.ColumnsAdded, done.PartitionsAdded, done.Partitions, done.ViewsCreated, done.Views,
        done.IsDryRun ? done.Statements : [], done.Refused);

    /// <summary>The same for people.</summary>
    public static string TextOf(AthenaDeployed done)
    {
        var text = new StringBuilder();
        if (done.IsDryRun)
            text.Append(string.Concat(done.Statements.Select(statement => $"{statement};\n\n")));
        text.Append($"{done.Database}: {StateOf(done)}\n");
        text.Append($"  tables     {done.TablesCreated:N0} created, {StatusText.Count(done.ColumnsAdded, "column")} added\n");
        text.Append(done.IsProjected ? $"  partitions projected: {StatusText.Count(done.ProjectedCombinations, "folder")} to look for, {done.Partitions:N0} are there\n" : $"  partitions {done.PartitionsAdded:N0} added of {done.Partitions:N0}\n");
        text.Append($"  views      {done.ViewsCreated:N0} created or replaced of {done.Views:N0}\n");
        if (done.IsProjected && done.ProjectedCombinations > ManyCombinations)
            text.Append("Most of the projected folders are not there, and queries without a filter will be slow: --projection false lists the partitions instead.\n");
        return text.ToString();
    }

    /// <summary>What a deployment fails with that has brought everything but some views; null where it has those, too. For after the report.</summary>
    public static AthenaException? RefusalOf(AthenaDeployed done) => done.Refused.Count == 0 ? null
        : new($"{done.Database}: {(done.IsDryRun ? "nothing was changed; these cannot be views there:" : "tables, partitions and all other views are as the lake is; refused:")}{string.Concat(done.Refused.Select(refused => $"\n  {refused}"))}");

    static string StateOf(AthenaDeployed done)
    {
        var but = done.Refused.Count == 0 ? "" : $", but for {StatusText.Count(done.Refused.Count, "view")}";
        return done.Statements.Count == 0 ? $"as the lake is{but}; nothing to do"
            : done.IsDryRun ? $"a dry run of {StatusText.Count(done.Statements.Count, "statement")}; nothing was changed"
            : $"now as {done.Location} is{but}";
    }
}
