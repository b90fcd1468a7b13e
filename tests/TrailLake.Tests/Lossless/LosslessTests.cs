using System.Text.Json;

namespace TrailLake.Tests.Lossless;

/// <summary>The promise that nothing is lost, over every record there is: source → lake → export, and the judge compares.</summary>
public sealed class LosslessTests(ITestOutputHelper output)
{
    static readonly string[] CorpusFolders = ["records", "trails", "seeds", "quirks"];

    /// <summary>The bundled samples, and a corpus where TRAILLAKE_CORPUS names its folder.</summary>
    public static TheoryData<string> Sources()
    {
        var sources = new TheoryData<string>();
        foreach (var folder in Directory.EnumerateDirectories(Path.Combine(AppContext.BaseDirectory, "Samples")).Order(StringComparer.Ordinal))
            sources.Add(folder);
        if (Environment.GetEnvironmentVariable("TRAILLAKE_CORPUS") is { Length: > 0 } corpus)
        {
            foreach (var folder in CorpusFolders)
                sources.Add(Path.Combine(corpus, folder));
        }
        return sources;
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void Every_record_comes_back_equal_or_lies_in_quarantine_as_it_was(string source)
    {
        using var folder = new TempFolder();
        var (lake, export) = (folder["lake"], folder["export"]);

        var ingest = TraillakeProcess.Run("ingest", source, lake, "--json");
        Assert.True(ingest.Status is 0 or 1, ingest.ToString());
        var exported = TraillakeProcess.Run("export", lake, export, "--json");
        Assert.True(exported.Status == 0, exported.ToString());

        var judge = Judge.Compare(source, export, QuarantineEntry.Of(lake));
        output.WriteLine($"{source}: {judge}");
        Assert.True(judge.Findings.Count == 0, judge.ToString());
        Assert.True(judge.Originals > 0, $"{source}: expected records, found none.");
        var read = RecordsReadOf(lake);
        Assert.Equal([], judge.OriginalsOf.Where(file => file.Value != read.GetValueOrDefault(file.Key)).Select(file => $"{file.Key}: {file.Value} records, {read.GetValueOrDefault(file.Key)} read"));
        Assert.Equal(QuarantineEntry.Of(lake).Count > 0 ? 1 : 0, ingest.Status);

        var report = JsonElement.Parse(ingest.Output);
        Assert.Equal(judge.Exported, report.GetProperty("records_written").GetInt64());
        Assert.Equal(judge.Exported, JsonElement.Parse(exported.Output).GetProperty("records").GetInt64());
    }

    // What the ledger says of each file: a record that was lost from one file is not excused by its twin in another.
    static Dictionary<string, long> RecordsReadOf(string lake)
    {
        var answer = TraillakeProcess.Run("query", lake, "select object_key, records_read from ingested_objects", "--format", "jsonl");
        Assert.True(answer.Status == 0, answer.ToString());
        return answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))
            .ToDictionary(row => row.GetProperty("object_key").GetString()!, row => row.GetProperty("records_read").GetInt64());
    }
}
