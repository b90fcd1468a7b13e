using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace TrailLake.Lake;

/// <summary>What a run did: printed by <c>ingest --json</c>, and kept as <c>_traillake/runs/RUN.json</c>.</summary>
sealed record RunReport
{
    /// <summary>The folder of these files.</summary>
    public const string Folder = LakeFolders.Notes + "/runs";

    /// <summary>The folder of the markers of runs under way, or crashed.</summary>
    public const string UnderWayFolder = LakeFolders.Notes + "/running";

    static readonly (string Name, Func<RunReport, long> Value)[] Counts =
    [
        ("list_requests", report => report.ListRequests),
        ("objects_listed", report => report.ObjectsListed),
        ("objects_passed_over", report => report.ObjectsPassedOver),
        ("objects_already_ingested", report => report.ObjectsAlreadyIngested),
        ("objects_ingested", report => report.ObjectsIngested),
        ("objects_quarantined", report => report.ObjectsQuarantined),
        ("bytes_compressed", report => report.BytesCompressed),
        ("bytes_json", report => report.BytesJson),
        ("records_read", report => report.RecordsRead),
        ("records_written", report => report.RecordsWritten),
        ("duplicates", report => report.Duplicates),
        ("records_quarantined", report => report.RecordsQuarantined),
        ("conflicting_event_ids", report => report.ConflictingEventIds),
        ("partitions_touched", report => report.PartitionsTouched),
        ("files_written", report => report.FilesWritten),
        ("files_merged", report => report.FilesMerged),
        ("bytes_written", report => report.BytesWritten),
        ("peak_memory_bytes", report => report.PeakMemoryBytes),
    ];

    /// <summary>The columns of <c>ingest_runs</c>: the names of the JSON with DuckDB's types.</summary>
    public static IReadOnlyList<(string Name, string Type)> Columns { get; } =
    [
        ("run_id", "varchar"), ("source", "varchar"), ("lake", "varchar"), ("started_at", "timestamp"), ("finished_at", "timestamp"),
        ("traillake_version", "varchar"), ("interrupted", "boolean"), ("source_place", "varchar"), ("source_scope", "varchar"), ("listed_since", "varchar"), ("complete_before", "varchar"), ("unread_folders", "varchar[]"), .. Counts.Select(count => (count.Name, "bigint")), ("list_cost_usd", "double"), ("seconds", "double"),
        ("first_day", "varchar"), ("last_day", "varchar"), ("days", "bigint"), ("accounts", "varchar[]"), ("regions", "varchar[]"),
        ("gaps", "struct(account varchar, region varchar, first_day varchar, last_day varchar, days bigint)[]"), ("delivery_lag_median_seconds", "bigint"), ("delivery_lag_greatest_seconds", "bigint"),
    ];

