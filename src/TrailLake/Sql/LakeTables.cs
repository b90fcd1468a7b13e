using TrailLake.CloudTrail;

namespace TrailLake.Sql;

/// <summary>The tables that every lake has, as views over its files, with the question that each answers.</summary>
static class LakeTables
{
    /// <summary>Their definitions.</summary>
    /// <param name="lake">The lake's folder.</param>
    /// <param name="part">The part of the lake that they show; null for all.</param>
    public static IEnumerable<SqlDefinition> Of(string lake, LakePart? part) =>
    [
        Table(LakeTable.Events, lake, part, "What was called, by whom and from where? One row per API call, sign-in, data event or network event."),
        Table(LakeTable.Insights, lake, part, "Where was activity unusual? One row per start or end of a CloudTrail Insight."),
        Table(LakeTable.Aggregates, lake, part, "How often was what called? One row per aggregated record."),
        new("ingested_objects", "Which log files are in the lake? One row per file that a run is done with.", () => RunViews.Ledger(lake)),
        new("ingest_runs", "What did each run do? One row per run.", () => RunViews.Runs(lake)),
        new("quarantine", "What could not be read, and why? One row per record or file.", () => RunViews.Quarantine(lake)),
    ];

    static SqlDefinition Table(LakeTable table, string lake, LakePart? part, string question) =>
        new(DuckDbView.NameOf(table), question, () => DuckDbView.Render(table, lake, TableFiles.Exist(lake, table), part)) { Table = table };
}
