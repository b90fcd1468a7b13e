using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using TrailLake.Storage;

namespace TrailLake.Tests;

/// <summary>A lake is what its runs noted, to the last page; whatever is otherwise is named, with exit status 1.</summary>
public sealed class VerifyTests : IDisposable
{
    readonly TestLake _lake = new();
    readonly string _file;

    public VerifyTests()
    {
        _lake.Put("a.json", TestLake.Log(Enumerable.Range(0, 500).Select(id => TestLake.Record(id, $"\"requestID\":\"request {id * 7919}\"")))).Run();
        _file = Path.Combine(_lake.Lake, _lake.Files("events").Single());
    }

    public void Dispose() => _lake.Dispose();

    [Fact]
    public void A_lake_of_shards_late_files_and_a_compaction_is_as_it_should_be()
    {
        foreach (var number in new[] { 1, 2 })
            _lake.Put($"{number}.json", TestLake.Log(TestLake.Record(600 + number))).Put($"late{number}.json", TestLake.Log(TestLake.Record(600)));
        foreach (var number in new[] { 1, 2 })
            _lake.Run(new() { Shard = new(number, 2) });
        Assert.Equal((0, true), (Check().Problems.Count, Check().Files > 1));
        Compact.Run(LocalStore.OpenLake(_lake.Lake), new());
        var report = Check();
        Assert.Empty(report.Problems);
        Assert.Equal((503, 1), (report.Rows, report.Files));
        var run = TraillakeProcess.Run("verify", _lake.Lake, "--json");
        Assert.Equal((0, 503), (run.Status, JsonDocument.Parse(run.Output).RootElement.GetProperty("rows").GetInt64()));
    }

    [Fact]
    public void Machines_whose_clocks_differ_may_write_one_after_the_other()
    {
        var day = DateOnly.FromDateTime(DateTime.UtcNow);
        foreach (var number in new[] { 1, 2, 3 })
            _lake.Put($"{number}.json", TestLake.Log(TestLake.Record(600 + number))).Run(new() { Clock = new FixedClock(day.AddDays(3 - number)) });
        Compact.Run(LocalStore.OpenLake(_lake.Lake), new() { Clock = new FixedClock(day.AddDays(-1)) });
        Assert.Empty(Check().Problems);
    }

    [Fact]
    public void A_damaged_note_of_an_earlier_run_stops_no_later_one()
    {
        var note = Path.Combine(_lake.Lake, Assert.Single(_lake.Files("_traillake/files")));
        File.WriteAllBytes(note, File.ReadAllBytes(note)[..^20]);
        _lake.Put("b.json", TestLake.Log(TestLake.Record(700))).Run();
        Assert.Equal("501", _lake.Scalar("select count(*) from events"));
        Assert.Contains(Path.GetFileName(note), Assert.Single(Check().Problems, problem => problem.Object.Contains("_traillake/files", StringComparison.Ordinal)).Object, StringComparison.Ordinal);
    }

    // A page's checksum does not cover its header, of which no reader needs every bit; page indexes have none.
    [Fact]
    public void A_bit_that_turned_in_a_page_or_in_the_footer_is_found()
    {
        var whole = File.ReadAllBytes(_file);
        var random = new Random(20260311);
        var found = 0;
        for (var round = 0; round < 40; round++)
        {
            var damaged = (byte[])whole.Clone();
            var place = random.Next(4, whole.Length / 3); // pages come first
            damaged[place] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(_file, damaged);
            found += Check().Problems is [{ Problem: "damaged" }, ..] ? 1 : 0;
        }
        Assert.InRange(found, 36, 40);
        File.WriteAllBytes(_file, [.. whole[..^8], .. new byte[8]]);
        Assert.Equal(["damaged"], Problems());
        File.WriteAllBytes(_file, whole[..(whole.Length / 2)]);
        Assert.Equal(["damaged"], Problems());
    }

