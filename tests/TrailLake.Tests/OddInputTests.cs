using System.Text;
using System.Text.Json;

namespace TrailLake.Tests;

public sealed class DiskToDiskOddInputTests() : OddInputTests(null, null);

public sealed class S3ToDiskOddInputTests(S3Server server) : OddInputTests(server, null);

public sealed class DiskToS3OddInputTests(S3Server server) : OddInputTests(null, server);

public sealed class S3ToS3OddInputTests(S3Server server) : OddInputTests(server, server);

/// <summary>What looks broken and is not: large, deep, odd, and in the lake all the same.</summary>
public abstract class OddInputTests(S3Server? source, S3Server? lake) : IDisposable
{
    readonly TestLake _lake = new(source, lake);

    public void Dispose()
    {
        _lake.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("\"20240131T235959Z\"", "2024-01-31 23:59:59")]
    [InlineData("\"20240131T235959.25+0130\"", "2024-01-31 22:29:59.25")]
    [InlineData("\"2024-01-31T23:59:59.123456789Z\"", "2024-01-31 23:59:59.123")]
    [InlineData("\"2024-01-31T23:59:59+02:00\"", "2024-01-31 21:59:59")]
    [InlineData("\"2024-01-31T23:59:59-08\"", "2024-02-01 07:59:59")]
    [InlineData("\"2024-01-31 23:59:59\"", "2024-01-31 23:59:59")]
    [InlineData("1706745599", "2024-01-31 23:59:59")]
    [InlineData("1706745599.5", "2024-01-31 23:59:59.5")]
    [InlineData("1.706745599E9", "2024-01-31 23:59:59")]
    [InlineData("\"1706745599\"", "2024-01-31 23:59:59")]
    [InlineData("1706745599123", "2024-01-31 23:59:59.123")]
    public void A_time_is_read_however_it_is_spelled_and_given_back_as_it_was(string spelling, string time)
    {
        var record = TestLake.Record(1).Replace("\"2024-01-31T10:00:01Z\"", spelling);
        Assert.Equal(1, _lake.Put("a.json", TestLake.Log(record)).Run().RecordsWritten);
        Assert.Equal([time, time[..10]], _lake.Rows("select event_time, event_date from events")[0]);
        Assert.Equal(spelling, Exported(1).GetProperty("eventTime").GetRawText());
    }

