using System.Text;
using System.Text.Json;
using TrailLake.CloudTrail;
using TrailLake.Lake;

namespace TrailLake.Tests;

/// <summary>Files that unzip to far more than they are, and what is too large to keep: memory stays bounded, and the rest is in the lake.</summary>
public sealed class LargeInputTests : IDisposable
{
    const int MiB = 1 << 20;

    readonly TestLake _lake = new();

    public void Dispose() => _lake.Dispose();

    [Theory]
    [InlineData("{\"Records\":[", ",", ' ', "]}", 0, 4)]  // between records, within the limit of 1 GiB
    [InlineData("", "\n", ' ', "\n", 0, 4)]
    [InlineData("{\"Records\":[", ",", ' ', "]}", 1, 3)]  // and beyond it
    public void A_gigabyte_of_nothing_takes_no_memory(string before, string between, char nothing, string after, int beyondLimit, int records)
    {
        var member = TestLake.Gzip(new string(nothing, 10 * MiB)); // many members are one text
        byte[] bomb =
        [
            .. TestLake.Gzip($"{before}{TestLake.Record(2)}{between}"),
            .. Enumerable.Repeat(member, 101 + 2 * beyondLimit).SelectMany(bytes => bytes),
            .. TestLake.Gzip($"{TestLake.Record(3)}{after}"),
        ];
        Assert.InRange(bomb.Length, 0, 12 * MiB);
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1))).Put("m.json.gz", bomb).Put("z.json", TestLake.Log(TestLake.Record(4)));

        var run = TraillakeProcess.Run("ingest", _lake.Source, _lake.Lake, "--json");
        Assert.True(run.Status == beyondLimit, run.ToString());
        var report = JsonElement.Parse(run.Output);
        Assert.Equal(records, report.GetProperty("records_written").GetInt32());
        Assert.InRange(report.GetProperty("peak_memory_bytes").GetInt64(), 1, 200 * MiB);
        Assert.Equal(beyondLimit == 0 ? [] : [new QuarantineCount("object_too_large", 1, 1)], Status.Of(_lake.Lake).Quarantine);
        Assert.Equal(0, _lake.Run().RecordsRead);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Beyond_the_limit_of_a_file_its_records_are_quarantined_and_those_before_kept(bool isGzip)
    {
        var text = Encoding.UTF8.GetBytes(TestLake.Log(Enumerable.Range(0, 100).Select(i => TestLake.Record(i))));
        var limit = text.AsSpan().IndexOf(Encoding.UTF8.GetBytes(TestLake.Record(40))) + 100;
        var report = _lake.Put("a.json", isGzip ? TestLake.Gzip(text) : text).Put("b.json", TestLake.Log(TestLake.Record(1000))).Run(new() { MaxObjectBytes = limit });
        Assert.Equal((41, 1), (report.RecordsWritten, report.ObjectsQuarantined));
        Assert.Equal([["a.json", null, "object_too_large"]], _lake.Rows("select source_object, source_index, reason from quarantine"));
        Assert.Contains("--max-object-size", _lake.Scalar("select message from quarantine") as string, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_broken_record_larger_than_is_kept_the_begin_is_kept_and_its_neighbours_whole()
    {
        var large = TestLake.Record(2, $"\"a\":\"{new string('x', Problem.KeptBytes)}\"").Replace("eventTime", "eventDay");
        var report = _lake.Put("a.json.gz", TestLake.Gzip(TestLake.Log(TestLake.Record(1), large, TestLake.Record(3)))).Run();
        Assert.Equal((3, 2, 1), (report.RecordsRead, report.RecordsWritten, report.RecordsQuarantined));
        Assert.Equal(["event_time_missing", $"{large.Length}", $"{Problem.KeptBytes}"], _lake.Rows("select reason, size_bytes, length(content) from quarantine")[0]);
        Assert.Equal([new QuarantineCount("event_time_missing", 1, 1)], Status.Of(_lake.Lake).Quarantine);
    }

    [Fact]
    public void A_log_of_another_program_is_kept_once_and_the_record_in_it_is_in_the_lake()
    {
        var lines = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{{\"level\":\"info\",\"n\":{i}}}\n"));
        var report = _lake.Put("a.jsonl", lines).Put("b.jsonl", lines + TestLake.Record(1) + "\n").Run();
        Assert.Equal((1, 1, 2), (report.RecordsRead, report.RecordsWritten, report.ObjectsQuarantined));
        Assert.All(Status.Of(_lake.Lake).Quarantine, count => Assert.Equal(("not_cloudtrail", 200, 2), (count.Reason, count.Entries, count.Objects)));
        Assert.Equal([["a.jsonl", $"{lines.Length}"], ["b.jsonl", $"{lines.Length + TestLake.Record(1).Length + 1}"]],
            _lake.Rows("select source_object, length(content) from quarantine where message like '%99,900 more%' order by 1"));
        Assert.Equal(0, _lake.Run().RecordsRead);
    }

    [Fact]
    public void Many_broken_records_of_one_file_are_each_kept()
    {
        var report = _lake.Put("a.json", TestLake.Log(Enumerable.Repeat("{}", 100_000).Append(TestLake.Record(1)))).Run();
        Assert.Equal((100_001, 1, 100_000), (report.RecordsRead, report.RecordsWritten, report.RecordsQuarantined));
        Assert.Equal(["100000", "0", "99999"], _lake.Rows("select count(*), min(source_index), max(source_index) from quarantine where content = '{}'")[0]);
    }
}
