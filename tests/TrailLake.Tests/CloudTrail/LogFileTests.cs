using System.IO.Compression;
using System.Text;
using TrailLake.CloudTrail;

namespace TrailLake.Tests.CloudTrail;

public sealed class LogFileTests
{
    public static readonly TheoryData<string, string> Shapes = new()
    {
        { "records.json", "a b c" },
        { "records-not-first.json", "a b" },
        { "records-twice.json", "a b" },
        { "bare-record.json", "a" },
        { "bare-record-keys-in-another-order.json", "a" },
        { "array.json", "a b" },
        { "array-of-files.json", "a b c" },
        { "one-a-line.jsonl", "a b c" },
        { "concatenated.json", "a b c" },
        { "byte-order-mark.json", "a b" },
        { "crlf-pretty.json", "a b" },
        { "utf16-little-endian.json", "a b" },
        { "utf16-big-endian.json", "a" },
        { "eventbridge.json", "a" },
        { "eventbridge-lines.jsonl", "a b" },
        { "lookup-events.json", "a b" },
        { "lookup-events-lines.jsonl", "a b" },
        { "insights-under-events.json", "i" },
        { "gzip.json.gz", "a b c" },
        { "gzip-named-plain.json", "a b c" },
        { "plain-named-gzip.json.gz", "a" },
        { "gzip-two-members.json.gz", "a b" },
        { "gzip-then-zeros.json.gz", "a b c" },
        { "empty.json", "" },
        { "empty.json.gz", "" },
        { "white-space.json", "" },
        { "empty-records.json", "" },
        { "empty-array.json", "" },
        { "comma-missing-between.json", "a b c" },
    };