    public required string RunId { get; init; }
    public required string Source { get; init; }
    public required string Lake { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset FinishedAt { get; init; }
    public bool IsDryRun { get; init; }

    /// <summary>It was asked to end: what it had read is in the lake, the rest is for the next run.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>The source, as a program names it.</summary>
    public string SourcePlace { get; init; } = "";

    /// <summary>The accounts and regions that the run was asked for; empty for all.</summary>
    public string SourceScope { get; init; } = "";

    /// <summary>The first day of delivery that was listed; null for all.</summary>
    public DateOnly? ListedSince { get; init; }

    /// <summary>All that was delivered before this day, in UTC, is in the lake, but for what is in <see cref="UnreadFolders"/>; null where that cannot be said, and the first of all days where a first run
    /// left something behind.</summary>
    public DateOnly? CompleteBefore { get; init; }

    /// <summary>The days' folders in which an object could not be read: the next run lists them, too.</summary>
    public IReadOnlyList<string> UnreadFolders { get; init; } = [];

    /// <summary>Listing requests that the source may charge for.</summary>
    public long ListRequests { get; init; }

    /// <summary>What they cost on S3, in US dollars: 0.005 for a thousand, in most regions.</summary>
    public double ListCost => ListRequests * 0.000_005;

    /// <summary>Objects under the source, of whatever kind.</summary>
    public long ObjectsListed { get; init; }

    /// <summary>Digests, AWS Config files and what else is known not to be a log.</summary>
    public long ObjectsPassedOver { get; init; }
    public long ObjectsAlreadyIngested { get; init; }
    public long ObjectsIngested { get; init; }

    /// <summary>Objects with something wrong beyond single records.</summary>
    public long ObjectsQuarantined { get; init; }
    public long BytesCompressed { get; init; }
    public long BytesJson { get; init; }
    public long RecordsRead { get; init; }
    public long RecordsWritten { get; init; }
    public long Duplicates { get; init; }
    public long RecordsQuarantined { get; init; }

    /// <summary>Records written although an earlier one of their partition has their event id, because they say something else.</summary>
    public long ConflictingEventIds { get; init; }
    public long PartitionsTouched { get; init; }
    public long FilesWritten { get; init; }

    /// <summary>Files that became part of others: older ones of the partitions, and the run's own beyond the first.</summary>
    public long FilesMerged { get; init; }

    /// <summary>Bytes of the tables' files, those of merged ones with their old rows.</summary>
    public long BytesWritten { get; init; }
    public long PeakMemoryBytes { get; init; }

    /// <summary>What the keys of all listed log files name, those ingested before too.</summary>
    public Coverage Coverage { get; init; } = new();

    /// <summary>Of the objects that were read; null where their names do not tell.</summary>
    public DeliveryLag? DeliveryLag { get; init; }

    /// <summary>Of a dry run: what it would come to.</summary>
    public long? EstimatedRecords { get; init; }
    public long? EstimatedPartitions { get; init; }
    public double? EstimatedSeconds { get; init; }

    /// <summary>The promise of every run.</summary>
    public bool IsExact => RecordsRead == RecordsWritten + Duplicates + RecordsQuarantined;

    /// <summary>Whether something could not be read, and is in quarantine.</summary>
    public bool HasQuarantined => RecordsQuarantined + ObjectsQuarantined > 0;

    /// <summary>The report as one line of JSON.</summary>
    public byte[] ToJson()
    {
        var json = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(json);
        writer.WriteStartObject();
        writer.WriteString("run_id", RunId);
        writer.WriteString("source", Source);
        writer.WriteString("lake", Lake);
        writer.WriteString("started_at", Format(StartedAt));
        writer.WriteString("finished_at", Format(FinishedAt));
        writer.WriteString("traillake_version", Version);
        writer.WriteString("source_place", SourcePlace);
        writer.WriteString("source_scope", SourceScope);
        writer.WriteString("listed_since", Format(ListedSince));
        writer.WriteString("complete_before", Format(CompleteBefore));
        WriteTexts(writer, "unread_folders", UnreadFolders);
        writer.WriteBoolean("dry_run", IsDryRun);
        writer.WriteBoolean("interrupted", IsInterrupted);
        foreach (var (name, value) in Counts)
            writer.WriteNumber(name, value(this));
        writer.WriteNumber("list_cost_usd", Math.Round(ListCost, 6));
        writer.WriteNumber("seconds", Math.Round((FinishedAt - StartedAt).TotalSeconds, 3));
        WriteCoverage(writer);
        if (IsDryRun)
        {
            WriteNumber(writer, "estimated_records", EstimatedRecords);
            WriteNumber(writer, "estimated_partitions", EstimatedPartitions);
            WriteNumber(writer, "estimated_seconds", EstimatedSeconds);
        }
        writer.WriteEndObject();
        writer.Flush();
        return json.WrittenSpan.ToArray();
    }

    void WriteCoverage(Utf8JsonWriter writer)
    {
        var days = Coverage.Days;
        writer.WriteString("first_day", days.Count == 0 ? null : Format(days[0]));
        writer.WriteString("last_day", days.Count == 0 ? null : Format(days[^1]));
        writer.WriteNumber("days", days.Count);
        WriteTexts(writer, "accounts", Coverage.Accounts);
        WriteTexts(writer, "regions", Coverage.Regions);
        writer.WriteStartArray("gaps");
        foreach (var gap in Coverage.Gaps)
        {
            writer.WriteStartObject();
            writer.WriteString("account", gap.Account);
            writer.WriteString("region", gap.Region);
            writer.WriteString("first_day", gap.FirstDay);
            writer.WriteString("last_day", gap.LastDay);
            writer.WriteNumber("days", gap.Days);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        WriteNumber(writer, "delivery_lag_median_seconds", DeliveryLag?.MedianSeconds);
        WriteNumber(writer, "delivery_lag_greatest_seconds", DeliveryLag?.GreatestSeconds);
    }

    static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    static void WriteNumber(Utf8JsonWriter writer, string name, double? number)
    {
        if (number is { } value)
            writer.WriteNumber(name, value);
        else
            writer.WriteNull(name);
    }

    /// <summary>The program's version.</summary>
    public static string Version => typeof(RunReport).Assembly.GetName().Version!.ToString(3);

    static string? Format(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
