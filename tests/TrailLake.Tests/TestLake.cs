using System.IO.Compression;
using System.Text;
using TrailLake.Lake;
using TrailLake.Sql;
using TrailLake.Storage;

namespace TrailLake.Tests;

/// <summary>A source and a lake for one test, each on this disk or on a real S3 server: files are put, runs are made in this process, and the lake is
/// asked through its views.</summary>
sealed class TestLake(S3Server? sourceServer = null, S3Server? lakeServer = null) : IDisposable
{
    readonly TempFolder _folder = new();
    readonly string? _sourceBucket = sourceServer?.NewBucket(), _lakeBucket = lakeServer?.NewBucket();

    public string Source => _folder["source"];

    /// <summary>The lake's folder; of a lake on S3, that of its copy.</summary>
    public string Lake => _folder["lake"];

    /// <summary>The source as a program names it.</summary>
    public string SourceUri => _sourceBucket is null ? Source : $"s3://{_sourceBucket}/trail";

    /// <summary>The lake as a program names it.</summary>
    public string LakeUri => _lakeBucket is null ? Lake : $"s3://{_lakeBucket}/a/lake";

    /// <summary>The arguments of the program that say: ingest the one into the other.</summary>
    public string[] Ingest => ["ingest", SourceUri, LakeUri, .. (sourceServer ?? lakeServer) is { } server ? ["--endpoint-url", server.Endpoint] : Array.Empty<string>()];

    /// <summary>How many of each reason the last run quarantined.</summary>
    public IReadOnlyDictionary<string, long> Quarantined { get; private set; } = new Dictionary<string, long>();

    /// <summary>What the last run warned of.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>A record with a time and an id; other properties, as JSON, may follow.</summary>
    public static string Record(int id, string more = "") =>
        $$"""{"eventVersion":"1.08","eventTime":"2024-01-31T10:00:{{id % 60:00}}Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"eu-west-1","eventID":"00000000-0000-0000-0000-{{id:000000000000}}","requestParameters":null,"responseElements":null{{(more.Length > 0 ? "," + more : "")}}}""";

    /// <summary>The key of a log file that was delivered on a day of January 2024.</summary>
    public static string DayKey(int day, string name) => $"AWSLogs/111122223333/CloudTrail/eu-west-1/2024/01/{day:00}/{name}.json";

    /// <summary>The same at an hour and minute, which its name tells as CloudTrail's names do.</summary>
    public static string HourKey(int day, string time) => DayKey(day, $"111122223333_CloudTrail_eu-west-1_202401{day:00}T{time}Z_abcdefghijklmnop");

    public static string Log(params IEnumerable<string> records) => $$"""{"Records":[{{string.Join(',', records)}}]}""";

    public static byte[] Gzip(string text) => Gzip(Encoding.UTF8.GetBytes(text));

    public static byte[] Gzip(byte[] bytes)
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return file.ToArray();
    }

    public TestLake Put(string key, string text) => Put(key, Encoding.UTF8.GetBytes(text));

    public TestLake Put(string key, byte[] bytes)
    {
        if (_sourceBucket is not null)
        {
            StoreUri.Parse(SourceUri).OpenLake(sourceServer!.Options).Write(key, bytes);
            return this;
        }
        var path = Path.Combine(Source, key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return this;
    }

    /// <param name="source">Another store than <see cref="Source"/>.</param>
    public RunReport Run(IngestOptions? options = null, ObjectStore? source = null)
    {
        if (source is null && _sourceBucket is null)
            Directory.CreateDirectory(Source);
        Warnings.Clear();
        var report = TrailLake.Ingest.Run(source ?? OpenSource(), OpenLake(), (options ?? new()) with { Warn = Warnings.Add }, out var quarantined);
        Quarantined = quarantined;
        return report;
    }

    public ObjectStore OpenSource() => StoreUri.Parse(SourceUri).OpenSource(sourceServer?.Options);

    public ObjectStore OpenLake() => StoreUri.Parse(LakeUri).OpenLake(lakeServer?.Options);

    /// <summary>Removes the lake.</summary>
    public void Clear()
    {
        var lake = OpenLake();
        foreach (var key in Files())
            lake.Delete(key);
    }

    /// <summary>The first value of a query's first row.</summary>
    public object? Scalar(string sql) => Rows(sql).FirstOrDefault()?[0];

    /// <summary>A query's rows as text; null is null.</summary>
    public List<IReadOnlyList<string?>> Rows(string sql)
    {
        using var catalog = LakeCatalog.Open(Pulled());
        using var result = catalog.Query(sql);
        var rows = new List<IReadOnlyList<string?>>();
        while (result.ReadChunk())
        {
            for (var row = 0; row < result.RowCount; row++)
                rows.Add([.. result.Columns.ToArray().Select(column => column.IsNull(row) ? null : column.GetText(row))]);
        }
        return rows;
    }

    /// <summary>The lake's folder, of a lake on S3 that of its copy as it is now.</summary>
    public string Pulled()
    {
        if (_lakeBucket is not null)
            Pull.Run(OpenLake(), Lake, new PullRequest());
        return Lake;
    }

    /// <summary>The keys of the lake's files, in order.</summary>
    public string[] Files(string folder = "") => _lakeBucket is not null ? [.. OpenLake().List(folder).Select(file => file.Key)] : !Directory.Exists(Path.Combine(Lake, folder)) ? [] :
        [.. Directory.EnumerateFiles(Path.Combine(Lake, folder), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Lake, path)).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();
}
