using System.Text.Json;
using TrailLake.CloudTrail;
using TrailLake.DuckDb;
using TrailLake.Lake;

namespace TrailLake;

/// <summary>Looks a lake over: its tables through DuckDB, its log files through the ledger.</summary>
public sealed class Status : IDisposable
{
    readonly string _lake;
    readonly DuckDbConnection _duck = DuckDbConnection.OpenInMemory();
    readonly List<TableStatus> _tables = [];
    readonly Dictionary<string, long> _services = [];
    readonly Dictionary<string, long> _regions = [];
    readonly Dictionary<string, long> _accounts = [];

    Status(string lake) => _lake = lake;

    /// <summary>The status of a lake; whatever it does not have is empty.</summary>
    /// <exception cref="CloudTrailException">There is no such folder.</exception>
    public static LakeStatus Of(string lake)
    {
        if (!Directory.Exists(lake))
            throw new CloudTrailException($"{lake}: expected a lake's folder, found none.");
        using var status = new Status(Path.GetFullPath(lake));
        foreach (var table in new[] { LakeTable.Events, LakeTable.Insights, LakeTable.Aggregates })
            status.CountTable(table);
        var (runs, last) = status.Runs();
        return new(
            lake, status._tables, Sorted(status._services), Sorted(status._regions), Sorted(status._accounts),
            status.Objects(), status.Gaps(), QuarantineCounts.Of(lake), runs, last);
    }

    public void Dispose() => _duck.Dispose();

    void CountTable(LakeTable table)
    {
        var files = LakeFiles.List(_lake, LakeFiles.FolderOf(table)).ToList();
        if (files.Count == 0)
            return;
        var account = table == LakeTable.Aggregates ? "account_id" : "recipient_account_id";
        var days = new SortedSet<string>(StringComparer.Ordinal);
        var rows = 0L;
        using var counts = _duck.Query($"""
            select service, region, {account}, event_date, count(*)
            from {LakeFiles.Read(_lake, table)}
            group by all
            """);
        while (counts.ReadChunk())
        {
            for (var row = 0; row < counts.RowCount; row++)
            {
                var count = counts.Columns[4].GetInt64(row);
                Add(_services, counts.Columns[0].GetText(row), count);
                Add(_regions, counts.Columns[1].GetText(row), count);
                Add(_accounts, counts.Columns[2].GetText(row), count);
                days.Add(counts.Columns[3].GetText(row) ?? "");
                rows += count;
            }
        }
        _tables.Add(new(LakeFiles.FolderOf(table), rows, files.Count, files.Sum(file => file.Length), days.Count, days.Min ?? "", days.Max ?? ""));
    }

    static void Add(Dictionary<string, long> counts, string? name, long rows) =>
        counts[name ?? "unknown"] = counts.GetValueOrDefault(name ?? "unknown") + rows;

    static List<RowCount> Sorted(Dictionary<string, long> counts) =>
        [.. counts.Select(count => new RowCount(count.Key, count.Value)).OrderByDescending(count => count.Rows).ThenBy(count => count.Name, StringComparer.Ordinal)];

    List<ObjectCount> Objects()
    {
        if (!LakeFiles.Any(_lake, LakeFiles.Ledger))
            return [];
        using var result = _duck.Query($"""
            select outcome, count(*), sum(size_bytes)::bigint, coalesce(sum(bytes_json), 0)::bigint
            from {LakeFiles.ReadLedger(_lake)} group by outcome order by 2 desc, 1
            """);
        return [.. result.Rows().Select(row => new ObjectCount((string)row[0]!, (long)row[1]!, (long)row[2]!, (long)row[3]!))];
    }

    // The day of an object's key is the day of delivery, of which every trail has one folder. A quiet region delivers
    // nothing, so a gap is a place to look at; only the digests prove that a file is missing.
    List<Gap> Gaps()
    {
        if (!LakeFiles.Any(_lake, LakeFiles.Ledger))
            return [];
        using var result = _duck.Query($$"""
            with keys as (
                select regexp_extract(object_key, '(?:^|/)([0-9]{12})/CloudTrail/([a-z0-9-]+)/([0-9]{4}/[0-9]{2}/[0-9]{2})/[^/]+$', ['account', 'region', 'day']) as key
                from {{LakeFiles.ReadLedger(_lake)}}
            ),
            days as (
                select distinct key.account as account, key.region as region, try_cast(replace(key.day, '/', '-') as date) as day
                from keys where key.account <> ''
            ),
            pairs as (select account, region, day, lead(day) over (partition by account, region order by day) as next_day from days where day is not null)
            select account, region, strftime(day + 1, '%Y-%m-%d'), strftime(next_day - 1, '%Y-%m-%d'), next_day - day - 1
            from pairs where next_day > day + 1 order by 1, 2, 3
            """);
        return [.. result.Rows().Select(row => new Gap((string)row[0]!, (string)row[1]!, (string)row[2]!, (string)row[3]!, Convert.ToInt32(row[4])))];
    }

    (int Runs, JsonElement? Last) Runs()
    {
        var runs = LakeFiles.List(_lake, "_traillake/runs", "*.json").Select(file => Parse(file.FullName)).ToList();
        return (runs.Count, runs.Count == 0 ? null : runs.MaxBy(run => StartOf(run), StringComparer.Ordinal));
    }

    static JsonElement Parse(string path)
    {
        try
        {
            return JsonElement.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException e)
        {
            throw new CloudTrailException($"{path}: expected a run's report in JSON, found none: {e.Message} Remove the file; the lake's rows do not depend on it.", e);
        }
    }

    static string StartOf(JsonElement run) =>
        run.ValueKind == JsonValueKind.Object && run.TryGetProperty("started_at", out var start) ? start.ToString() : "";
}
