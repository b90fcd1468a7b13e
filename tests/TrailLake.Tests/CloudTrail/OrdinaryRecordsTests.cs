using System.Text;
using TrailLake.CloudTrail;

namespace TrailLake.Tests.CloudTrail;

/// <summary>Ordinary records are read without a look for their ends. Their judge is the way that finds each record first, and then reads it.</summary>
public sealed class OrdinaryRecordsTests
{
    [Fact]
    public void Real_files_give_the_same_rows_and_most_of_them_at_once()
    {
        string?[] folders = [Repository.PathOf("tests", "TrailLake.Tests", "Samples"), Environment.GetEnvironmentVariable("TRAILLAKE_CORPUS")];
        var (records, atOnce) = (0L, 0L);
        foreach (var path in folders.OfType<string>().SelectMany(folder => Directory.EnumerateFiles(folder, "*.json*", SearchOption.AllDirectories)).Order(StringComparer.Ordinal))
        {
            var stored = File.ReadAllBytes(path);
            var judge = new Reading(stored, LogFile.DefaultWindowBytes, atOnce: false);
            foreach (var windowBytes in new[] { LogFile.DefaultWindowBytes, 10_007 })
            {
                var reading = new Reading(stored, windowBytes, atOnce: true);
                Assert.True(judge.Text == reading.Text, $"{path}, window of {windowBytes}");
                (records, atOnce) = (records + reading.Records, atOnce + reading.AtOnce);
            }
        }
        Assert.InRange(atOnce, records / 4, records); // of the samples a third, since many are there for what is odd; of the corpus more than half
    }

    [Fact]
    public void Whatever_happens_to_a_file_it_gives_the_same_rows_and_problems()
    {
        var random = new Random(20260311);
        var log = Encoding.UTF8.GetBytes(TestLake.Log(Enumerable.Range(0, 12).Select(i => TestLake.Record(i, i % 3 == 0 ? $"\"errorMessage\":\"caf\u00e9 {i} \\\"x\\\"\"" : "\"userIdentity\":{\"type\":\"Root\"}"))));
        var atOnce = 0L;
        for (var round = 0; round < 5_000; round++)
        {
            var bytes = round == 0 ? log : LogFileWindowTests.Mutate(log, random);
            var judge = new Reading(bytes, LogFile.DefaultWindowBytes, atOnce: false);
            var reading = new Reading(bytes, round % 2 == 0 ? LogFile.DefaultWindowBytes : 64 + random.Next(3_000), atOnce: true);
            Assert.True(judge.Text == reading.Text, $"{Encoding.UTF8.GetString(bytes)}\n{judge.Text}\n\nat once:\n{reading.Text}");
            Assert.True(round > 0 || reading.AtOnce == 11); // the first tells what they are
            atOnce += reading.AtOnce;
        }
        Assert.True(atOnce > 10_000);
    }

    [Fact]
    public void Reading_them_at_once_allocates_nothing()
    {
        const int records = 2_000, rounds = 5;
        using var file = new LogFile(windowBytes: 1 << 20); // all of it
        using var shared = new SharedValues(8 << 20);
        using var batch = new RowBatch(shared);
        using var reader = new RecordReader(batch);
        var log = Encoding.UTF8.GetBytes(TestLake.Log(Enumerable.Range(0, records).Select(i => TestLake.Record(i))));
        Read(); // buffers grow, and what records share is met
        Read();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < rounds; round++)
            Read();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, rounds * 1024L); // a stream a file

        void Read()
        {
            batch.Clear();
            using var stream = new MemoryStream(log);
            file.Open(stream, "a-key");
            Assert.True(file.NextWindow() && file.NextRecord(out var first) && reader.Read(first.Json, 0, first.Index) is null);
            Assert.Equal(records - 1, file.ReadOrdinary(reader, 0));
            Assert.False(file.NextRecord(out _));
        }
    }

    /// <summary>A file read to its end as a worker does.</summary>
    sealed class Reading
    {
        public Reading(byte[] stored, int windowBytes, bool atOnce)
        {
            using var file = new LogFile(windowBytes);
            using var shared = new SharedValues(8 << 20);
            using var batch = new RowBatch(shared);
            using var reader = new RecordReader(batch);
            using var stream = new MemoryStream(stored);
            var rows = new SortedDictionary<long, string>();
            file.Open(stream, "a-key");
            while (file.NextWindow())
            {
                while (true)
                {
                    AtOnce += atOnce ? file.ReadOrdinary(reader, 0) : 0;
                    if (!file.NextRecord(out var record))
                        break;
                    if (reader.Read(record.Json, 0, record.Index) is { } problem && !file.TakeBack(record))
                        rows.Add(record.Index, $"{problem.Reason} at {record.Offset}: {problem.Message} {Encoding.Latin1.GetString(record.Json)}");
                }
                foreach (var place in batch.Places)
                    rows.Add(batch.Header(place.Words).Index, FlatRecord.Of(batch, place).ToString());
                batch.Clear();
                foreach (var problem in file.Problems)
                    Text += $"{problem.Index} {problem.IsRecord} {problem.Reason} at {problem.Offset}, {problem.LengthBytes}: {problem.Message} {Encoding.Latin1.GetString(problem.Bytes)}\n";
            }
            Records = file.RecordsRead;
            Text += string.Join('\n', rows.Select(row => $"{row.Key} {row.Value}"));
        }

        public string Text { get; } = "";

        public long Records { get; }

        public long AtOnce { get; }
    }
}
