using System.Text;
using System.Text.Json;

namespace TrailLake.Tests.Digests;

/// <summary>In the bucket itself the newest digest is proven, too: S3 keeps its signature beside it.</summary>
public sealed class DigestS3Tests(S3Server server) : IDisposable
{
    readonly DigestedTrail _trail = new(server);

    public void Dispose() => _trail.Dispose();

    [Fact]
    public void Every_digest_of_a_bucket_is_proven()
    {
        Hours();
        var (status, found) = Verify();
        Assert.Equal((0, 0), (status, found.GetProperty("problems").GetArrayLength()));
        Assert.Equal((3, 0, 6), (Number(found, "digests"), Number(found, "digests_unproven"), Number(found, "log_files")));
    }

    [Fact]
    public void The_newest_digest_is_held_to_its_signature()
    {
        var newest = Hours()[^1];
        var (content, signature) = (_trail.Read(newest.Digest), _trail.Last!.Value.Signature);
        _trail.Put(newest.Digest, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(content).Replace("2024-01-31T12:00:00Z", "2024-01-31T11:59:00Z", StringComparison.Ordinal)), signature);
        AssertAltered(newest.Digest, "does not");
        _trail.Put(newest.Digest, content, null);
        AssertAltered(newest.Digest, "x-amz-meta-signature");
        _trail.Put(newest.Digest, content, "no hexadecimal");
        AssertAltered(newest.Digest, "signature");
        _trail.Put(newest.Digest, content, signature);
        Assert.Equal(0, Verify().Status);
    }

    [Fact]
    public void A_log_file_that_was_removed_before_it_was_ingested_is_missing()
    {
        Hours();
        var (_, logs) = _trail.Hour(31, 13);
        _trail.Remove(logs[1]);
        Assert.Equal([("not_ingested", logs[0]), ("missing", logs[1])], Verify().Found.GetProperty("problems").EnumerateArray().Select(problem => (problem.GetProperty("problem").GetString()!, problem.GetProperty("object").GetString()!)));
    }

    List<(string Digest, string[] Logs)> Hours()
    {
        var hours = Enumerable.Range(10, 3).Select(hour => _trail.Hour(31, hour)).ToList();
        _trail.Lake.Run();
        return hours;
    }

    void AssertAltered(string digest, string message)
    {
        var problem = Assert.Single(Verify().Found.GetProperty("problems").EnumerateArray());
        Assert.Equal(("altered", digest), (problem.GetProperty("problem").GetString()!, problem.GetProperty("object").GetString()!));
        Assert.Contains(message, problem.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    (int Status, JsonElement Found) Verify()
    {
        var run = TraillakeProcess.Run("verify", _trail.Lake.Lake, "--source", _trail.Lake.SourceUri, "--digests", "--public-keys", _trail.KeysFile(), "--endpoint-url", server.Endpoint, "--json");
        Assert.True(run.Status is 0 or 1, run.Errors);
        return (run.Status, JsonDocument.Parse(run.Output).RootElement);
    }

    static int Number(JsonElement found, string name) => found.GetProperty("digests").GetProperty(name).GetInt32();
}
