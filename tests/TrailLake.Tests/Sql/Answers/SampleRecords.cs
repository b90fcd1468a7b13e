using System.IO.Compression;
using System.Text.Json;

namespace TrailLake.Tests.Sql.Answers;

/// <summary>Every record of Samples/trail and Samples/questions that ends in a lake, read without the program.</summary>
sealed class SampleRecords
{
    static readonly Lazy<SampleRecords> Read = new(() => new());

    readonly List<SampleRecord> _all = [];

    SampleRecords()
    {
        foreach (var file in Folders.SelectMany(folder => Directory.GetFiles(folder, "*.json*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)))
        {
            foreach (var json in In(TextOf(file)))
            {
                var record = new SampleRecord(json, Path.GetFileName(file));
                if (!_all.Exists(other => other.Id == record.Id && JsonElement.DeepEquals(other.Json, json))) // a delivery that came twice
                    _all.Add(record);
            }
        }
    }

    public static SampleRecords All => Read.Value;

    /// <summary>What is ingested, in this order.</summary>
    public static string[] Folders { get; } = [SampleLake.Trail, Repository.PathOf("tests", "TrailLake.Tests", "Samples", "questions")];

    /// <summary>API calls, sign-ins, data and network events.</summary>
    public IEnumerable<SampleRecord> Events => _all.Where(record => record.Text("eventCategory") is not ("Insight" or "Aggregated"));

    public IEnumerable<SampleRecord> Insights => _all.Where(record => record.Text("eventCategory") == "Insight");

    public IEnumerable<SampleRecord> Aggregates => _all.Where(record => record.Text("eventCategory") == "Aggregated");

    static string TextOf(string file)
    {
        using var bytes = File.OpenRead(file);
        using var reader = new StreamReader(file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(bytes, CompressionMode.Decompress) : bytes);
        return reader.ReadToEnd();
    }

    static IEnumerable<JsonElement> In(string text)
    {
        if (Parse(text) is { } whole)
            return Unwrap(whole);

        // The one broken file: its records begin alike, and those that can be read are.
        const string Begin = """{"eventVersion":""";
        return text.TrimEnd().Replace("}]}", "},", StringComparison.Ordinal).Split(Begin).Skip(1).Select(part => Parse(Begin + part[..^1])).OfType<JsonElement>();
    }

    static JsonElement? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A digest and a Config snapshot lie beside the records; EventBridge puts a record into an envelope.
    static IEnumerable<JsonElement> Unwrap(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Unwrap),
        JsonValueKind.Object when element.TryGetProperty("Records", out var records) => Unwrap(records),
        JsonValueKind.Object when element.TryGetProperty("detail", out var detail) => [detail],
        JsonValueKind.Object when element.TryGetProperty("eventVersion", out _) => [element],
        _ => [],
    };
}
