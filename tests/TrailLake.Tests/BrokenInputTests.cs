using System.Text;
using TrailLake.Lake;
using TrailLake.Tests.Lossless;

namespace TrailLake.Tests;

public sealed class DiskToDiskBrokenInputTests() : BrokenInputTests(null, null);

public sealed class S3ToDiskBrokenInputTests(S3Server server) : BrokenInputTests(server, null);

public sealed class DiskToS3BrokenInputTests(S3Server server) : BrokenInputTests(null, server);

public sealed class S3ToS3BrokenInputTests(S3Server server) : BrokenInputTests(server, server);

/// <summary>Broken log files and records through the whole job: each costs nothing but itself.</summary>
public abstract class BrokenInputTests(S3Server? source, S3Server? lake) : IDisposable
{
    readonly TestLake _lake = new(source, lake);

    public void Dispose()
    {
        _lake.Dispose();
        GC.SuppressFinalize(this);
    }

    public static readonly TheoryData<string, string> Records = new()
    {
        { "null", "record_not_an_object" },
        { "17", "record_not_an_object" },
        { "\"text\"", "record_not_an_object" },
        { "[1,{\"a\":2}]", "record_not_an_object" },
        { "{}", "event_time_missing" },
        { Record(9).Replace("eventTime", "eventtime"), "event_time_missing" },
        { RecordAt("\"yesterday\""), "event_time_unreadable" },
        { RecordAt("\"2024-02-30T10:00:00Z\""), "event_time_unreadable" },
        { RecordAt("\"2024-01-31\""), "event_time_unreadable" },
        { RecordAt("\"\""), "event_time_unreadable" },
        { RecordAt("null"), "event_time_unreadable" },
        { RecordAt("{\"at\":1}"), "event_time_unreadable" },
        { RecordAt("12"), "event_time_unreadable" },
        { RecordAt("1e400"), "event_time_unreadable" },
        { Record(9, "\"eventName\":\"Again\""), "duplicate_key" },
        { Record(9, "\"event\\u004eame\":\"Again\""), "duplicate_key" },
        { Record(9, "\"userIdentity\":{\"type\":\"Root\",\"type\":\"IAMUser\"}"), "duplicate_key" },
        { Record(9, "\"unheardOf\":1,\"unheardOf\":2"), "duplicate_key" },
        { Record(9, "\"a\":tru"), "invalid_json" },
        { Record(9, "\"a\":01"), "invalid_json" },
        { Record(9, "\"a\":\"\\x\""), "invalid_json" },
        { Record(9, "\"a\":\"line\nbreak\""), "invalid_json" },
        { Record(9, "\"a\":\"a NUL \0 as it is\""), "invalid_json" },
        { Record(9, "\"a\":" + new string('[', 20_000) + new string(']', 20_000)), "too_deep" },
    };

    [Theory]
    [MemberData(nameof(Records))]
    public void A_broken_record_lies_in_quarantine_as_it_was_and_its_neighbours_are_in_the_lake(string broken, string reason) =>
        AssertQuarantined(Encoding.UTF8.GetBytes(broken), reason);

    [Theory]
    [InlineData(0xff)]
    [InlineData(0xc0)]
    [InlineData(0xed)] // begins a surrogate, which no UTF-8 holds
    public void A_record_that_is_not_UTF_8_lies_in_quarantine_as_it_was(byte wrong)
    {
        var broken = Encoding.Latin1.GetBytes(Record(9, "\"a\":\"?\xa0\x80\""));
        broken[broken.AsSpan().IndexOf((byte)'?')] = wrong;
        AssertQuarantined(broken, "invalid_utf8");
    }

