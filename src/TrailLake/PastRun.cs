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
    /// <summary>Why its report cannot be read; null of most.</summary>
    [JsonIgnore]
    public string? Problem { get; init; }

    /// <summary>All that left a report.</summary>
    /// <exception cref="StoreException">The lake itself cannot be read.</exception>
    public static IReadOnlyCollection<PastRun> All(ObjectStore lake, CancellationToken cancel)
    {
        var (reports, runs) = (lake.List(RunReport.Folder + "/").Where(file => file.Key.EndsWith(".json", StringComparison.Ordinal)).ToList(), new ConcurrentBag<PastRun>());
        WaitingThreads.Run(lake.Parallelism, reports.Count, i =>
        {
            runs.Add(Read(lake, reports[i].Key));
        }, cancel);
        return runs;
    }

    /// <summary>Whether it was asked for the same part of a source, or for that of all shards; other shards may well come to a new lake first.</summary>
    public bool IsOf(string place, SourceFilter asked) => SourcePlace == place && (SourceScope == asked.Scope || SourceScope == (asked with { Shard = null }).Scope);

    static PastRun Read(ObjectStore lake, string key)
    {
        try
        {
            return JsonSerializer.Deserialize(lake.Read(key), PastRunJson.Default.PastRun) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            return Unread("expected a run's report in JSON, found none, as where the power was lost; remove it, the lake's rows do not depend on it.");
        }
        catch (StoreException e) when (!e.IsOfPlace)
        {
            return Unread(e.Message);
        }

        PastRun Unread(string problem) => new(null, null, null, null, Interrupted: true) { Problem = problem.StartsWith(lake.Locate(key), StringComparison.Ordinal) ? problem : $"{lake.Locate(key)}: {problem}" };
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PastRun))]
sealed partial class PastRunJson : JsonSerializerContext;
