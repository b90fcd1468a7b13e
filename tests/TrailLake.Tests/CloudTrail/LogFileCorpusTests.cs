using System.IO.Compression;
using System.Text.Json;
using TrailLake.CloudTrail;
using TrailLake.Storage;

namespace TrailLake.Tests.CloudTrail;

/// <summary>
/// The count of records of real files against that of a reader which knows nothing of ours: the bundled trail and,
/// where TRAILLAKE_CORPUS names one, the corpus.
/// </summary>
public sealed class LogFileCorpusTests
{
    static readonly string? Corpus = Environment.GetEnvironmentVariable("TRAILLAKE_CORPUS");

    [Fact]
    public void Every_file_has_as_many_records_as_a_plain_reader_counts()
    {
        var folders = new List<string> { Path.Combine(AppContext.BaseDirectory, "Samples", "trail") };
        if (Corpus is not null)
        {
            folders.AddRange(new[] { "records", "seeds", "trails" }.Select(name => Path.Combine(Corpus, name)));
        }
        using var file = new LogFile();
        long total = 0;
        foreach (var folder in folders)
        {
            var store = LocalStore.OpenSource(folder);
            foreach (var found in store.List())
            {
                var stored = store.Read(found.Key);
                if (LogKey.Parse(found.Key).Kind == LogKind.NotALog || CountPlainly(stored) is not { } expected)
                {
                    continue;
                }
                var reading = LogReading.Of(file, stored);
                Assert.Equal((found.Key, expected), (found.Key, reading.RecordsRead));
                total += reading.RecordsRead;
            }
        }
        Assert.True(total >= (Corpus is null ? 10 : 29_068 + 30_477));
    }

    // Null if the file is no valid JSON document with records, as the broken ones of the samples.
    static long? CountPlainly(byte[] stored)
    {
        try
        {
            using Stream content = stored is [0x1f, 0x8b, ..] ? new GZipStream(new MemoryStream(stored), CompressionMode.Decompress) : new MemoryStream(stored);
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 2000 });
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Array ? root.GetArrayLength()
                : root.TryGetProperty("Records", out var records) ? records.GetArrayLength()
                : root.TryGetProperty("eventVersion", out _) ? 1
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidDataException)
        {
            return null;
        }
    }
}
