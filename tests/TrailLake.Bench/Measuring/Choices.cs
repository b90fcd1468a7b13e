using System.Diagnostics;
using System.Globalization;
using TrailLake.Lake;
using TrailLake.Parquet;
using TrailLake.Sql;
using TrailLake.Storage;

namespace TrailLake.Bench.Measuring;

/// <summary>What each choice of the Parquet files' make costs and gains: time, bytes, and the time of queries on what was written.</summary>
/// <remarks>Ingest runs in this process, which has its code compiled after the first round, so its times are below a whole run's.</remarks>
static class Choices
{
    static readonly (string Name, ParquetOptions Options)[] All =
    [
        ("as shipped", new()),
        ("zstd 3", new() { CompressionLevel = 3 }),
        ("zstd 6", new() { CompressionLevel = 6 }),
        ("snappy", new() { Codec = ParquetCodec.Snappy }),
        ("none", new() { Codec = ParquetCodec.None }),
        ("pages of 5,000 rows", new() { PageRows = 5_000 }),
        ("pages of 100,000 rows", new() { PageRows = 100_000, PageBytes = 8 << 20 }),
        ("row groups of 16,384 rows", new() { RowGroupRows = 16_384 }),
        ("row groups of 262,144 rows", new() { RowGroupRows = 262_144 }),
        ("dictionaries to 64 KiB", new() { DictionaryBytes = 64 << 10 }),
        ("dictionaries to 64 MiB", new() { DictionaryBytes = 64 << 20 }),
        ("no DELTA encodings", new() { UsesDelta = false }),
    ];

    static readonly (string Name, string Sql)[] Queries =
    [
        ("count by service", "select service, count(*) from events group by service"),
        ("errors", "select event_name, error_code, count(*) from events where is_error group by all"),
        ("JSON of s3", "select json_extract_scalar(request_parameters, '$[\"bucketName\"]'), count(*) from events where service = 's3' group by 1"),
        ("one address", "select event_time, event_name from events where source_ip_address = '198.51.100.1'"),
    ];

    readonly record struct Measure(double WallSeconds, double CpuSeconds, long Bytes, double[] QueryMillis);

    /// <summary>Measures in turns and prints the table.</summary>
    /// <param name="work">A folder for lakes, which are removed at the end.</param>
    public static void Run(string trail, string work, int rounds)
    {
        var measures = All.ToDictionary(choice => choice.Name, _ => new List<Measure>());
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var (name, options) in All)
            {
                var measure = Once(trail, Path.Combine(work, Guid.NewGuid().ToString("N")), options);
                if (round > 0) // the first round compiles
                    measures[name].Add(measure);
            }
        }
        Console.WriteLine($"| | wall, s | CPU, s | MB | {string.Join(" | ", Queries.Select(query => query.Name + ", ms"))} |");
        Console.WriteLine($"| --- | ---: | ---: | ---: |{string.Concat(Queries.Select(_ => " ---: |"))}");
        foreach (var (name, _) in All)
        {
            var list = measures[name];
            var queries = Queries.Select((_, i) => Text(Statistics.Median(list.Select(measure => measure.QueryMillis[i])), "F0"));
            Console.WriteLine($"| {name} | {Text(Statistics.Median(list.Select(measure => measure.WallSeconds)), "F2")} | {Text(Statistics.Median(list.Select(measure => measure.CpuSeconds)), "F2")} | {Text(list[0].Bytes / 1e6, "F1")} | {string.Join(" | ", queries)} |");
        }
        Directory.Delete(work, recursive: true);
    }

    static Measure Once(string trail, string lake, ParquetOptions parquet)
    {
        var process = Process.GetCurrentProcess();
        var (cpu, start) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
        var report = Ingest.Run(LocalStore.OpenSource(trail), LocalStore.OpenLake(lake), new IngestOptions { Parquet = parquet }, out _);
        var wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        process.Refresh();
        return new(wall, (process.TotalProcessorTime - cpu).TotalSeconds, report.BytesWritten, [.. Queries.Select(query => Ask(lake, query.Sql))]);
    }

    static double Ask(string lake, string sql)
    {
        using var catalog = LakeCatalog.Open(lake);
        var start = Stopwatch.GetTimestamp();
        using (var result = catalog.Query(sql))
        {
            while (result.ReadChunk())
            {
            }
        }
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
