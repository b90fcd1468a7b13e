using System.IO.Compression;
using System.Text;
using System.Text.Json;
using TrailLake.Bench;
using TrailLake.Bench.Generating;

namespace TrailLake.Tests.Bench;

/// <summary>The trail that the bench makes: the same wherever it is made, true to its own truth, and shaped as trails are.</summary>
public sealed class GeneratedTrailTests : IDisposable
{
    static readonly TrailOptions Small = new() { Events = 4_000, Regions = 4 };

    // Where the truth's columns stand in a record.
    static readonly Dictionary<string, string> Paths = new()
    {
        ["event_time"] = "eventTime", ["event_id"] = "eventID", ["event_name"] = "eventName", ["source_ip_address"] = "sourceIPAddress", ["user_agent"] = "userAgent",
        ["error_code"] = "errorCode", ["user_arn"] = "userIdentity.arn", ["user_access_key_id"] = "userIdentity.accessKeyId", ["request_id"] = "requestID",
        ["request_parameters"] = "requestParameters", ["response_elements"] = "responseElements", ["additional_event_data"] = "additionalEventData", ["resources"] = "resources",
    };

    readonly TempFolder _folder = new();

    [Fact]
    public void The_same_seed_gives_the_same_bytes_whatever_the_threads()
    {
        var one = TrailFiles.Make(Small with { Threads = 1 }, _folder["one"]);
        var three = TrailFiles.Make(Small with { Threads = 3 }, _folder["three"]);

        Assert.Equal(FilesOf("one"), FilesOf("three"));
        Assert.All(FilesOf("one"), file => Assert.Equal(File.ReadAllBytes(_folder["one", file]), File.ReadAllBytes(_folder["three", file])));
        Assert.Equal(File.ReadAllText(Truth.PathOf(_folder["one"])), File.ReadAllText(Truth.PathOf(_folder["three"])));
        Assert.Equal(one.Rows, three.Rows);
    }

    [Fact]
    public void Another_seed_gives_another_trail()
    {
        TrailFiles.Make(Small, _folder["one"]);
        TrailFiles.Make(Small with { Seed = 2 }, _folder["two"]);
        Assert.Empty(FilesOf("one").Intersect(FilesOf("two")));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void The_truth_is_what_another_reader_counts(bool isEven, bool isOneFile)
    {
        var truth = TrailFiles.Make(Small with { IsEven = isEven, IsOneFile = isOneFile }, _folder["trail"]);
        var sums = new TruthSums();
        foreach (var record in Records("trail"))
        {
            for (var column = 0; column < Truth.Names.Length; column++)
            {
                if (TextAt(record, Paths[Truth.Names[column]]) is { } text)
                    sums.Add(column, Encoding.UTF8.GetBytes(text));
            }
            sums.EndRow(TextAt(record, "eventSource")!.Split('.')[0], record.GetProperty("eventTime").GetDateTime(), TextAt(record, "awsRegion")!);
        }

        var files = FilesOf("trail").Select(file => new FileInfo(_folder["trail", file])).ToList();
        var counted = sums.ToTruth(truth.Parameters, files.Count, truth.JsonBytes, files.Sum(file => file.Length));
        Assert.Equal(Small.Events, counted.Events);
        Assert.Equal(truth.Columns, counted.Columns);
        Assert.Equal(truth with { Columns = counted.Columns }, counted);
        Assert.All(Truth.Names, name => Assert.InRange(counted.Columns[name].Count, 1, Small.Events));
    }

    [Fact]
    public void It_is_shaped_as_trails_are()
    {
        var truth = TrailFiles.Make(Small with { Events = 20_000, Accounts = 1, Regions = 2 }, _folder["trail"]);
        var records = Records("trail").ToList();

        Assert.InRange((double)truth.JsonBytes / truth.GzipBytes, 6, 12);
        Assert.InRange((double)truth.JsonBytes / truth.Events, 1_300, 1_900);
        Assert.Equal(records.Count, records.Select(record => TextAt(record, "eventID")).Distinct().Count());
        Assert.InRange(records.Select(record => TextAt(record, "eventSource")).Distinct().Count(), 80, 140);
        Assert.InRange(records.Count(record => TextAt(record, "errorCode") is not null) / 20_000.0, 0.01, 0.1);
        Assert.All(records, record => Assert.Equal(
            ["eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress", "userAgent"], record.EnumerateObject().Select(field => field.Name).Take(8)));
    }

    [Fact]
    public void A_trail_that_is_there_is_taken_and_another_one_is_not_written_over()
    {
        TrailFiles.Make(Small, _folder["trail"]);
        var written = File.GetLastWriteTimeUtc(_folder["trail", FilesOf("trail")[0]]);

        TrailFiles.Make(Small, _folder["trail"]);
        Assert.Equal(written, File.GetLastWriteTimeUtc(_folder["trail", FilesOf("trail")[0]]));
        Assert.Contains("found another", Assert.Throws<BenchException>(() => TrailFiles.Make(Small with { Seed = 2 }, _folder["trail"])).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    string[] FilesOf(string trail) =>
        [.. Directory.EnumerateFiles(_folder[trail], "*.gz", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_folder[trail], path)).Order(StringComparer.Ordinal)];

    IEnumerable<JsonElement> Records(string trail)
    {
        foreach (var file in FilesOf(trail))
        {
            using var gzip = new GZipStream(File.OpenRead(_folder[trail, file]), CompressionMode.Decompress);
            foreach (var record in JsonDocument.Parse(gzip).RootElement.GetProperty("Records").EnumerateArray())
                yield return record;
        }
    }

    // Absent and JSON null are no value; objects and lists are their text.
    static string? TextAt(JsonElement record, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (!record.TryGetProperty(name, out record))
                return null;
        }
        return record.ValueKind switch { JsonValueKind.Null => null, JsonValueKind.String => record.GetString(), _ => record.GetRawText() };
    }
}
