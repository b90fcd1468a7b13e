using System.Text;
using TrailLake.Lake;

namespace TrailLake.Cli;

/// <summary>A run's report for people.</summary>
static class RunText
{
    public static string Of(RunReport report, IReadOnlyDictionary<string, long> quarantined, string lake)
    {
        var text = new StringBuilder();
        text.AppendLine(report.IsDryRun ? $"{lake}: a dry run; nothing was written" : $"{lake}: run {report.RunId}");
        Line(text, "objects", $"{report.ObjectsListed:N0} listed, {report.ObjectsIngested:N0} {(report.IsDryRun ? "to ingest" : "ingested")} ({StatusText.Size(report.BytesCompressed)})", (report.ObjectsAlreadyIngested, "ingested before"), (report.ObjectsPassedOver, "passed over (digests, AWS Config, no logs)"), (report.ObjectsQuarantined, "quarantined"));
        if (report.ListRequests > 0)
            Line(text, "listing", $"{report.ListRequests:N0} requests (${report.ListCost:0.0000}){(report.ListedSince is { } since ? $", of days from {since:yyyy-MM-dd} on; --since lists earlier ones" : "")}");
        if (report.Coverage.Days is { Count: > 0 } days)
            Line(text, "covers", $"{days.Count:N0} days from {days[0]:yyyy-MM-dd} to {days[^1]:yyyy-MM-dd}, {report.Coverage.Accounts.Count:N0} accounts, {report.Coverage.Regions.Count:N0} regions", (report.Coverage.Gaps.Count, "gaps (traillake status lists them)"));
        if (report is { IsDryRun: true, EstimatedRecords: { } rows })
            Line(text, "about", $"{rows:N0} records for {report.EstimatedPartitions:N0} partitions{(report.EstimatedSeconds is { } about ? $", in {about:N1} s" : "")}");
        if (report.IsDryRun)
            return text.ToString();
        Line(text, "records", $"{report.RecordsRead:N0} read = {report.RecordsWritten:N0} written + {report.Duplicates:N0} duplicates + {report.RecordsQuarantined:N0} quarantined", (report.ConflictingEventIds, "written that share an event id but say something else"));
        Line(text, "files", $"{report.FilesWritten:N0} in {report.PartitionsTouched:N0} partitions, {StatusText.Size(report.BytesWritten)} (from {StatusText.Size(report.BytesJson)} of JSON)");
        var seconds = (report.FinishedAt - report.StartedAt).TotalSeconds;
        Line(text, "time", $"{seconds:N2} s, {report.RecordsRead / Math.Max(seconds, 0.001):N0} records a second, {StatusText.Size(report.PeakMemoryBytes)} of memory");
        foreach (var (reason, count) in quarantined)
            Line(text, "quarantine", $"{count:N0} × {reason}");
        if (quarantined.Count > 0)
            text.AppendLine($"See what was quarantined: traillake query {lake} \"select source_object, source_index, reason, message from quarantine\"");
        return text.ToString();
    }

    static void Line(StringBuilder text, string name, string value, params (long Count, string What)[] more)
    {
        text.Append($"  {name,-11}{value}");
        foreach (var (count, what) in more)
        {
            if (count > 0)
                text.Append($", {count:N0} {what}");
        }
        text.AppendLine();
    }
}
