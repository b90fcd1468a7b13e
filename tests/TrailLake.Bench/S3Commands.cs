using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using TrailLake.CloudTrail;
using TrailLake.Storage;
using TrailLake.Storage.S3;

namespace TrailLake.Bench;

/// <summary>The verbs that speak to an S3 server: fill a bucket, only fetch it, list a day of it.</summary>
static class S3Commands
{
    static readonly Option<string> Endpoint = new("--endpoint") { Description = "The server.", Required = true };
    static readonly Option<string> Bucket = new("--bucket") { Description = "A bucket.", Required = true };

    public static Command FillVerb()
    {
        var trail = new Option<string?>("--trail") { Description = "A generated trail; without it, 100 days of 1,000 empty log files." };
        var verb = new Command("s3-fill", "Make a bucket and put a trail into it.") { Endpoint, Bucket, trail };
        verb.SetAction(async (line, cancel) =>
        {
            var store = S3Store.OpenLake($"s3://{line.GetRequiredValue(Bucket)}", OptionsOf(line));
            await store.Bucket.Sdk.PutBucketAsync(store.Bucket.Name, cancel);
            var folder = line.GetValue(trail);
            var keys = folder is null ? EmptyLogs() : Directory.EnumerateFiles(folder, "*.json.gz", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path));
            await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = store.Parallelism, CancellationToken = cancel }, async (key, _) =>
            {
                var bytes = folder is null ? "{\"Records\":[]}"u8.ToArray() : await File.ReadAllBytesAsync(Path.Combine(folder, key), cancel);
                await store.Bucket.PutAsync(key, () => S3Content.Of(bytes));
            });
        });
        return verb;
    }

    /// <summary>What ingest cannot do without: list, and read every object with as many requests at once.</summary>
    public static Command FetchVerb()
    {
        var sdk = new Option<bool>("--sdk") { Description = "By the SDK's GetObject, and not in TrailLake's way." };
        var verb = new Command("s3-fetch", "Read every object of a bucket, and do nothing with it.") { Endpoint, Bucket, sdk };
        verb.SetAction(async (line, cancel) =>
        {
            var store = S3Store.OpenSource($"s3://{line.GetRequiredValue(Bucket)}", OptionsOf(line));
            var (objects, bytes) = (0L, 0L);
            await Parallel.ForEachAsync(store.List(), new ParallelOptions { MaxDegreeOfParallelism = store.Parallelism, CancellationToken = cancel }, async (item, stop) =>
            {
                var rented = System.Buffers.ArrayPool<byte>.Shared.Rent((int)item.SizeBytes);
                var content = rented.AsMemory(0, (int)item.SizeBytes);
                await (line.GetValue(sdk) ? GetObjectAsync(store.Bucket, item.Key, content, stop) : store.ReadAsync(item, content, stop));
                System.Buffers.ArrayPool<byte>.Shared.Return(rented);
                Interlocked.Increment(ref objects);
                Interlocked.Add(ref bytes, item.SizeBytes);
            });
            Console.WriteLine($"{objects} objects, {bytes} bytes");
        });
        return verb;
    }

    static async Task GetObjectAsync(S3Bucket bucket, string key, Memory<byte> content, CancellationToken stop)
    {
        using var response = await bucket.Sdk.GetObjectAsync(bucket.Name, key, stop);
        await response.ResponseStream.ReadExactlyAsync(content, stop);
    }

    public static Command ListVerb()
    {
        var verb = new Command("s3-list", "List one day of the empty log files.") { Endpoint, Bucket };
        verb.SetAction(line =>
        {
            var store = S3Store.OpenSource($"s3://{line.GetRequiredValue(Bucket)}", OptionsOf(line));
            var (start, before, day) = (Stopwatch.GetTimestamp(), store.ListRequests, FirstDay.AddDays(70));
            var listing = new SourceListing(store, new SourceFilter { Since = day, Until = day }, FirstDay.AddDays(100), new WorkProgress(), default);
            var found = listing.List<StoredObject>(item => listing.KeyOf(item.Key) is { Kind: LogKind.Log } ? item : null, problem => throw new BenchException(problem.Message)).Count;
            Console.WriteLine($"{found:N0} objects in {store.ListRequests - before} requests and {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms");
        });
        return verb;
    }

    static readonly DateOnly FirstDay = new(2026, 1, 1);

    static IEnumerable<string> EmptyLogs() =>
        from account in Enumerable.Range(0, 2)
        from region in new[] { "eu-west-1", "eu-west-2", "us-east-1", "us-east-2", "us-west-2" }
        from day in Enumerable.Range(0, 100)
        from file in Enumerable.Range(0, 100)
        select string.Create(CultureInfo.InvariantCulture, $"AWSLogs/{111122223333 + account}/CloudTrail/{region}/{FirstDay.AddDays(day):yyyy/MM/dd}/{file:000}.json");

    static S3Options OptionsOf(ParseResult line) => new() { EndpointUrl = line.GetRequiredValue(Endpoint) };
}
