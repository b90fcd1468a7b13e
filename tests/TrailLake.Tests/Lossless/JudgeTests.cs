using System.IO.Compression;
using System.Text;

namespace TrailLake.Tests.Lossless;

public sealed class JudgeTests : IDisposable
{
    const string One = """{"eventVersion":"1.08","eventTime":"2024-01-01T00:00:00Z","eventSource":"s3.amazonaws.com","eventID":"1","n":1.0}""";
    const string Two = """{"eventVersion":"1.08","eventTime":"2024-01-01T00:00:00Z","eventSource":"s3.amazonaws.com","eventID":"2","n":[null]}""";
    const string NoId = """{"eventVersion":"1.08","eventTime":"2024-01-01T00:00:00Z","eventSource":"s3.amazonaws.com"}""";

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData($$"""{"Records":[{{One}},{{Two}}]}""")]
    [InlineData($$"""{"a":{},"Records": [ {{One}} , {{Two}} ],"b":1}""")]
    [InlineData($"[{One},{Two}]")]
    [InlineData($"{One}\n{Two}\r\n")]
    [InlineData($$"""{"Records":[{{One}}]}{"Records":[{{Two}}]}""")]
    [InlineData($$"""[{"detail-type":"AWS API Call via CloudTrail","detail":{{One}}},{"detail":{{Two}},"source":"aws.s3"}]""")]
    [InlineData($$"""{"Events":[{{One}},{{Two}}]}""")]
    [InlineData("\uFEFF" + $$"""{"Records":[{{One}},{{Two}}]}""")]
    public void Every_shape_of_file_is_walked(string file)
    {
        Source("a.json", file);
        Export(Two, One);
        Assert.Equal("2 records: 2 exported, 0 duplicates, 0 quarantined, 0 different", Verdict());
    }

    [Fact]
    public void Records_inside_strings_are_walked()
    {
        Source("a.json", $$"""{"Events":[{"EventId":"1","CloudTrailEvent":{{Quoted(One)}}}]}""");
        Export(One);
        Assert.Equal("1 records: 1 exported, 0 duplicates, 0 quarantined, 0 different", Verdict());
    }

    [Fact]
    public void Gzip_of_several_members_is_walked_and_a_digest_is_passed_over()
    {
        Directory.CreateDirectory(_folder["source"]);
        File.WriteAllBytes(_folder["source", "s.json.gz"], [.. Gzip($"[{One},"), .. Gzip($"{Two}]")]);
        Source("d.json", """{"digestStartTime":"x","logFiles":[]}""");
        Export(One, Two);
        Assert.Equal("2 records: 2 exported, 0 duplicates, 0 quarantined, 0 different", Verdict());
    }

    [Fact]
    public void A_duplicate_is_expected_once_and_a_record_without_id_as_often_as_it_came()
    {
        Source("a.json", $"[{One},{NoId},{NoId}]");
        Source("b/a.json", $"{One}");
        Export(One, NoId, NoId);
        Assert.Equal("4 records: 3 exported, 1 duplicates, 0 quarantined, 0 different", Verdict());
        Export(One, One, NoId);
        Assert.Equal(2, Findings());
    }

    [Fact]
    public void A_lost_a_changed_and_an_invented_record_are_found()
    {
        Source("a.json", $"[{One},{Two}]");
        Export(One.Replace("1.0}", "1}", StringComparison.Ordinal), """{"eventID":"9"}""");
        var verdict = Verdict();
        Assert.Contains("a.json: the record at byte 1 came back different in out.json.gz:\n  $.n: expected 1.0, found 1", verdict, StringComparison.Ordinal);
        Assert.Contains($"a.json: the record at byte {One.Length + 2} is 0 times in the export, expected 1: {Two}", verdict, StringComparison.Ordinal);
        Assert.Contains("the export has a record that no source has: {\"eventID\":\"9\"}", verdict, StringComparison.Ordinal);
        Assert.Equal(3, Findings());
    }

    [Fact]
    public void A_record_may_be_in_quarantine_byte_for_byte_and_a_sound_one_may_not()
    {
        Source("a.json", $"[{One},{{\"eventID\":7}}]");
        var odd = new QuarantineEntry("a.json", false, One.Length + 2, "no_event_time", "{\"eventID\":7}"u8.ToArray());
        Export(One);
        Assert.Equal("2 records: 1 exported, 0 duplicates, 1 quarantined, 0 different", Verdict(odd));
        Assert.Contains("are not the file's", Verdict(odd with { Content = "{\"eventID\":8}"u8.ToArray() }), StringComparison.Ordinal);
        Assert.Contains("are not the file's", Verdict(odd with { Offset = 3 }), StringComparison.Ordinal);
        Export();
        Assert.Contains("is sound, but is in quarantine", Verdict(odd, new("a.json", false, 1, "why", Encoding.UTF8.GetBytes(One))), StringComparison.Ordinal);
        Assert.Contains("the source has no such file", Verdict(odd with { Object = "c.json" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_broken_file_all_bytes_are_accounted_for()
    {
        var file = $$"""{"Records":[{{One}},{"eventTime":},{{Two}},{"eventVers""";
        Source("a.json", file);
        Export(One, Two);
        var middle = new QuarantineEntry("a.json", false, file.IndexOf("{\"eventTime\":}", StringComparison.Ordinal), "not_json", "{\"eventTime\":}"u8.ToArray());
        var end = new QuarantineEntry("a.json", false, file.Length - 11, "truncated", "{\"eventVers"u8.ToArray());
        Assert.Equal("4 records: 2 exported, 0 duplicates, 2 quarantined, 0 different", Verdict(middle, end));
        Assert.Contains("are neither a record nor in quarantine: {\"eventVers", Verdict(middle), StringComparison.Ordinal);
        Assert.Contains("are neither a record nor in quarantine: {\"eventTime\":}", Verdict(end), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_truncated_gzip_everything_before_the_fault_is_walked()
    {
        var gzip = Gzip($$"""{"Records":[{{One}},{{Two}}]}""");
        Directory.CreateDirectory(_folder["source"]);
        File.WriteAllBytes(_folder["source", "a.json.gz"], gzip[..^12]);
        var text = SourceWalk.Open("a", gzip[..^12]).Text;
        Assert.StartsWith("{\"Records\":[" + One, Encoding.UTF8.GetString(text), StringComparison.Ordinal);
        var start = One.Length + 13;
        Export(One);
        Assert.Equal("2 records: 1 exported, 0 duplicates, 1 quarantined, 0 different", Verdict(new QuarantineEntry("a.json.gz", false, start, "truncated", text[start..])));
        Assert.Equal("1 records: 0 exported, 0 duplicates, 1 quarantined, 0 different", WholeInQuarantine(gzip[..^12]));
    }

    string WholeInQuarantine(byte[] file)
    {
        Export();
        return Verdict(new QuarantineEntry("a.json.gz", true, 0, "not_gzip", file));
    }

    void Source(string key, string text)
    {
        var path = _folder["source", key];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    void Export(params string[] records)
    {
        Directory.CreateDirectory(_folder["export"]);
        File.WriteAllBytes(_folder["export", "out.json.gz"], Gzip($$"""{"Records":[{{string.Join(',', records)}}]}"""));
    }

    string Verdict(params QuarantineEntry[] quarantine) => Judge.Compare(_folder["source"], _folder["export"], quarantine).ToString();

    int Findings() => Judge.Compare(_folder["source"], _folder["export"], []).Findings.Count;

    static string Quoted(string json) => "\"" + json.Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    static byte[] Gzip(string text)
    {
        var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }
}
