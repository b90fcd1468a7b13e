using System.Text.Json;
using TrailLake.CloudTrail;
using TrailLake.DuckDb;
using TrailLake.Lake;
using TrailLake.Sql;
using TrailLake.Storage;

namespace TrailLake;

/// <summary>Looks a lake over: its tables through DuckDB, its log files through the ledger.</summary>
public sealed class Status : IDisposable
{
    readonly string _lake;
    readonly LakeCatalog _catalog;
    readonly List<TableStatus> _tables = [];
    readonly Dictionary<string, long> _services = [];
    readonly Dictionary<string, long> _regions = [];
    readonly Dictionary<string, long> _accounts = [];

    Status(string lake) => (_lake, _catalog) = (lake, LakeCatalog.Open(lake));

    /// <summary>The status of a lake; whatever it does not have is empty.</summary>
    /// <param name="hasTables">False of a copy that has only what the runs wrote down: they noted how many rows each file has, and of which account's
    /// log files these were.</param>
    /// <exception cref="CatalogException">There is no such folder.</exception>
    public static LakeStatus Of(string lake, bool hasTables = true) => Find(lake, hasTables, CancellationToken.None);

    /// <summary>The same, ended early where that is asked for.</summary>
    internal static LakeStatus Find(string lake, bool hasTables, CancellationToken cancel)
    {
        using var status = new Status(lake);
        using var interrupted = cancel.Register(status._catalog.Interrupt);
        try
        {
            return status.Of(hasTables);
        }
        catch (DuckDbException) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancel);
        }
    }

    public void Dispose() => _catalog.Dispose();

    LakeStatus Of(bool hasTables)
    {
        if (hasTables)
            Array.ForEach(Enum.GetValues<LakeTable>(), CountTable);
        else
            CountNoted();
        var (runs, last) = Runs();
        var (lag, lastEvent) = Delivery();
        return new(_lake, _tables, Sorted(_services), Sorted(_regions), Sorted(_accounts), Objects(), DeliveryGaps.Of(_catalog), lag, lastEvent, QuarantineCounts.Of(_lake), runs, last);
    }

    void CountTable(LakeTable table)
    {
        var name = DuckDbView.NameOf(table);
        var files = FilesOf(name, "*.parquet");
        if (files.Count == 0)
            return;
        var account = table == LakeTable.Aggregates ? "account_id" : "recipient_account_id";
        var days = new SortedSet<string>(StringComparer.Ordinal);
        var rows = 0L;
        using var counts = _catalog.Query($"""
            select service, region, {account}, event_date, count(*)
            from {name} group by all
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
        _tables.Add(new(name, rows, files.Count, files.Sum(file => file.Length), days.Count, days.Min ?? "", days.Max ?? ""));
    }

    void CountNoted()
    {
        var noted = PublishedFiles.Load(LocalStore.OpenLake(_lake)).Files.Values.ToLookup(file => file.Key.Split('/')[0], StringComparer.Ordinal);
        foreach (var name in Enum.GetValues<LakeTable>().Select(DuckDbView.NameOf))
            CountNoted(name, [.. noted[name]]);
        CountAccounts();
    }

    void CountNoted(string name, List<PublishedFile> files)
    {
        var days = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (!PartitionPlace.TryParse(file.Key, out var place, out _))
                continue;
            Add(_services, place.Service, file.Rows ?? 0);
            Add(_regions, place.Region, file.Rows ?? 0);
            days.Add(place.Day);
        }
        if (days.Count > 0)
            _tables.Add(new(name, files.Sum(file => file.Rows ?? 0), files.Count, files.Sum(file => file.SizeBytes ?? 0), days.Count, days.Min!, days.Max!));
    }

    void CountAccounts()
    {
        using var result = _catalog.Query("""
            select nullif(system.main.regexp_extract(object_key, '(?:^|/)([0-9]{12})[/_]', 1), ''), sum(records_written)::bigint
            from ingested_objects group by 1 having sum(records_written) > 0
            """);
        foreach (var row in result.Rows())
            Add(_accounts, (string?)row[0], (long)row[1]!);
    }

    static void Add(Dictionary<string, long> counts, string? name, long rows) =>
        counts[name ?? "unknown"] = counts.GetValueOrDefault(name ?? "unknown") + rows;

    static List<RowCount> Sorted(Dictionary<string, long> counts) =>
        [.. counts.Select(count => new RowCount(count.Key, count.Value)).OrderByDescending(count => count.Rows).ThenBy(count => count.Name, StringComparer.Ordinal)];

    List<ObjectCount> Objects()
    {
        using var result = _catalog.Query("""
            select outcome, count(*), sum(size_bytes)::bigint, coalesce(sum(bytes_json), 0)::bigint
            from ingested_objects group by outcome order by 2 desc, 1
            """);
        return [.. result.Rows().Select(row => new ObjectCount((string)row[0]!, (long)row[1]!, (long)row[2]!, (long)row[3]!))];
    }

    (DeliveryLag? Lag, string? LastEvent) Delivery()
    {
        using var result = _catalog.Query("""
            with files as (
                select ingested_at, last_event_time, try_strptime(system.main.regexp_extract(object_key, '_([0-9]{8}T[0-9]{4}Z)_[^/]*$', 1), '%Y%m%dT%H%MZ') as delivered_at
                from ingested_objects
            ),
            lags as (
                select greatest(0, date_diff('second', last_event_time, delivered_at)) as seconds
                from files where ingested_at >= (select max(ingested_at) from files) - interval 7 day and last_event_time is not null and delivered_at is not null
            )
            select count(*), quantile_disc(seconds, 0.5)::bigint, max(seconds)::bigint, (select strftime(max(last_event_time), '%Y-%m-%dT%H:%M:%SZ') from files) from lags
            """);
        var row = result.Rows().Single();
        return (row[1] is null ? null : new((long)row[0]!, (long)row[1]!, (long)row[2]!), (string?)row[3]);
    }

    (int Runs, JsonElement? Last) Runs()
    {
        var runs = FilesOf(RunReport.Folder, "*.json").Select(file => Parse(file.FullName)).ToList();
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

    List<FileInfo> FilesOf(string folder, string pattern) =>
        new DirectoryInfo(Path.Join(_lake, folder)) is { Exists: true } found ? [.. found.EnumerateFiles(pattern, SearchOption.AllDirectories)] : [];
}
