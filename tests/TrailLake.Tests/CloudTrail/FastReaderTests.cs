using System.IO.Compression;
using System.Text;
using TrailLake.CloudTrail;
using Way = TrailLake.Tests.CloudTrail.FlatRecord.Way;

namespace TrailLake.Tests.CloudTrail;

/// <summary>The fast reader against its judge, the careful one: over the bundled records and, where there is one, a corpus of real ones.</summary>
public sealed class FastReaderTests
{
    static readonly Lazy<List<byte[]>> Records = new(ReadRecords);

    [Fact]
    public void What_the_fast_reader_reads_the_careful_one_reads_alike()
    {
        foreach (var record in Records.Value)
            AssertAlike(record);
    }

    [Fact]
    public void Most_events_are_read_the_fast_way()
    {
        var events = Records.Value.Where(record => Read(record, Way.Careful)?.Table == LakeTable.Events).ToList();
        var fast = events.Count(record => Read(record, Way.Fast) is not null);
        Assert.InRange(fast, events.Count * 3 / 5, events.Count); // the others have unknown fields, odd times, or no requestParameters
    }

    [Fact]
    public void A_damaged_record_is_never_read_the_fast_way_as_something_else()
    {
        var random = new Random(20241105);
        ReadOnlySpan<byte> letters = "{}[]\":,\\ \n\ttfn0-9eE.uA\0\x7f\u00e9"u8;
        for (var round = 0; round < 20_000; round++)
        {
            var record = Records.Value[random.Next(Records.Value.Count)].ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
                record[random.Next(record.Length)] = letters[random.Next(letters.Length)];
            AssertAlike(record);
        }
    }

    [Fact]
    public void Properties_may_come_in_any_order_and_twice_is_refused()
    {
        var random = new Random(7);
        foreach (var record in Records.Value.Where(record => Read(record, Way.Careful) is not null).Take(300))
        {
            var text = Encoding.UTF8.GetString(record);
            using var json = System.Text.Json.JsonDocument.Parse(text);
            var properties = json.RootElement.EnumerateObject().Select(property => $"\"{property.Name}\":{property.Value.GetRawText()}").ToArray();
            random.Shuffle(properties);
            AssertAlike(Encoding.UTF8.GetBytes("{" + string.Join(',', properties) + "}"));
            var twice = Encoding.UTF8.GetBytes("{" + string.Join(',', properties.Append(properties[0])) + "}");
            Assert.Null(Read(twice, Way.Fast));
        }
    }

    [Fact]
    public void A_time_is_read_alike_whatever_day_came_before()
    {
        foreach (var time in new[] { "0001-01-01T00:00:01Z", "0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:60Z", "2024-01-31T10\\u003a00:00Z" })
            AssertAlike(Encoding.UTF8.GetBytes($$"""{"eventTime":"{{time}}","requestParameters":null,"responseElements":null}"""));
    }

    [Theory]
    [InlineData("{\"a\":[1,2.5e+3,-0,true,false,null,\"x\\u00e9\\\"\"],\"b\":{}}", true)]
    [InlineData("[]", true)]
    [InlineData("-1.0E-2", true)]
    [InlineData("{\"a\":1,}", false)]
    [InlineData("[1,]", false)]
    [InlineData("[1 ,2]", false)]
    [InlineData("01", false)]
    [InlineData("1.", false)]
    [InlineData("+1", false)]
    [InlineData("tru", false)]
    [InlineData("\"\\x\"", false)]
    [InlineData("\"\\u12g4\"", false)]
    [InlineData("{\"a\" :1}", false)]
    [InlineData("{a:1}", false)]
    [InlineData("[}", false)]
    public unsafe void The_walker_takes_compact_JSON_and_nothing_else(string json, bool isTaken)
    {
        var bytes = new byte[json.Length + 128];
        Encoding.UTF8.GetBytes(json, bytes);
        fixed (byte* start = bytes)
        {
            var end = JsonWalker.ValueEnd(start);
            Assert.Equal(isTaken, end == start + json.Length);
        }
    }

    [Fact]
    public unsafe void The_walker_is_as_strict_as_the_library_on_random_JSON()
    {
        var random = new Random(3);
        ReadOnlySpan<byte> letters = "{}[]\":,\\tfnrue0129-+.eE "u8;
        var bytes = new byte[256];
        for (var round = 0; round < 200_000; round++)
        {
            var length = random.Next(1, 14);
            bytes.AsSpan().Clear();
            for (var i = 0; i < length; i++)
                bytes[i] = letters[random.Next(letters.Length)];
            fixed (byte* start = bytes)
            {
                if (JsonWalker.ValueEnd(start) is var end && end == start + length)
                    Assert.True(IsValid(bytes.AsSpan(0, length)), Encoding.UTF8.GetString(bytes, 0, length));
            }
        }
    }

    static bool IsValid(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new System.Text.Json.Utf8JsonReader(json);
            while (reader.Read())
            {
            }
            return true;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }

    static FlatRecord? Read(byte[] record, Way way) => FlatRecord.Read(record, way, out _);

    static void AssertAlike(byte[] record)
    {
        if (Read(record, Way.Fast) is { } fast)
            Assert.True((Read(record, Way.Careful)?.ToString() ?? "(refused)") == fast.ToString(), $"{Encoding.UTF8.GetString(record)}\nfast: {fast}\ncareful: {Read(record, Way.Careful)}");
    }

    static List<byte[]> ReadRecords()
    {
        var records = new List<byte[]>();
        string?[] folders = [Repository.PathOf("tests", "TrailLake.Tests", "Samples", "trail"), Environment.GetEnvironmentVariable("TRAILLAKE_CORPUS") is { } corpus ? Path.Combine(corpus, "records") : null];
        foreach (var path in folders.OfType<string>().SelectMany(folder => Directory.EnumerateFiles(folder, "*.json.gz", SearchOption.AllDirectories)).Order(StringComparer.Ordinal))
        {
            using var stored = File.OpenRead(path);
            using var unzipped = new GZipStream(stored, CompressionMode.Decompress);
            using var file = new LogFile();
            file.Open(unzipped, path);
            var limit = records.Count + 3000; // of each file, so that the largest does not take all the time
            while (file.NextWindow())
            {
                while (file.NextRecord(out var record))
                {
                    if (records.Count < limit)
                        records.Add(record.Json.ToArray());
                }
            }
        }
        return records;
    }
}
