using System.Text.Json;
using System.Text.Json.Serialization;
using TrailLake.Lake;

namespace TrailLake;

/// <summary>What a lake holds. Its JSON is what <c>traillake status --json</c> prints.</summary>
/// <param name="Lake">The lake's folder.</param>
/// <param name="Tables">The tables that have files.</param>
/// <param name="Services">Rows by service, the largest first; so the regions and accounts.</param>
/// <param name="Regions">Rows by region.</param>
/// <param name="Accounts">Rows by account.</param>
/// <param name="Objects">The log files that the ledger knows, by what became of them.</param>
/// <param name="Gaps">Days without a log file of an account and region after days that have some, the open ones first.</param>
/// <param name="DeliveryLag">How long events took to be delivered, by the files of the last seven days of ingest; absent where no file tells.</param>
/// <param name="LastEventTime">The latest event of the ledger; absent where there is none.</param>
/// <param name="Quarantine">What is in quarantine, by reason.</param>
/// <param name="Runs">How many runs left a report: not one that found no log file, nor one more of a day that brought nothing new.</param>
/// <param name="LastRun">The last run's report, as it was written; absent where there was none.</param>
public sealed record LakeStatus(
    string Lake,
    IReadOnlyList<TableStatus> Tables,
    IReadOnlyList<RowCount> Services,
    IReadOnlyList<RowCount> Regions,
    IReadOnlyList<RowCount> Accounts,
    IReadOnlyList<ObjectCount> Objects,
    IReadOnlyList<Gap> Gaps,
    DeliveryLag? DeliveryLag,
    string? LastEventTime,
    IReadOnlyList<QuarantineCount> Quarantine,
    int Runs,
    JsonElement? LastRun);

/// <summary>One table's rows, files, bytes on disk, and the days of its events from the first to the last.</summary>
public sealed record TableStatus(string Table, long Rows, long Files, long BytesWritten, int Days, string FirstDay, string LastDay);

/// <summary>Rows of one service, region or account.</summary>
public sealed record RowCount(string Name, long Rows);

/// <summary>Log files of one outcome (ingested, quarantined, passed_over), their bytes as they came and unzipped.</summary>
public sealed record ObjectCount(string Outcome, long Objects, long BytesCompressed, long BytesJson);

/// <summary>JSON names as in the reports of the runs.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LakeStatus))]
[JsonSerializable(typeof(ExportSummary))]
[JsonSerializable(typeof(CompactReport))]
[JsonSerializable(typeof(VerifyReport))]
sealed partial class ReportJson : JsonSerializerContext;