    // It runs on to the last brace of the file; what is wrong first may be its own time or key, or a letter of a neighbour.
    [Theory]
    [InlineData("\"eventTime\":\"2024-01-31T10:00:09Z\"", "\"eventTime\":\"2024-01-31T1\"")]
    [InlineData("\"eventName\":\"GetObject\"", "\"eventName\":\"GetObject\",\"eventName\":\"Again\"")]
    [InlineData("GetObject", "GetObject")]
    public void A_record_that_lost_its_brace_takes_no_neighbour_along_whatever_else_is_wrong(string its, string became)
    {
        var torn = Record(9).Replace(its, became, StringComparison.Ordinal).Replace("\"requestParameters\":null", "\"requestParameters\":{", StringComparison.Ordinal);
        var log = Encoding.Latin1.GetBytes(TestLake.Log(Record(1), torn, Record(2), Record(3, "\"errorMessage\":\"\xff\""), Record(4)));
        var report = _lake.Put("a.json", log).Run();
        Assert.Equal((5, 3, 2), (report.RecordsRead, report.RecordsWritten, report.RecordsQuarantined));
        Assert.Equal(["broken_record", "invalid_utf8"], QuarantineEntry.Of(_lake.Pulled()).Select(entry => entry.Reason).Order(StringComparer.Ordinal));
    }

    public static readonly TheoryData<string, string> WholeFiles = new()
    {
        { "this was never gzip", "not_json" },
        { "\u001f\u008b", "truncated_gzip" },
        { "\u001f\u008b\u0008\0\0\0\0\0\0\u0003nonsense", "corrupt_gzip" },
        { "{}", "not_cloudtrail" },
        { "{\"Records\":", "truncated_json" },
        { "{\"Records\":null}", "records_not_an_array" },
        { "{\"Records\":{}}", "records_not_an_array" },
        { "{\"Records\":\"none\"}", "records_not_an_array" },
        { "{\"Records\":7}", "records_not_an_array" },
        { "\0\0\0\0\0\0\0\0", "not_json" },
        { """{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-west-1","eventTime":"2024-01-31T10:00:00Z","eventName":"ObjectCreated:Put","s3":{}}]}""", "not_cloudtrail" },
        { """{"Records":[{"eventID":"1","eventVersion":"1.0","dynamodb":{"Keys":{}},"awsRegion":"eu-west-1","eventName":"INSERT","eventSource":"aws:dynamodb"}]}""", "not_cloudtrail" },
        { """{"Records":[{"kinesis":{"data":"SGVsbG8="},"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"shardId-0:1","eventName":"aws:kinesis:record","awsRegion":"eu-west-1"}]}""", "not_cloudtrail" },
        { """{"Records":[{"messageId":"1","body":"{\"Records\":[]}","eventSource":"aws:sqs","awsRegion":"eu-west-1"}]}""", "not_cloudtrail" },
    };

