using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Signing;
using TrailLake.Storage.S3;

namespace TrailLake.Tests.Storage.S3;

public sealed class S3SignatureTests
{
    static readonly DateTime Now = new(2026, 3, 9, 23, 59, 58, DateTimeKind.Utc);

    public static TheoryData<string, string, string?> Requests => new()
    {
        { "GET", "https://bucket.s3.eu-west-1.amazonaws.com/AWSLogs/111122223333/CloudTrail/a.json.gz", null },
        { "HEAD", "http://127.0.0.1:7480/bucket/events/service%3Ds3/event_date%3D2026-03-09/a%20b%2Bc~%C3%BC.parquet", null },
        { "PUT", "https://bucket.s3.eu-west-1.amazonaws.com/a/b?partNumber=2&uploadId=x%2Fy%3D", "a token of a session" },
        { "GET", "https://bucket.s3.eu-west-1.amazonaws.com/a/%25/c", "token" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Every_signature_is_the_one_that_the_SDKs_signer_makes(string method, string address, string? token)
    {
        AWSCredentials credentials = token is null ? new BasicAWSCredentials("AKIDEXAMPLE", "secret") : new SessionAWSCredentials("AKIDEXAMPLE", "secret", token);
        List<(string Name, string Value)> headers =
        [
            ("x-amz-content-sha256", new string('a', 64)), ("x-amz-expected-bucket-owner", "111122223333"),
            ("Range", "bytes=0-9"), ("If-Match", "\"0123\""), ("x-amz-meta-traillake-token", "t"),
        ];
        var asked = new AWSSigningRequest { HttpMethod = new HttpMethod(method), RequestUri = new Uri(address) };
        foreach (var (name, value) in headers)
            asked.Headers[name] = value;
        var expected = await AWSSigV4Signer.SignAsync(
            asked, new() { Credentials = credentials, Region = RegionEndpoint.EUWest1, Service = "s3", SignedAt = Now }, TestContext.Current.CancellationToken);

        var signature = new S3Signature("eu-west-1");
        var (uri, known) = (new Uri(address), await credentials.GetCredentialsAsync());
        signature.Sign(new HttpMethod(method), uri.Authority, uri.AbsolutePath, uri.Query.TrimStart('?'), headers, known, Now);

        Assert.Equal(expected.Headers["Authorization"], headers[^1].Value);
        Assert.Equal(expected.Headers.Keys.Order(StringComparer.OrdinalIgnoreCase), headers.Select(header => header.Name).Where(expected.Headers.ContainsKey).Order(StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_new_day_and_new_credentials_have_keys_of_their_own()
    {
        var signature = new S3Signature("eu-west-1");
        string SignatureOf(string secret, DateTime time)
        {
            List<(string Name, string Value)> headers = [("x-amz-content-sha256", "UNSIGNED")];
            signature.Sign(HttpMethod.Get, "bucket", "/a", "", headers, new ImmutableCredentials("id", secret, null), time);
            return headers[^1].Value;
        }

        var first = SignatureOf("one", Now);
        string[] all = [first, SignatureOf("two", Now), SignatureOf("one", Now.AddSeconds(2)), SignatureOf("two", Now.AddSeconds(2))];
        Assert.Distinct(all);
        Assert.Equal(first, SignatureOf("one", Now));
    }
}
