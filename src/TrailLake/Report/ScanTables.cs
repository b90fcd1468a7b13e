using TrailLake.CloudTrail;
using TrailLake.DuckDb;
using TrailLake.Parquet.Buffers;
using TrailLake.Sql;

namespace TrailLake.Report;

/// <summary>The tables that a scan fills, each by an appender; several threads take turns with <see cref="Lock"/>.</summary>
sealed class ScanTables : IDisposable
{
    /// <summary>Rows that the conditions of the CIS views are asked about, in place of all events; of many that are alike there is one.</summary>
    public const string FindingRows = "finding_rows";

    // A key may stand in several rows, which the sections sum up: that spares the scan to keep all keys of a month in its own memory, and DuckDB can
    // put its tables onto the disk.
    static readonly (string Table, string Columns)[] Counts =
    [
        ("calls", "event_date varchar, service varchar, region varchar, hour_of_day integer, error_code varchar, events bigint"),
        ("hours", "service varchar, region varchar, hour_of_day integer, events bigint"),
        ("caller_parts", "event_date varchar, principal varchar, account varchar, kind varchar, is_aws_service boolean, error_code varchar, events bigint, first_time timestamp, last_time timestamp"),
        ("programs", "event_date varchar, user_agent varchar, events bigint"),
    ];

    readonly List<DuckDbAppender> _appenders = [];

    /// <summary>Makes the tables, empty.</summary>
    /// <param name="findings">The columns of <see cref="FindingRows"/> beside day, service, count and time.</param>
    public ScanTables(LakeCatalog catalog, IEnumerable<Column> findings)
    {
        var all = Counts.Append((Table: FindingRows,
            Columns: $"event_date varchar, service varchar, {string.Concat(findings.Select(column => $"{column.Name} {DuckDbView.TypeOf(column.Type)}, "))}events bigint, last_time timestamp")).ToList();
        foreach (var (table, columns) in all)
            catalog.Execute($"create temp table {table} ({columns})");
        _appenders.AddRange(all.Select(table => catalog.Append(table.Table)));
    }

    /// <summary>Held by who appends.</summary>
    public Lock Lock { get; } = new();

    /// <summary>Calls by day, service, region and error code; by the hour where the report shows hours of days.</summary>
    public DuckDbAppender Calls => _appenders[0];

    /// <summary>Calls by service, region and hour of the day.</summary>
    public DuckDbAppender Hours => _appenders[1];

    /// <summary>Calls by day, caller and error code.</summary>
    public DuckDbAppender Callers => _appenders[2];

    /// <summary>Calls by day and user agent.</summary>
    public DuckDbAppender Programs => _appenders[3];

    /// <summary>The rows of <see cref="FindingRows"/>.</summary>
    public DuckDbAppender Findings => _appenders[4];

    /// <summary>Appends a text by its number; -1 is null.</summary>
    public static void Text(DuckDbAppender target, TextDictionary texts, int number)
    {
        if (number < 0)
            target.Null();
        else
            target.Text(texts.Texts[number].Span);
    }

    /// <summary>Appends a time in milliseconds since 1970; the least and the greatest number, which no minimum or maximum has replaced, are null.</summary>
    public static void Time(DuckDbAppender target, long millis)
    {
        if (millis is long.MinValue or long.MaxValue)
            target.Null();
        else
            target.Timestamp(millis * 1000);
    }

    /// <summary>Makes all that was appended seen.</summary>
    public void Complete() => _appenders.ForEach(appender => appender.Complete());

    public void Dispose() => _appenders.ForEach(appender => appender.Dispose());
}