    [Theory]
    [MemberData(nameof(WholeFiles))]
    public void A_file_without_one_record_lies_in_quarantine_as_it_is_stored(string latin1, string reason)
    {
        var stored = Encoding.Latin1.GetBytes(latin1);
        var report = _lake.Put("a.json", TestLake.Log(Record(1))).Put("m.json.gz", stored).Put("z.json", TestLake.Log(Record(2))).Run();
        Assert.Equal((2, 2, 1), (report.RecordsRead, report.RecordsWritten, report.ObjectsQuarantined));
        var entry = Assert.Single(QuarantineEntry.Of(_lake.Pulled()));
        Assert.Equal(("m.json.gz", true, 0, reason), (entry.Object, entry.IsWhole, entry.Offset, entry.Reason));
        Assert.Equal(stored, entry.Content);
        AssertSettled(reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t ")]
    [InlineData("[]")]
    [InlineData("{\"Records\":[]}")]
    [InlineData("\u00ef\u00bb\u00bf{\"Records\":[ ]}\n")]
    public void A_file_with_nothing_in_it_is_no_fault(string latin1)
    {
        var report = _lake.Put("a.json", Encoding.Latin1.GetBytes(latin1)).Put("b.json.gz", TestLake.Gzip(Encoding.Latin1.GetBytes(latin1))).Run();
        Assert.Equal((2, 2, 0, 0), (report.ObjectsListed, report.ObjectsIngested, report.ObjectsQuarantined, report.RecordsRead));
        Assert.Equal(2, _lake.Run().ObjectsAlreadyIngested);
    }

    [Theory]
    [InlineData(false, "truncated_json")]
    [InlineData(true, "truncated_gzip")]
    public void Of_a_file_cut_off_anywhere_the_complete_records_are_kept(bool isGzip, string reason)
    {
        var text = Encoding.UTF8.GetBytes(TestLake.Log(Enumerable.Range(0, 9).Select(i => Record(i, $"\"a\":\"{i * 7919}\""))));
        var whole = isGzip ? TestLake.Gzip(text) : text;
        var withoutEnd = whole.Length - (isGzip ? 8 : 2); // the checksum, or ]}
        for (var length = 20; length < withoutEnd; length += 41)
            _lake.Put($"{length:00000}.json", whole[..length]);
        _lake.Put("whole but for its end.json", whole[..withoutEnd]);
        var report = _lake.Run();
        Assert.True(report.IsExact);
        Assert.Equal(report.ObjectsListed, _lake.Quarantined[reason]);
        Assert.Equal(_lake.Quarantined[reason], _lake.Quarantined.Values.Sum());
        Assert.Equal(["9", "9"], _lake.Rows("select count(*), count(distinct event_id) from events")[0]);
        Assert.Equal(0, _lake.Run().RecordsRead);
    }

    [Fact]
    public void Everything_broken_at_once_is_counted_by_reason_and_tells_by_the_exit_status()
    {
        _lake.Put("a.json", TestLake.Log(Records.Select(row => row.Data.Item1).Append(Record(1))));
        foreach (var (row, i) in WholeFiles.Select((row, i) => (row, i)))
            _lake.Put($"b{i:00}.gz", Encoding.Latin1.GetBytes(row.Data.Item1));
        var run = TraillakeProcess.Run([.. _lake.Ingest, "--json"]);
        Assert.Equal((1, ""), (run.Status, run.Errors));
        Assert.Equal("1", _lake.Scalar("select count(*) from events"));
        var expected = Records.Concat(WholeFiles).GroupBy(row => row.Data.Item2).ToDictionary(group => group.Key, group => (long)group.Count());
        Assert.Equal(expected.OrderBy(pair => pair.Key), Status.Of(_lake.Pulled()).Quarantine.ToDictionary(count => count.Reason, count => count.Entries).OrderBy(pair => pair.Key));
        Assert.Equal(expected.Values.Sum().ToString(), _lake.Scalar("select count(*) from quarantine where message is not null and run_id is not null"));
        var again = TraillakeProcess.Run([.. _lake.Ingest, "--quiet"]);
        Assert.Equal((0, "", ""), (again.Status, again.Output, again.Errors));
    }

    void AssertQuarantined(byte[] broken, string reason)
    {
        byte[] before = [.. "{\"Records\":["u8, .. Encoding.UTF8.GetBytes(Record(2)), (byte)','];
        byte[] after = [(byte)',', .. Encoding.UTF8.GetBytes(Record(3)), .. "]}"u8];
        var report = _lake.Put("a.json", TestLake.Log(Record(1))).Put("m.json.gz", TestLake.Gzip([.. before, .. broken, .. after])).Put("z.json", TestLake.Log(Record(4))).Run();
        Assert.Equal((5, 4, 0, 1), (report.RecordsRead, report.RecordsWritten, report.Duplicates, report.RecordsQuarantined));
        var entry = Assert.Single(QuarantineEntry.Of(_lake.Pulled()));
        Assert.Equal(("m.json.gz", false, before.Length, reason), (entry.Object, entry.IsWhole, entry.Offset, entry.Reason));
        Assert.Equal(broken, entry.Content);
        Assert.Equal(["a.json 0", "m.json.gz 0", "m.json.gz 2", "z.json 0"], _lake.Rows("select source_object || ' ' || source_index from events order by 1").Select(row => row[0]));
        Assert.Equal("1", _lake.Scalar("select source_index from quarantine"));
        AssertSettled(reason);
    }

    // What is in quarantine shows in the status, and a second run leaves it alone.
    void AssertSettled(string reason)
    {
        Assert.Equal([new QuarantineCount(reason, 1, 1)], Status.Of(_lake.Pulled()).Quarantine);
        var files = _lake.Files();
        var again = _lake.Run();
        Assert.Equal((3, 0, 0), (again.ObjectsAlreadyIngested, again.RecordsRead, again.ObjectsQuarantined));
        Assert.Equal(files, _lake.Files());
    }

    static string Record(int id, string more = "") => TestLake.Record(id, more);

    static string RecordAt(string time) => Record(9).Replace("\"2024-01-31T10:00:09Z\"", time);
}
