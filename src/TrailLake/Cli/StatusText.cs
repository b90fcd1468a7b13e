using System.Globalization;
using System.Text.Json;
using TrailLake.Lake;

namespace TrailLake.Cli;

/// <summary>A lake's status for people.</summary>
static class StatusText
{
    const int Shown = 10;

    public static void Write(TextWriter output, LakeStatus status)
    {
        Line(output, "lake", status.Lake);
        foreach (var table in status.Tables)
            Line(output, table.Table, $"{Count(table.Rows, "row")} in {Count(table.Files, "file")}, {Size(table.BytesWritten)}, {Count(table.Days, "day")} from {table.FirstDay} to {table.LastDay}");
        if (status.Tables.Count == 0)
            Line(output, "events", "none yet");
        Names(output, "services", status.Services);
        Names(output, "regions", status.Regions);
        Names(output, "accounts", status.Accounts);
        foreach (var (count, index) in status.Objects.Select((count, index) => (count, index)))
            Line(output, index == 0 ? "log files" : "", $"{Count(count.Objects, "file")} {count.Outcome.Replace('_', ' ')}, {Size(count.BytesCompressed)}, {Size(count.BytesJson)} unzipped");
        if (status.LastEventTime is { } lastEvent)
            Line(output, "last event", lastEvent + (status.DeliveryLag is { } lag ? $"; files came {Duration(lag.MedianSeconds)} after their last event (median), {Duration(lag.GreatestSeconds)} at most" : ""));
        WriteGaps(output, status.Gaps);
        WriteQuarantine(output, status);
        Line(output, "runs", status.LastRun is { ValueKind: JsonValueKind.Object } last ? $"{status.Runs}, the last: {LastRun(last)}" : status.Runs == 0 ? "none that found a log file" : $"{status.Runs}"); // one that finds none leaves no report
    }

    static void WriteGaps(TextWriter output, IReadOnlyList<Gap> gaps)
    {
        foreach (var (gap, index) in gaps.Take(Shown).Select((gap, index) => (gap, index)))
            Line(output, index == 0 ? "gaps" : "", $"{gap.Account} {gap.Region}: no log file {(gap.IsOpen ? $"from {gap.FirstDay} on" : gap.Days == 1 ? $"on {gap.FirstDay}" : $"on {gap.Days} days from {gap.FirstDay} to {gap.LastDay}")}");
        if (gaps.Count > Shown)
            Line(output, "", $"and {gaps.Count - Shown} more; --json lists all");
        if (gaps.Count > 0)
            Line(output, "", "A quiet region delivers nothing, so a gap may be no loss; CloudTrail's digests tell: traillake verify LAKE --source SOURCE --digests");
    }

    static void WriteQuarantine(TextWriter output, LakeStatus status)
    {
        if (status.Quarantine.Count == 0)
        {
            Line(output, "quarantine", "empty");
            return;
        }
        foreach (var (count, index) in status.Quarantine.Select((count, index) => (count, index)))
            Line(output, index == 0 ? "quarantine" : "", $"{count.Reason}: {Count(count.Entries, "entry", "entries")} from {Count(count.Objects, "file")}");
        if (Unread(status.LastRun) is > 0 and var folders)
            Line(output, "", $"What the last run could not read lies in {Count(folders, "folder")}, which each run looks into again.");
        Line(output, "", $"see them: traillake query {Quoted(status.Lake)} \"select source_object, source_index, reason, message from quarantine\"");
    }

    static int Unread(JsonElement? run) =>
        run is { ValueKind: JsonValueKind.Object } last && last.TryGetProperty("unread_folders", out var folders) && folders.ValueKind == JsonValueKind.Array ? folders.GetArrayLength() : 0;

    static void Names(TextWriter output, string label, IReadOnlyList<RowCount> counts)
    {
        if (counts.Count == 0)
            return;
        var names = string.Join(", ", counts.Take(Shown).Select(count => $"{count.Name} {Number(count.Rows)}"));
        Line(output, label, $"{counts.Count}: {names}{(counts.Count > Shown ? " …" : "")}");
    }

    // A first run leaves its report before it reads anything; one that is asked to end counts what it has read.
    static string LastRun(JsonElement run)
    {
        var (name, isInterrupted) = ($"{Field(run, "run_id")} at {Field(run, "started_at")}", run.TryGetProperty("interrupted", out var interrupted) && interrupted.ValueKind == JsonValueKind.True);
        return isInterrupted && Field(run, "records_read") == "0" ? $"{name}, under way, or ended before it counted its records"
            : $"{name}, {Field(run, "records_read")} records read = {Field(run, "records_written")} written"
                + $" + {Field(run, "duplicates")} duplicate{(Field(run, "duplicates") == "1" ? "" : "s")} + {Field(run, "records_quarantined")} quarantined{(isInterrupted ? "; interrupted" : "")}";
    }

    static string Field(JsonElement run, string name) =>
        !run.TryGetProperty(name, out var value) ? "?"
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? Number(number) : value.ToString();

    static void Line(TextWriter output, string label, string text) => output.WriteLine($"{label,-12}{TerminalText.Of(text)}"); // services, regions and accounts are as the logs name them

    public static string Count(long count, string one, string? many = null) => $"{Number(count)} {(count == 1 ? one : many ?? one + "s")}";

    static string Duration(long seconds) => seconds < 120 ? $"{seconds} s" : seconds < 7200 ? $"{seconds / 60} min" : seconds < 172_800 ? $"{seconds / 3600} h" : $"{seconds / 86_400} days";

    static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    static string Quoted(string argument) => argument.All(letter => char.IsAsciiLetterOrDigit(letter) || "/._-:".Contains(letter)) ? argument : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>A size as people read it: 1,536 bytes is 1.5 kB.</summary>
    public static string Size(long bytes)
    {
        string[] units = ["bytes", "kB", "MB", "GB", "TB"];
        var (size, unit) = ((double)bytes, 0);
        for (; size >= 1000 && unit < units.Length - 1; unit++)
            size /= 1000;
        return unit == 0 ? $"{bytes} bytes" : size.ToString("N1", CultureInfo.InvariantCulture) + " " + units[unit];
    }
}