    [Theory]
    [InlineData("123456789012345678901234567890")]
    [InlineData("-9223372036854775809")]
    [InlineData("18446744073709551616")]
    [InlineData("1e400")]
    [InlineData("1E-400")]
    [InlineData("0.10000000000000000000000000000000000001")]
    [InlineData("-0.0")]
    public void A_number_is_kept_as_it_is_written(string number)
    {
        var report = _lake.Put("a.json", TestLake.Log(Record(1, $"{{\"n\":{number}}}", $"\"unheardOf\":{number},\"eventName2\":[{number}]"))).Run();
        Assert.Equal((1, 0), (report.RecordsWritten, report.RecordsQuarantined));
        Assert.Equal([$"{{\"n\":{number}}}"], _lake.Rows("select request_parameters from events")[0]);
        Assert.Equal((number, $"[{number}]"), (Exported(1).GetProperty("unheardOf").GetRawText(), Exported(1).GetProperty("eventName2").GetRawText()));
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00\\ud800")]
    [InlineData("x\\u0000y")]
    [InlineData("\\ud83d\\ude00")]
    public void An_odd_letter_is_kept_wherever_it_stands(string letter)
    {
        var record = Record(1, $"{{\"k{letter}\":\"{letter}\"}}", $"\"errorMessage\":\"{letter}\",\"new{letter}\":\"{letter}\",\"userIdentity\":{{\"arn\":\"{letter}\"}}").Replace("GetObject", letter);
        var report = _lake.Put("a.json", TestLake.Log(record, TestLake.Record(2))).Put("b.json", TestLake.Log(record)).Run();
        Assert.Equal((3, 2, 1, 0), (report.RecordsRead, report.RecordsWritten, report.Duplicates, report.RecordsQuarantined));
        Assert.Equal("2", _lake.Scalar("select count(*) from events"));
        var exported = Exported(1);
        Assert.True(Lossless.JsonMeaning.Of(Encoding.UTF8.GetBytes(record)) == Lossless.JsonMeaning.Of(Encoding.UTF8.GetBytes(exported.GetRawText())), exported.GetRawText());
    }

    // In names, too, of what is looked into once more when it is written: the resources.
    [Theory]
    [InlineData("\\ud800")]
    [InlineData("type\\ud800")]
    [InlineData("ARN\\ud83d")]
    [InlineData("\\u0041RN")]
    public void An_odd_name_in_resources_is_kept_and_costs_nothing_else(string name)
    {
        var record = Record(1, "1", $"\"resources\":[{{\"{name}\":\"x\",\"type\":\"t\"}},{{\"ARN\":\"a\"}}]");
        var report = _lake.Put("a.json", TestLake.Log(record, TestLake.Record(2))).Run();
        Assert.Equal((2, 2, 0), (report.RecordsRead, report.RecordsWritten, report.RecordsQuarantined));
        Assert.Equal("[\"t\"]", _lake.Scalar("select resource_types from events where resource_types is not null"));
        Assert.Equal(name == "\\u0041RN" ? "[\"x\",\"a\"]" : "[\"a\"]", _lake.Scalar("select resource_arns from events where resource_arns is not null"));
        Assert.True(Lossless.JsonMeaning.Of(Encoding.UTF8.GetBytes(record)) == Lossless.JsonMeaning.Of(Encoding.UTF8.GetBytes(Exported(1).GetRawText())));
    }

    [Fact]
    public void A_files_name_that_has_no_time_where_one_should_be_costs_the_views_nothing()
    {
        _lake.Put("111122223333_CloudTrail_eu-west-1_20240230T2561Z_abcdefghijklmnop.json", TestLake.Log(TestLake.Record(1))).Put("111122223333_CloudTrail_eu-west-1_20240131T1007Z_abcdefghijklmnop.json", TestLake.Log(TestLake.Record(2))).Run();
        Assert.Equal(["2", "1", "1"], _lake.Rows("select event_count, unknown_count, within_15_minutes_count from delivery_lag")[0]);
    }

    [Fact]
    public void A_thousand_brackets_within_each_other_are_a_value_like_any_other()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":[", 500)) + "1" + string.Concat(Enumerable.Repeat("]}", 500));
        var report = _lake.Put("a.json", TestLake.Log(TestLake.Record(1), Record(2, deep, $"\"new\":{deep}"), TestLake.Record(3))).Run();
        Assert.Equal((3, 3), (report.RecordsRead, report.RecordsWritten));
        Assert.Equal(deep, _lake.Scalar("select request_parameters from events where request_parameters is not null"));
        Assert.Equal(deep, Exported(2).GetProperty("new").GetRawText());
    }

    [Fact]
    public void A_value_of_20_MB_is_in_the_lake_whole()
    {
        var large = new StringBuilder("{\"x\":\"", 21_000_000);
        for (var i = 0; large.Length < 20_000_000; i++)
            large.Append(i).Append(',');
        large.Append("\"}");
        var report = _lake.Put("a.json.gz", TestLake.Gzip(TestLake.Log(TestLake.Record(1), Record(2, large.ToString()), TestLake.Record(3)))).Run();
        Assert.Equal((3, 3), (report.RecordsRead, report.RecordsWritten));
        Assert.True(_lake.Scalar("select request_parameters from events where request_parameters is not null") as string == large.ToString());
        Assert.Equal("3", _lake.Scalar("select count(*) from events"));
    }

    [Fact]
    public void Many_unknown_names_at_two_levels_are_told_apart()
    {
        string Names(string prefix) => string.Join(',', Enumerable.Range(0, 40).Select(i => $"\"{prefix}{i}\":{i}"));
        var fine = TestLake.Record(1, $"{Names("a").Replace("\"a20\"", $"\"userIdentity\":{{{Names("a")}}},\"a20\"")}");
        var broken = TestLake.Record(2, $"{Names("a").Replace("\"a20\"", $"\"userIdentity\":{{{Names("b")}}},\"a20\"")},\"a3\":0");
        var report = _lake.Put("a.json", TestLake.Log(fine, broken, fine.Replace("-000000000001", "-000000000003"))).Run();
        Assert.Equal((3, 2, 1), (report.RecordsRead, report.RecordsWritten, report.RecordsQuarantined));
        Assert.Equal(["duplicate_key"], _lake.Quarantined.Keys);
    }

    static string Record(int id, string parameters, string more = "") => TestLake.Record(id, more).Replace("\"requestParameters\":null", $"\"requestParameters\":{parameters}");

    /// <summary>A record as <c>export</c> gives it back.</summary>
    JsonElement Exported(int id)
    {
        using var folder = new TempFolder();
        Assert.Equal(0, TraillakeProcess.Run("export", _lake.Pulled(), folder["out"], "--quiet").Status);
        using var records = new MemoryStream();
        foreach (var file in Directory.EnumerateFiles(folder["out"], "*.gz", SearchOption.AllDirectories))
        {
            using var stream = new System.IO.Compression.GZipStream(File.OpenRead(file), System.IO.Compression.CompressionMode.Decompress);
            var log = JsonDocument.Parse(stream, new() { MaxDepth = 100_000 }).RootElement;
            foreach (var record in log.GetProperty("Records").EnumerateArray())
            {
                if (record.GetProperty("eventID").GetString()!.EndsWith($"-{id:000000000000}", StringComparison.Ordinal))
                    return record;
            }
        }
        throw new InvalidOperationException($"expected record {id} in the export, found none");
    }
}
