using System.Text;
using TrailLake.CloudTrail;

namespace TrailLake.Tests.CloudTrail;

/// <summary>Where a window ends must not matter, nor what bytes come.</summary>
public sealed class LogFileWindowTests
{
    public static readonly TheoryData<string> Samples = [.. Directory.EnumerateFiles(LogFileTests.SampleFolder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Any_window_gives_the_same_records_and_problems(string sample)
    {
        var stored = LogFileTests.ReadSample(sample);
        var whole = Describe(LogReading.Of(stored));
        // From 64 bytes on, each size lets the windows end at other places, so that every byte is once the last.
        for (var windowBytes = 64; windowBytes < Math.Min(stored.Length + 2, 1400); windowBytes++)
        {
            Assert.Equal(whole, Describe(LogReading.Of(stored, windowBytes)));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_file_cut_off_anywhere_gives_the_complete_records_before(string sample)
    {
        var stored = LogFileTests.ReadSample(sample);
        var whole = LogReading.Of(stored);
        using var file = new LogFile();
        for (var length = 0; length < stored.Length; length++)
        {
            var cut = LogReading.Of(file, stored[..length]);
            // A record that seems complete may be one that a brace too many closed, so only the intact ones are compared.
            if (whole.Problems.Count == 0 && !sample.StartsWith("utf16", StringComparison.Ordinal))
            {
                Assert.Equal(whole.Records.Take(cut.Records.Count), cut.Records);
            }
        }
    }

    [Fact]
    public void Whatever_bytes_come_reading_ends_and_does_not_depend_on_the_window()
    {
        var random = new Random(20241105);
        var samples = Samples.Select(row => LogFileTests.ReadSample(row.Data)).Where(bytes => bytes.Length > 0 && bytes[0] != 0x1f).ToArray();
        using var large = new LogFile();
        for (var round = 0; round < 6000; round++)
        {
            var bytes = Mutate(samples[random.Next(samples.Length)], random);
            var whole = Describe(LogReading.Of(large, bytes));
            Assert.Equal(whole, Describe(LogReading.Of(bytes, 64 + random.Next(600))));
        }
    }

    [Fact]
    public void Whatever_happens_to_gzip_reading_ends_and_does_not_depend_on_the_window()
    {
        var random = new Random(7);
        var sample = LogFileTests.ReadSample("gzip.json.gz");
        using var large = new LogFile();
        for (var round = 0; round < 3000; round++)
        {
            var bytes = Mutate(sample, random);
            var whole = Describe(LogReading.Of(large, bytes));
            Assert.Equal(whole, Describe(LogReading.Of(bytes, 64 + random.Next(600))));
        }
    }

    [Fact]
    public void Whatever_bytes_come_no_record_is_lost_without_a_word()
    {
        var random = new Random(99);
        var samples = Samples.Select(row => LogFileTests.ReadSample(row.Data)).Where(bytes => bytes.Length > 0 && bytes[0] is not (0x1f or 0xff or 0xfe)).ToArray();
        using var file = new LogFile();
        for (var round = 0; round < 6000; round++)
        {
            var bytes = Mutate(samples[random.Next(samples.Length)], random);
            var reading = LogReading.Of(file, bytes);
            if (reading.PassedOver is null && reading.Problems.All(problem => problem.IsRecord))
            {
                var kept = reading.Records.Concat(reading.Broken).Concat(reading.Problems.Select(problem => Encoding.Latin1.GetString(problem.Bytes)));
                Assert.Equal(CountOf(Encoding.Latin1.GetString(bytes)), kept.Sum(CountOf));
            }
        }

        static int CountOf(string text) => text.Split("eventID").Length - 1;
    }

    internal static byte[] Mutate(byte[] sample, Random random)
    {
        var bytes = sample.ToList();
        for (var changes = random.Next(1, 4); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            var letters = "{}[]\",:\\ \n0a\0\u00ff"u8;
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = letters[random.Next(letters.Length)];
                    break;
                case 1:
                    bytes.Insert(at, letters[random.Next(letters.Length)]);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 30), bytes.Count - at));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 500), bytes.Count - at)));
                    break;
            }
        }
        return [.. bytes];
    }

    static string Describe(LogReading reading)
    {
        var text = new StringBuilder(reading.Outline);
        text.AppendJoin('\n', reading.Records.Zip(reading.Offsets, (record, offset) => $"{offset} {record}"));
        text.AppendJoin('\n', reading.Broken);
        text.AppendJoin('\n', reading.Problems.Select(problem => $"{problem.Reason} {problem.Offset} {problem.Index} {problem.LengthBytes} {Encoding.Latin1.GetString(problem.Bytes)} {problem.Message}"));
        return text.Append(reading.PassedOver).ToString();
    }
}
