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
            Line(text, "listing", $"{StatusText.Count(report.ListRequests, "request")} (${report.ListCost:0.0000}){(report.ListedSince is { } since ? $", of days from {since:yyyy-MM-dd} on; --since lists earlier ones" : "")}");
        if (report.Coverage.Days is { Count: > 0 } days)
            Line(text, "covers", $"{StatusText.Count(days.Count, "day")} from {days[0]:yyyy-MM-dd} to {days[^1]:yyyy-MM-dd}, {StatusText.Count(report.Coverage.Accounts.Count, "account")}, {StatusText.Count(report.Coverage.Regions.Count, "region")}", (report.Coverage.Gaps.Count, report.Coverage.Gaps.Count == 1 ? "gap (traillake status lists it)" : "gaps (traillake status lists them)"));
        if (report is { IsDryRun: true, EstimatedRecords: { } rows })
            Line(text, "about", $"{StatusText.Count(rows, "record")} for {StatusText.Count(report.EstimatedPartitions ?? 0, "partition")}{(report.EstimatedSeconds is { } about ? $", in {about:N1} s" : "")}");
        if (report.IsDryRun)
            return text.ToString();
        Line(text, "records", $"{report.RecordsRead:N0} read = {report.RecordsWritten:N0} written + {StatusText.Count(report.Duplicates, "duplicate")} + {report.RecordsQuarantined:N0} quarantined", (report.ConflictingEventIds, "written that share an event id but say something else"));
        Line(text, "files", $"{report.FilesWritten:N0} in {StatusText.Count(report.PartitionsTouched, "partition")}, {StatusText.Size(report.BytesWritten)} (from {StatusText.Size(report.BytesJson)} of JSON)");
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
