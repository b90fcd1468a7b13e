using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrailLake.Tests.Aws;

namespace TrailLake.Tests.Digests;

/// <summary>A log file that was altered, removed or never read is found by CloudTrail's digests, and so is a digest; by the program, on a copy of a bucket.</summary>
public sealed class DigestTests : IDisposable
{
    readonly DigestedTrail _trail = new();

    public void Dispose() => _trail.Dispose();

    [Fact]
    public void A_trail_as_it_was_delivered_is_proven_but_for_the_digest_whose_signature_stayed_behind()
    {
        Hours(3);
        var (status, found) = Verify();
        Assert.Equal((0, 0), (status, found.GetProperty("problems").GetArrayLength()));
        var digests = found.GetProperty("digests");
        Assert.Equal((1, 3, 1, 6), (Number("chains"), Number("digests"), Number("digests_unproven"), Number("log_files")));
        Assert.Equal(("2024-01-31T10:00:00Z", "2024-01-31T13:00:00Z"), (digests.GetProperty("from").GetString(), digests.GetProperty("until").GetString()));

        int Number(string name) => digests.GetProperty(name).GetInt32();
    }

    [Theory]
    [InlineData("a record changed")]
    [InlineData("a member of gzip appended")]
    [InlineData("bytes appended")]
    [InlineData("cut off")]
    public void A_log_file_that_was_altered_is_named(string how)
    {
        var log = Hours(3)[1].Logs[0];
        var file = Path.Combine(_trail.Lake.Source, log);
        var whole = File.ReadAllBytes(file);
        File.WriteAllBytes(file, how switch
        {
            "a record changed" => TestLake.Gzip(Encoding.UTF8.GetString(_trail.Read(log)).Replace("GetObject", "PutObject", StringComparison.Ordinal)),
            "a member of gzip appended" => [.. whole, .. TestLake.Gzip(TestLake.Log(TestLake.Record(900)))],
            "bytes appended" => [.. whole, 1, 2, 3],
            _ => whole[..^9],
        });
        AssertFound([("altered", log)]);
    }

    [Fact]
    public void A_log_file_that_was_removed_is_missing_unless_the_lake_has_it()
    {
        var hours = Hours(2);
        _trail.Remove(hours[0].Logs[0]);
        var (status, found) = Verify();
        Assert.Equal((0, 1, 3), (status, found.GetProperty("digests").GetProperty("log_files_only_in_lake").GetInt32(), found.GetProperty("digests").GetProperty("log_files").GetInt32()));
        var (_, logs) = _trail.Hour(31, 20);
        _trail.Remove(logs[0]);
        AssertFound([("missing", logs[0]), ("not_ingested", logs[1])]);
    }

    [Fact]
    public void What_the_lake_has_not_read_is_named_until_it_has()
    {
        Hours(1);
        var (_, logs) = _trail.Hour(31, 20, logs: 1);
        AssertFound([("not_ingested", logs[0])]);
        _trail.Lake.Run();
        AssertFound([]);
    }

    [Fact]
    public void A_digest_that_was_removed_is_named_and_the_others_are_checked()
    {
        var hours = Hours(4);
        _trail.Remove(hours[2].Digest);
        var found = AssertFound([("missing", hours[2].Digest)]);
        Assert.Equal((3, 6), (found.GetProperty("digests").GetProperty("digests").GetInt32(), found.GetProperty("digests").GetProperty("log_files").GetInt32()));
    }

    // As of a bucket that removes what is older than a year.
    [Fact]
    public void Digests_that_are_gone_before_the_first_one_are_no_problem()
    {
        var hours = Hours(3);
        _trail.Remove(hours[0].Digest);
        AssertFound([]);
    }