    public static readonly TheoryData<string, string> Faults = new()
    {
        { "empty-object.json", "(not_cloudtrail)" },
        { "records-null.json", "(records_not_an_array)" },
        { "records-object.json", "(records_not_an_array)" },
        { "records-text.json", "(records_not_an_array)" },
        { "items-that-are-no-objects.json", "!record_not_an_object !record_not_an_object !record_not_an_object !record_not_an_object - a !record_not_an_object" },
        { "lookup-events-odd.json", "a !record_not_an_object !bad_string !record_not_an_object b" },
        { "missing-brace-around-a-lookup.json", "!broken_record b" },
        { "broken-around-a-lookup.json", "!broken_record b" },
        { "truncated-in-a-record.json", "a b !truncated_json" },
        { "truncated-between-records.json", "a b (truncated_json)" },
        { "truncated-behind-a-broken-record.json", "a !invalid c (truncated_json)" },
        { "truncated-before-the-records.json", "(truncated_json)" },
        { "truncated-eventbridge-line.jsonl", "a !truncated_json" },
        { "truncated-bare-record.json", "!truncated_json" },
        { "missing-brace.json", "a !broken_record c" },
        { "missing-brace-pretty.json", "!broken_record b c" },
        { "missing-brace-in-the-last.json", "a !broken_record" },
        { "missing-quote.json", "a !broken_record c" },
        { "missing-quote-at-the-end.json", "a !broken_record c" },
        { "missing-quote-in-the-last.json", "a !truncated_json" },
        { "brace-too-many.json", "a !broken_record c" },
        { "brace-too-many-in-the-last.json", "a !broken_record" },
        { "bracket-too-many.json", "a !invalid c" },
        { "comma-missing-within.json", "a !invalid c" },
        { "raw-newline-in-a-text.json", "a !invalid c" },
        { "torn-line.jsonl", "a !broken_record c" },
        { "torn-eventbridge-line.jsonl", "a !broken_record c !broken_record e" },
        { "torn-files-one-a-line.jsonl", "a !broken_record c !broken_record e f" },
        { "missing-brace-in-joined-envelopes.json", "a !broken_record c d" },
        { "torn-at-the-begin.jsonl", "!not_json b c" },
        { "garbage-between.json", "a !not_json b" },
        { "garbage-after.json", "a !not_json" },
        { "text.json", "(not_json)" },
        { "web-page.json", "(not_json)" },
        { "number.json", "(not_json)" },
        { "utf32.json", "(unsupported_encoding)" },
        { "s3-notification.json", "(not_cloudtrail)" },
        { "sqs-message.json", "(not_cloudtrail)" },
        { "sns-message.json", "(not_cloudtrail)" },
        { "s3-notifications-after-records.json", "a !not_cloudtrail !not_cloudtrail b" },
        { "eventbridge-of-another-service.json", "(not_cloudtrail)" },
        { "gzip-truncated.json.gz", "a b !truncated_gzip" },
        { "gzip-truncated-after-a-record.json.gz", "a (truncated_gzip)" },
        { "gzip-truncated-behind-a-broken-record.json.gz", "a !invalid c (truncated_gzip)" },
        { "gzip-only-magic.json.gz", "(truncated_gzip)" },
        { "gzip-bad-checksum.json.gz", "a b c (bad_checksum)" },
        { "gzip-bad-checksum-between-members.json.gz", "a b (bad_checksum)" },
        { "gzip-damaged.json.gz", "a !corrupt_gzip" },
        { "gzip-damaged-between-members.json.gz", "a (corrupt_gzip)" },
        { "gzip-then-garbage.json.gz", "a b c (corrupt_gzip)" },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_file_gives_its_records_in_whatever_shape_they_come(string sample, string records)
    {
        var reading = LogReading.Of(ReadSample(sample));
        Assert.Equal(records, reading.Outline);
        Assert.Null(reading.PassedOver);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void What_is_wrong_with_a_file_is_named_and_costs_only_itself(string sample, string outline)
    {
        var reading = LogReading.Of(ReadSample(sample));
        Assert.Equal(outline, reading.Outline);
        Assert.All(reading.Problems, problem => Assert.True(problem.Message.Length > 20));
    }

    [Fact]
    public void Every_sample_has_its_expectation() =>
        Assert.Equal(
            Directory.EnumerateFiles(SampleFolder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal),
            Shapes.Concat(Faults).Select(row => row.Data.Item1).Append("digest.json").Append("config.json").Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("digest.json", LogKind.Digest)]
    [InlineData("config.json", LogKind.Config)]
    public void Files_that_hold_no_records_by_design_are_passed_over(string sample, LogKind kind)
    {
        var reading = LogReading.Of(ReadSample(sample));
        Assert.Equal(kind, reading.PassedOver);
        Assert.Equal("", reading.Outline);
    }

    [Fact]
    public void A_record_is_given_as_it_stands_with_its_place()
    {
        var reading = LogReading.Of(ReadSample("concatenated.json"));
        var text = Encoding.UTF8.GetString(ReadSample("concatenated.json"));
        Assert.All(reading.Records.Zip(reading.Offsets), pair => Assert.Equal(pair.First, text.Substring((int)pair.Second, pair.First.Length)));
        Assert.Equal([0L, 1L, 2L], Enumerable.Range(0, 3).Select(index => (long)index));
    }

    [Fact]
    public void Records_under_another_name_are_records() =>
        Assert.Equal("a b", LogReading.Of("""{"count":2,"entries":[{"eventVersion":"1.08","eventID":"a"}],"more":[{"eventVersion":"1.08","eventID":"b"}],"next":[{}]}"""u8.ToArray()).Outline);

    [Fact]
    public void A_record_in_an_envelope_may_have_a_field_of_any_name_before_those_that_are_known()
    {
        static string Envelope(string detail) => $$"""{"version":"0","id":"x","detail":{{detail}}}""";
        var names = new[] { "Records", "configurationItems", "digestStartTime" };
        foreach (var name in names)
        {
            var record = $$"""{"{{name}}":[1,2],"eventVersion":"1.08","eventID":"a"}""";
            var reading = LogReading.Of(Encoding.UTF8.GetBytes(Envelope(record) + "\n" + Envelope(record)));
            Assert.Equal(("a a", record), (reading.Outline, reading.Records[0]));
        }
        Assert.Equal("(not_cloudtrail)", LogReading.Of(Encoding.UTF8.GetBytes(Envelope("""{"Records":[{"name":"x"}]}"""))).Outline); // another service's
    }

    [Fact]
    public void A_broken_record_is_kept_byte_by_byte_and_without_its_neighbours()
    {
        var reading = LogReading.Of(ReadSample("missing-brace.json"));
        var problem = Assert.Single(reading.Problems);
        var text = Encoding.UTF8.GetString(problem.Bytes);
        Assert.StartsWith("{\"eventVersion\"", text, StringComparison.Ordinal);
        Assert.EndsWith("\"recipientAccountId\":\"123456789012\"}", text, StringComparison.Ordinal);
        Assert.Contains("\"eventID\":\"b\"", text, StringComparison.Ordinal);
        Assert.Equal((1, 364), (problem.Index, problem.Offset));
        Assert.Equal(problem.LengthBytes, problem.Bytes.Length);
    }

    [Fact]
    public void The_record_of_LookupEvents_is_what_its_text_stands_for()
    {
        var record = LogReading.Of(ReadSample("lookup-events.json")).Records[1];
        Assert.StartsWith("{\"eventVersion\":\"1.08\"", record, StringComparison.Ordinal);
        Assert.Contains("\\ud83d\\ude00\\n\\t/", record, StringComparison.Ordinal); // one layer of escapes was taken off
    }

    [Fact]
    public void A_file_of_UTF16_comes_as_UTF8() =>
        Assert.Equal(LogReading.Of(ReadSample("records.json")).Records[0], LogReading.Of(ReadSample("utf16-little-endian.json")).Records[0]);

    [Fact]
    public void Half_a_letter_of_UTF16_is_bytes_that_its_record_can_be_blamed_for()
    {
        var text = "[{\"eventVersion\":\"1.08\",\"eventID\":\"a\",\"userAgent\":\"" + new string('\u00fc', 40_000) + "\ud83d\ude00\ud83d\"},{\"eventVersion\":\"1.08\",\"eventID\":\"b\"}]";
        byte[] stored = [0xff, 0xfe, .. text.SelectMany(letter => new[] { (byte)letter, (byte)(letter >> 8) })];
        var reading = LogReading.Of(stored);
        Assert.Equal("a b", reading.Outline);
        var expected = Encoding.Latin1.GetString([.. Encoding.UTF8.GetBytes(new string('\u00fc', 40_000) + "\ud83d\ude00"), 0xed, 0xa0, 0xbd]);
        Assert.Contains($"\"userAgent\":\"{expected}\"", reading.Records[0], StringComparison.Ordinal);
        Assert.Equal("a b (truncated_json)", LogReading.Of(stored[..^2]).Outline);
    }

    [Fact]
    public void A_file_over_the_limit_gives_the_records_before_it()
    {
        var reading = LogReading.Of(ReadSample("gzip.json.gz"), maxObjectBytes: 800);
        Assert.Equal("a b (object_too_large)", reading.Outline);
        Assert.Contains("--max-object-size", reading.Problems[0].Message, StringComparison.Ordinal);
        Assert.Equal("a b c", LogReading.Of(ReadSample("gzip.json.gz"), maxObjectBytes: 1069).Outline); // exactly its size
    }

    [Fact]
    public void A_record_larger_than_memory_ends_its_file_and_no_more()
    {
        var text = $$$"""{"Records":[{"eventVersion":"1.08","eventID":"a"},{"eventVersion":"1.08","eventID":"b","requestParameters":"{{{new string('x', 20_000)}}}"},{"eventVersion":"1.08","eventID":"c"}]}""";
        using var file = new LogFile(windowBytes: 1024, LogFile.DefaultMaxObjectBytes, largestWindowBytes: 10_000);
        var reading = LogReading.Of(file, Encoding.UTF8.GetBytes(text));
        Assert.Equal("a (object_too_large)", reading.Outline);
        Assert.Contains("within 10000 bytes", reading.Problems[0].Message, StringComparison.Ordinal);
        Assert.Equal("a b c", LogReading.Of(file, ReadSample("records.json")).Outline);
    }

    [Fact]
    public void A_record_larger_than_the_window_makes_it_grow_and_the_next_file_has_it_small_again()
    {
        var large = $$$"""{"Records":[{"eventVersion":"1.08","eventID":"a","requestParameters":"{{{new string('x', 20_000_000)}}}"},{"eventVersion":"1.08","eventID":"b"}]}""";
        using var file = new LogFile(windowBytes: 64 * 1024);
        var reading = LogReading.Of(file, Zip(large));
        Assert.Equal("a b", reading.Outline);
        Assert.True(reading.Records[0].Length > 20_000_000);
        Assert.InRange(file.WindowBytes, 20_000_000, 45_000_000);
        Assert.Equal("a b c", LogReading.Of(file, ReadSample("records.json")).Outline);
        Assert.Equal(64 * 1024, file.WindowBytes);
    }

    [Fact]
    public void A_long_file_goes_through_a_window_that_does_not_grow()
    {
        var record = """{"eventVersion":"1.08","eventID":"a","requestParameters":{"text":"} ] \" \\"}}""";
        var text = "{\"Records\":[" + string.Join(',', Enumerable.Repeat(record, 20_000)) + "]}";
        using var file = new LogFile(windowBytes: 8192);
        var reading = LogReading.Of(file, Zip(text));
        Assert.Equal(20_000, reading.Records.Count);
        Assert.Empty(reading.Problems);
        Assert.Equal(8192, file.WindowBytes);
    }

    [Fact]
    public void A_thousand_levels_and_more_are_only_brackets()
    {
        var nested = string.Concat(Enumerable.Repeat("{\"a\":[", 5000)) + string.Concat(Enumerable.Repeat("]}", 5000));
        var reading = LogReading.Of(Encoding.UTF8.GetBytes($$"""{"Records":[{"eventVersion":"1.08","eventID":"a","requestParameters":{{nested}}},{"eventVersion":"1.08","eventID":"b"}]}"""));
        Assert.Equal("a b", reading.Outline);
    }

    [Fact]
    public void Lines_that_were_all_cut_off_are_told_apart_in_linear_time()
    {
        var line = """{"eventVersion":"1.08","eventID":"a","requestParameters":{"text":"cut""" + "\n";
        var reading = LogReading.Of(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(line, 20_000))));
        Assert.Equal(20_000, reading.RecordsRead);
        Assert.Empty(reading.Records);
        Assert.All(reading.Problems, problem => Assert.Equal(line.TrimEnd(), Encoding.UTF8.GetString(problem.Bytes)));
    }

    [Fact]
    public void Records_allocate_nothing()
    {
        var text = "[" + string.Join(',', Enumerable.Repeat("""{"eventVersion":"1.08","eventID":"a"}""", 10_000)) + "]";
        var stored = Encoding.UTF8.GetBytes(text);
        using var file = new LogFile();
        Count();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(10_000, Count());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000); // the stream

        int Count()
        {
            var count = 0;
            file.Open(new MemoryStream(stored), "key");
            while (file.NextWindow())
            {
                while (file.NextRecord(out _))
                {
                    count++;
                }
            }
            return count;
        }
    }

    internal static string SampleFolder => Path.Combine(AppContext.BaseDirectory, "Samples", "shapes");

    internal static byte[] ReadSample(string name) => File.ReadAllBytes(Path.Combine(SampleFolder, name));

    internal static byte[] Zip(string text)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }
        return zipped.ToArray();
    }
}
