using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake;

/// <summary>What a run's report says of where and since when it looked. To read them all takes a request of S3 for each, so only who misses something else does.</summary>
/// <param name="ListedSince">The first day of delivery that was listed; null for all.</param>
/// <param name="Interrupted">It has not come to its end.</param>
sealed record PastRun(string? RunId, string? SourcePlace, string? SourceScope, DateOnly? ListedSince, bool Interrupted)
{
    /// <summary>Those whose reports can be read.</summary>
    public static IReadOnlyCollection<PastRun> All(ObjectStore lake, CancellationToken cancel)
    {
        var (reports, runs) = (lake.List(RunReport.Folder + "/").Where(file => file.Key.EndsWith(".json", StringComparison.Ordinal)).ToList(), new ConcurrentBag<PastRun>());
        WaitingThreads.Run(lake.Parallelism, reports.Count, i =>
        {
            if (Read(lake, reports[i].Key) is { } run)
                runs.Add(run);
        }, cancel);
        return runs;
    }

    /// <summary>Whether it was asked for the same part of a source, or for that of all shards; other shards may well come to a new lake first.</summary>
    public bool IsOf(string place, SourceFilter asked) => SourcePlace == place && (SourceScope == asked.Scope || SourceScope == (asked with { Shard = null }).Scope);

    static PastRun? Read(ObjectStore lake, string key)
    {
        try
        {
            return JsonSerializer.Deserialize(lake.Read(key), PastRunJson.Default.PastRun);
        }
        catch (JsonException)
        {
            return null; // cut short by a loss of power
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PastRun))]
sealed partial class PastRunJson : JsonSerializerContext;