    [Fact]
    public void A_bound_or_a_bloom_filter_that_hides_rows_from_a_query_is_found()
    {
        var whole = File.ReadAllBytes(_file);
        var greatest = (string)_lake.Scalar("select max(request_id) from events")!;
        var bounded = (byte[])whole.Clone();
        bounded[whole.AsSpan().LastIndexOf(Encoding.UTF8.GetBytes(greatest)) + "request ".Length] = (byte)'5';
        AssertHides(bounded, $"request_id = '{greatest}'");
        var filter = _lake.Rows($"select bloom_filter_offset, bloom_filter_length from parquet_metadata('{_file}') where path_in_schema = 'event_id'").Single();
        var (end, blocks) = (int.Parse(filter[0]!, CultureInfo.InvariantCulture) + int.Parse(filter[1]!, CultureInfo.InvariantCulture), 1024);
        AssertHides([.. whole[..(end - blocks)], .. new byte[blocks], .. whole[end..]], "event_id = '00000000-0000-0000-0000-000000000123'");

        void AssertHides(byte[] damaged, string condition)
        {
            File.WriteAllBytes(_file, whole);
            Assert.Equal("1", _lake.Scalar($"select count(*) from events where {condition}"));
            Assert.Empty(Problems());
            File.WriteAllBytes(_file, damaged);
            Assert.Equal("0", _lake.Scalar($"select count(*) from events where {condition}"));
            Assert.Equal(["damaged"], Problems());
        }
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x4c)]
    [InlineData(0xff)]
    public void Whoever_asks_a_lake_with_a_damaged_page_is_told_to_verify_it(byte filling)
    {
        var bytes = File.ReadAllBytes(_file);
        bytes.AsSpan(4, bytes.Length / 3).Fill(filling);
        File.WriteAllBytes(_file, bytes);
        var run = TraillakeProcess.Run("query", _lake.Lake, "select * from events");
        Assert.Equal(2, run.Status);
        Assert.Contains("`traillake verify LAKE` tells what is damaged", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(20)]
    public void A_file_that_a_run_replaces_while_it_is_read_is_not_damaged(int read)
    {
        var reads = 0;
        var lake = new WatchedStore(LocalStore.OpenLake(_lake.Lake), key =>
        {
            if (key.StartsWith("events/", StringComparison.Ordinal) && ++reads == read)
                _lake.Put("late.json", TestLake.Log(TestLake.Record(1000))).Run();
        });
        var report = Verify.Run(lake, 1, TestContext.Current.CancellationToken);
        Assert.Empty(report.Problems);
        Assert.Equal((501, _file), (report.Rows, Path.Combine(_lake.Lake, _lake.Files("events").Single())));
    }

    // Once before the notes are listed, when the file has been read; and again before the second look at the file, or at the notes.
    [Theory]
    [InlineData("events/")]
    [InlineData("_traillake/")]
    public void A_file_that_runs_replace_while_it_is_compared_with_what_they_noted_is_not_another_one(string second)
    {
        var (hasRead, hasLooked, runs) = (false, false, 0);
        var lake = new WatchedStore(LocalStore.OpenLake(_lake.Lake), key => hasRead |= key.StartsWith("events/", StringComparison.Ordinal), key =>
        {
            hasLooked |= runs == 1 && key.StartsWith("events/", StringComparison.Ordinal);
            if (hasRead && (runs == 0 ? key.StartsWith("_traillake/", StringComparison.Ordinal) : runs == 1 && hasLooked && key.StartsWith(second, StringComparison.Ordinal)))
                _lake.Put($"late{++runs}.json", TestLake.Log(TestLake.Record(1000 + runs))).Run();
        });
        Assert.Empty(Verify.Run(lake, 1, TestContext.Current.CancellationToken).Problems);
        Assert.Equal(2, runs);
        Assert.Empty(Check().Problems);
    }

    [Fact]
    public void A_file_that_is_missing_or_unknown_or_another_one_is_named()
    {
        var unknown = Path.Combine(Path.GetDirectoryName(_file)!, "other.parquet");
        File.Copy(_file, unknown);
        Assert.Equal(["unknown"], Problems());
        using var other = new TestLake();
        other.Put("a.json", TestLake.Log(TestLake.Record(1))).Run();
        File.Copy(Path.Combine(other.Lake, other.Files("events").Single()), _file, overwrite: true);
        Assert.Equal(["changed", "unknown"], Problems().Order());
        File.Delete(_file);
        Assert.Equal(["missing", "unknown"], Problems().Order());
        var run = TraillakeProcess.Run("verify", _lake.Lake);
        Assert.Equal(1, run.Status);
        Assert.Contains($"missing: {_file}: expected 500 rows in ", run.Output, StringComparison.Ordinal);
        Assert.Contains($"unknown: {unknown}: expected only files that a run noted", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lake_is_as_it_should_be_when_its_user_has_done_what_he_was_told_about_a_missing_file()
    {
        File.Delete(_file);
        var told = Assert.Single(Check().Problems).Message;
        Assert.EndsWith("or delete _traillake/ledger/, and ingest again with --since 2024-01-31 (of several files, the first of their days): what is in the lake already is not doubled.", told, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(_lake.Lake, "_traillake/ledger"), recursive: true);
        Assert.Equal(["missing"], Problems());
        _lake.Run(new() { Clock = new FixedClock(DateOnly.FromDateTime(DateTime.UtcNow).AddDays(1)) });
        Assert.Equal("500", _lake.Scalar("select count(*) from events"));
        Assert.Empty(Problems());
        File.Delete(Path.Combine(_lake.Lake, _lake.Files("events").Single()));
        Assert.Equal(["missing"], Problems());
    }

    // As on S3, where a run without a day goes on from the last one's.
    [Fact]
    public void What_verify_tells_of_a_missing_file_brings_its_rows_back_to_a_lake_that_looks_back_a_few_days()
    {
        using var lake = new TestLake();
        lake.Put("AWSLogs/111122223333/CloudTrail/eu-west-1/2024/01/31/a.json", TestLake.Log(TestLake.Record(1))).Run(new() { LateDays = 3, Clock = new FixedClock(DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-1)) });
        File.Delete(Path.Combine(lake.Lake, lake.Files("events").Single()));
        var told = TraillakeProcess.Run("verify", lake.Lake).Output;
        Directory.Delete(Path.Combine(lake.Lake, "_traillake/ledger"), recursive: true);
        var since = Regex.Match(told, "ingest again(?: with --since ([0-9-]+) )?").Groups[1].Value;
        string[] days = since.Length > 0 ? ["--since", since] : [];
        Assert.Equal(0, TraillakeProcess.Run(["ingest", lake.Source, lake.Lake, "--late-days", "3", .. days]).Status);
        Assert.Equal("1", lake.Scalar("select count(*) from events"));
        Assert.Equal(0, TraillakeProcess.Run("verify", lake.Lake).Status);
    }

    [Fact]
    public void A_file_that_is_missing_is_named_as_long_as_no_run_has_looked_at_its_day_again()
    {
        using var lake = new TestLake();
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        lake.Put("AWSLogs/111122223333/CloudTrail/eu-west-1/2024/01/31/a.json", TestLake.Log(TestLake.Record(1))).Run(new() { LateDays = 3, Clock = new FixedClock(today.AddDays(-1)) });
        File.Delete(Path.Combine(lake.Lake, lake.Files("events").Single()));
        Directory.Delete(Path.Combine(lake.Lake, "_traillake/ledger"), recursive: true);
        lake.Put($"AWSLogs/111122223333/CloudTrail/eu-west-1/{today:yyyy/MM/dd}/b.json", TestLake.Log(TestLake.Record(2))).Run(new() { LateDays = 3, Clock = new FixedClock(today.AddDays(1)) });
        Assert.Equal("0", lake.Scalar("select count(*) from events where event_id like '%01'"));
        Assert.Equal(1, TraillakeProcess.Run("verify", lake.Lake).Status);
        lake.Run(new() { Filter = new() { Since = new(2024, 1, 31) }, Clock = new FixedClock(today.AddDays(2)) });
        Assert.Equal(0, TraillakeProcess.Run("verify", lake.Lake).Status);
    }

    [Fact]
    public void A_file_in_another_days_folder_is_misplaced()
    {
        var wrong = _file.Replace("2024-01-31", "2024-02-01", StringComparison.Ordinal);
        Directory.CreateDirectory(Path.GetDirectoryName(wrong)!);
        File.Move(_file, wrong);
        Assert.Equal(["misplaced", "missing", "unknown"], Problems().Order());
    }

    [Theory]
    [InlineData("_traillake/ledger")]
    [InlineData("_traillake/files")]
    public void A_damaged_ledger_is_named(string folder)
    {
        var path = Path.Combine(_lake.Lake, _lake.Files(folder).Single());
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^40]);
        Assert.Equal(["damaged"], Problems());
    }

    [Fact]
    public void A_folder_that_is_missing_is_named_with_status_2()
    {
        var run = TraillakeProcess.Run("verify", Path.Combine(_lake.Lake, "nosuch"));
        Assert.Equal(2, run.Status);
        Assert.Contains("expected a lake's folder, found nothing", run.Errors, StringComparison.Ordinal);
    }

    VerifyReport Check() => Verify.Run(LocalStore.OpenLake(_lake.Lake), 2, TestContext.Current.CancellationToken);

    IEnumerable<string> Problems() => Check().Problems.Select(problem => problem.Problem);

    /// <summary>Tells each read and listing before it is made.</summary>
    sealed class WatchedStore(ObjectStore inner, Action<string> beforeRead, Action<string>? beforeList = null) : PassingStore(inner)
    {
        public override IEnumerable<StoredObject> List(string prefix = "", Action<ListProblem>? report = null)
        {
            beforeList?.Invoke(prefix);
            return base.List(prefix, report);
        }

        public override void ReadAt(string key, long offset, Span<byte> target)
        {
            beforeRead(key);
            base.ReadAt(key, offset, target);
        }
    }
}