    // Unsigned, it may say what it likes, and that moves nothing for the others.
    [Theory]
    [InlineData("9999-12-31T23:59:59Z")]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("yesterday")]
    public void A_time_that_no_digest_can_be_of_is_met(string time)
    {
        var hours = Hours(3);
        var digest = JsonNode.Parse(_trail.Read(hours[1].Digest))!;
        foreach (var name in new[] { "digestStartTime", "digestEndTime" })
            digest[name] = time;
        _trail.Put(hours[1].Digest, Encoding.UTF8.GetBytes(digest.ToJsonString()), null);
        AssertFound([("altered", hours[1].Digest)]);
    }

    // Removed together, they leave no digest that names them.
    [Fact]
    public void A_chain_that_ends_long_before_the_others_is_named()
    {
        var (digest, _) = _trail.Hour(29, 10);
        _trail.Remove(_trail.Digest(29, 11, []));
        _trail.Last = null;
        _trail.Hour(31, 10, suffix: "_backfill");
        _trail.Lake.Run();
        AssertFound([("gap", digest)]);
    }

    [Fact]
    public void A_digest_that_was_altered_is_named_and_what_it_says_is_not_believed()
    {
        var hours = Hours(3);
        var log = hours[1].Logs[0];
        var forged = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(_trail.Read(log)).Replace("GetObject", "PutObject", StringComparison.Ordinal));
        File.WriteAllBytes(Path.Combine(_trail.Lake.Source, log), TestLake.Gzip(forged));
        var digest = JsonNode.Parse(_trail.Read(hours[1].Digest))!;
        digest["logFiles"]![0]!["hashValue"] = TrailLake.CloudTrail.Digest.HashOf(forged);
        digest["logFiles"]![1]!["s3Object"] = "logs/nowhere.json.gz"; // not said to be missing
        _trail.Put(hours[1].Digest, Encoding.UTF8.GetBytes(digest.ToJsonString()), null);
        AssertFound([("altered", hours[1].Digest)]);
    }

    [Fact]
    public void A_digest_signed_by_another_key_is_named()
    {
        Hours(3);
        using var other = new DigestedTrail();
        var found = Verify(other.KeysFile()).Found;
        Assert.Equal(2, found.GetProperty("problems").EnumerateArray().Count(problem => problem.GetProperty("problem").GetString() == "altered" && problem.GetProperty("message").GetString()!.Contains(_trail.Fingerprint, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_public_keys_are_asked_of_CloudTrail_in_the_digests_region()
    {
        Hours(3);
        using var cloudTrail = new StandInCloudTrail { Pages = [$$"""{"PublicKeyList":[{{StandInCloudTrail.Key(_trail.Fingerprint, _trail.PublicKey)}}]}"""] };
        string[] call = ["verify", _trail.Lake.Lake, "--source", _trail.Lake.Source, "--digests"];
        var run = TraillakeProcess.RunIn(cloudTrail.Environment, call);
        Assert.Equal((0, "eu-west-1"), (run.Status, Assert.Single(cloudTrail.Regions)));
        Assert.Contains("3 digests in 1 chain from 2024-01-31T10:00:00Z to 2024-01-31T13:00:00Z, 6 log files as delivered and in the lake", run.Output, StringComparison.Ordinal);
        cloudTrail.Pages = ["""{"PublicKeyList":[]}"""];
        run = TraillakeProcess.RunIn(cloudTrail.Environment, call);
        Assert.Equal((1, true), (run.Status, run.Output.Contains(_trail.Fingerprint, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_digest_in_the_place_of_another_is_named()
    {
        var hours = Hours(3);
        var copy = hours[1].Digest.Replace("_20240131T", "_20240130T", StringComparison.Ordinal);
        _trail.Put(copy, _trail.Read(hours[1].Digest), null);
        AssertFound([("moved", copy)]);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"digestEndTime\":\"2024-01-31T12:00:00Z\",\"digestS3Object\":\"logs/x\",\"logFiles\":null}")]
    [InlineData("{\"digestEndTime\":1}")]
    public void A_digest_that_is_none_is_named(string content)
    {
        var hours = Hours(3);
        _trail.Put(hours[1].Digest, Encoding.UTF8.GetBytes(content), null);
        AssertFound([("damaged", hours[1].Digest)]);
    }

    // Signed, so that the digest itself is believed.
    [Theory]
    [InlineData("logs/../../../secret.json.gz")]
    [InlineData("elsewhere/AWSLogs/x.json.gz")]
    [InlineData(null)]
    public void A_digest_that_names_what_no_log_file_can_be_stops_nothing(string? name)
    {
        var (digest, _) = _trail.Hour(31, 9, change: json => json["logFiles"]!.AsArray().Add(new JsonObject { ["s3Bucket"] = "org-trail", ["s3Object"] = name, ["hashAlgorithm"] = "SHA-256", ["hashValue"] = "00" }));
        Hours(2);
        var problem = Assert.Single(Verify().Found.GetProperty("problems").EnumerateArray());
        Assert.Contains(Path.GetFileName(name) ?? digest, problem.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_without_digests_between_two_chains_is_named_and_none_between_backfills()
    {
        Hours(2);
        _trail.Last = null;
        var (digest, _) = _trail.Hour(31, 20);
        _trail.Last = null;
        _trail.Hour(30, 1, suffix: "_backfill");
        _trail.Last = null;
        _trail.Hour(31, 15, suffix: "_backfill");
        _trail.Lake.Run();
        AssertFound([("gap", digest)]);
    }

    [Fact]
    public void Digests_of_the_days_that_are_asked_for_are_checked_and_no_others()
    {
        var late = _trail.Hour(30, 3);
        Hours(2);
        _trail.Remove(late.Logs[0]);
        File.WriteAllText(Path.Combine(_trail.Lake.Source, late.Logs[1]), "{}");
        var run = TraillakeProcess.Run("verify", _trail.Lake.Lake, "--source", _trail.Lake.Source, "--digests", "--public-keys", _trail.KeysFile(), "--since", "2024-01-31");
        Assert.Equal(0, run.Status);
        Assert.Contains("2 digests in 1 chain from 2024-01-31T10:00:00Z to 2024-01-31T12:00:00Z, 4 log files as delivered and in the lake", run.Output, StringComparison.Ordinal);
        AssertFound([("altered", late.Logs[1])]);
    }

    [Fact]
    public void A_source_without_digests_proves_nothing()
    {
        _trail.Lake.Put("a.json", TestLake.Log(TestLake.Record(1))).Run();
        var problem = Assert.Single(Verify().Found.GetProperty("problems").EnumerateArray());
        Assert.Contains("log file validation", problem.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--digests")]
    [InlineData("--source", ".")]
    [InlineData("--since", "today")]
    [InlineData("--source", ".", "--digests", "--since", "2024-02-01", "--until", "2024-01-31")]
    public void Options_that_lack_another_are_wrong_usage(params string[] options)
    {
        Hours(1);
        Assert.Equal(64, TraillakeProcess.Run(["verify", _trail.Lake.Lake, .. options]).Status);
    }

    // Ingested, as the last night's run left it.
    List<(string Digest, string[] Logs)> Hours(int count)
    {
        var hours = Enumerable.Range(10, count).Select(hour => _trail.Hour(31, hour)).ToList();
        _trail.Lake.Run();
        return hours;
    }

    JsonElement AssertFound((string Problem, string Object)[] expected)
    {
        var (status, found) = Verify();
        Assert.Equal(expected, found.GetProperty("problems").EnumerateArray().Select(problem => (problem.GetProperty("problem").GetString()!, problem.GetProperty("object").GetString()!)));
        Assert.Equal(expected.Length > 0 ? 1 : 0, status);
        return found;
    }

    (int Status, JsonElement Found) Verify(string? keys = null)
    {
        var run = TraillakeProcess.Run("verify", _trail.Lake.Lake, "--source", _trail.Lake.Source, "--digests", "--public-keys", keys ?? _trail.KeysFile(), "--json");
        Assert.True(run.Status is 0 or 1, run.Errors);
        return (run.Status, JsonDocument.Parse(run.Output).RootElement);
    }
}
