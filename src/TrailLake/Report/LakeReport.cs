using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using TrailLake.DuckDb;
using TrailLake.Lake;
using TrailLake.Sql;

namespace TrailLake.Report;

/// <summary>Collects what a report shows, as the JSON that its page reads:
/// <code>{"lake":…,"since":…,"until":…,"totals":{"columns":[…],"rows":[[…]]},…,"findings":[{"view":…,"days":{…}}],"gaps":[…],"quarantine":[…]}</code></summary>
public sealed class LakeReport : IDisposable
{
    const int ShownGaps = 50;

    readonly string _lake;
    readonly ReportPeriod _period;
    readonly LakeCatalog _catalog;
    readonly ArrayBufferWriter<byte> _buffer = new();
    readonly Utf8JsonWriter _json;

    LakeReport(string lake, ReportPeriod period)
    {
        (_lake, _period) = (lake, period);
        // What a scan has counted goes to the disk where it is more: three million callers take 0.9 GB in all, and 4 GB without a limit.
        _catalog = LakeCatalog.Open(lake, ("preserve_insertion_order", "false"), ("memory_limit", "512MB"));
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.Default });
    }

    /// <summary>The report's page.</summary>
    /// <param name="lake">The lake's folder.</param>
    /// <param name="name">The lake as its user names it.</param>
    /// <param name="since">The first day; null for a month's up to the last day with events.</param>
    /// <param name="until">The last day; null for the last with events.</param>
    /// <param name="now">When the report is made, in UTC.</param>
    /// <exception cref="CatalogException">There is no such folder.</exception>
    public static string Render(string lake, string name, DateOnly? since, DateOnly? until, DateTime now) => Render(lake, name, since, until, now, new());

    /// <summary>The report's page; tells meanwhile how far it is, and ends where it is told to.</summary>
    internal static string Render(string lake, string name, DateOnly? since, DateOnly? until, DateTime now, WorkProgress progress, CancellationToken cancel = default)
    {
        LakeCatalog.RequireFolder(lake);
        using var report = new LakeReport(lake, ReportPeriod.Of(ReportPeriod.DaysOf(lake), since, until, DateOnly.FromDateTime(now)));
        using var interrupted = cancel.Register(report._catalog.Interrupt);
        try
        {
            return ReportPage.Of(report.Collect(name, now, progress, cancel));
        }
        catch (DuckDbException) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancel);
        }
    }

    public void Dispose()
    {
        _json.Dispose();
        _catalog.Dispose();
    }

    ReadOnlySpan<byte> Collect(string name, DateTime now, WorkProgress progress, CancellationToken cancel)
    {
        _json.WriteStartObject();
        _json.WriteString("lake", name);
        _json.WriteString("made_at", now.ToString("yyyy-MM-dd HH:mm"));
        _json.WriteString("since", ReportPeriod.Text(_period.Since));
        _json.WriteString("until", ReportPeriod.Text(_period.Until));
        _json.WriteBoolean("is_hourly", _period.IsHourly);
        LakeScan.Run(_catalog, _period, ReportPeriod.FoldersOf(_lake).Where(folder => folder.Day >= _period.History && folder.Day <= _period.Until), ReportFinding.Rules, progress, cancel: cancel);
        progress.Watch("summing up");
        foreach (var statement in ReportTables.Statements(_period))
            _catalog.Execute(statement);
        foreach (var (section, sql) in ReportSections.All)
            WriteSection(section, sql);
        WriteFindings(ReportFinding.All(_catalog));
        WriteGaps();
        WriteQuarantine();
        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenSpan;
    }

    void WriteSection(string section, string sql)
    {
        using var result = _catalog.Query(sql);
        _json.WriteStartObject(section);
        _json.WriteStartArray("columns");
        foreach (var column in result.Columns)
            _json.WriteStringValue(column.Name);
        _json.WriteEndArray();
        _json.WriteStartArray("rows");
        while (result.ReadChunk())
        {
            for (var row = 0; row < result.RowCount; row++)
            {
                _json.WriteStartArray();
                foreach (var column in result.Columns)
                    DuckDbJson.Write(_json, column.Vector, row);
                _json.WriteEndArray();
            }
        }
        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    void WriteFindings(List<ReportFinding> findings)
    {
        _json.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            _json.WriteStartObject();
            _json.WriteString("section", finding.Section);
            _json.WriteString("view", finding.View);
            _json.WriteString("question", finding.Question);
            _json.WriteString("sql", finding.Text);
            _json.WriteNumber("rows", finding.Rows);
            _json.WriteString("last", finding.Last?.ToString("yyyy-MM-dd HH:mm:ss"));
            _json.WriteStartObject("days");
            foreach (var (day, rows) in finding.Days)
                _json.WriteNumber(day, rows);
            _json.WriteEndObject();
            _json.WriteStartArray("callers");
            foreach (var (caller, rows) in finding.Callers)
            {
                _json.WriteStartArray();
                _json.WriteStringValue(caller);
                _json.WriteNumberValue(rows);
                _json.WriteEndArray();
            }
            _json.WriteEndArray();
            _json.WriteEndObject();
        }
        _json.WriteEndArray();
    }

    void WriteGaps()
    {
        var (since, until) = (ReportPeriod.Text(_period.Since), ReportPeriod.Text(_period.Until));
        var gaps = DeliveryGaps.Of(_catalog).Where(gap => string.CompareOrdinal(gap.LastDay, since) >= 0 && string.CompareOrdinal(gap.FirstDay, until) <= 0).ToList();
        _json.WriteNumber("gap_count", gaps.Count);
        _json.WriteStartArray("gaps");
        foreach (var gap in gaps.OrderByDescending(gap => gap.IsOpen).ThenByDescending(gap => gap.Days).Take(ShownGaps))
        {
            _json.WriteStartObject();
            _json.WriteString("account", gap.Account);
            _json.WriteString("region", gap.Region);
            _json.WriteString("first_day", gap.FirstDay);
            _json.WriteString("last_day", gap.LastDay);
            _json.WriteNumber("days", gap.Days);
            _json.WriteBoolean("is_open", gap.IsOpen);
            _json.WriteEndObject();
        }
        _json.WriteEndArray();
    }

    void WriteQuarantine()
    {
        _json.WriteStartArray("quarantine");
        foreach (var count in QuarantineCounts.Of(_lake))
        {
            _json.WriteStartObject();
            _json.WriteString("reason", count.Reason);
            _json.WriteNumber("entries", count.Entries);
            _json.WriteNumber("objects", count.Objects);
            _json.WriteEndObject();
        }
        _json.WriteEndArray();
    }
}
