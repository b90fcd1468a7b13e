using System.Text;
using System.Text.Json.Nodes;
using Amazon;
using Amazon.Runtime;
using TrailLake.Aws;
using TrailLake.Storage;

namespace TrailLake.Tests.Aws;

/// <summary>The keys of digests, from CloudTrail's stand-in and from files.</summary>
public sealed class CloudTrailKeysTests : IDisposable
{
    static readonly DateTime From = new(2023, 11, 14, 22, 13, 20, DateTimeKind.Utc), To = From.AddHours(1).AddMilliseconds(1);
    static readonly byte[] First = [0x30, 1, 2], Second = [0x30, 3];

    readonly StandInCloudTrail _cloudTrail = new();
    readonly TempFolder _folder = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _cloudTrail.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_region_is_asked_for_the_keys_of_a_time_page_by_page()
    {
        _cloudTrail.Pages = [$$"""{"PublicKeyList":[{{StandInCloudTrail.Key("aa11", First)}}]}""", $$"""{"PublicKeyList":[{{StandInCloudTrail.Key("bb22", Second)}}]}"""];
        var keys = Keys().Of("ap-southeast-2", From, To, Cancel);
        Assert.Equal(["aa11", "bb22"], keys.Keys.Order());
        Assert.Equal(First, keys["aa11"]);
        Assert.Equal(Second, keys["bb22"]);
        Assert.Equal(["""{"StartTime":1700000000,"EndTime":1700003601}""", """{"StartTime":1700000000,"EndTime":1700003601,"NextToken":"1"}"""], _cloudTrail.Calls.Select(call => call.Request.ToJsonString()));
        Assert.Equal(["ap-southeast-2", "ap-southeast-2"], _cloudTrail.Regions);
    }

    [Fact]
    public void A_region_without_keys_has_none() => Assert.Empty(Keys().Of("eu-west-1", From, To, Cancel));

    [Theory]
    [InlineData("https://cloudtrail.eu-west-1.amazonaws.com", "eu-west-1", false)]
    [InlineData("https://cloudtrail.cn-north-1.amazonaws.com.cn", "cn-north-1", false)]
    [InlineData("https://cloudtrail-fips.us-east-1.amazonaws.com", "us-east-1", true)]
    [InlineData("https://cloudtrail.us-gov-west-1.amazonaws.com", "us-gov-west-1", true)]
    public void The_endpoint_is_that_of_the_region(string expected, string region, bool isFips) =>
        Assert.Equal(expected, new CloudTrailClientConfig(RegionEndpoint.GetBySystemName(region)) { UseFIPSEndpoint = isFips }.DetermineServiceOperationEndpoint(null!).URL);

    [Theory]
    [InlineData(500, "InternalFailure")]
    [InlineData(400, "ThrottlingException")]
    public void What_passes_is_tried_again(int status, string code)
    {
        _cloudTrail.Pages = [$$"""{"PublicKeyList":[{{StandInCloudTrail.Key("aa11", First)}}]}"""];
        _cloudTrail.Fail("ListPublicKeys", status, StandInAws.Error(code, "again").Body);
        Assert.Single(Keys().Of("eu-west-1", From, To, Cancel));
        Assert.Equal(2, _cloudTrail.Calls.Count);
    }

    [Theory]
    [InlineData("AccessDeniedException", "User: arn:aws:iam::111122223333:user/a is not authorized to perform: cloudtrail:ListPublicKeys", "The identity needs cloudtrail:ListPublicKeys; grant it")]
    [InlineData("UnrecognizedClientException", "The security token included in the request is invalid.", "AWS does not accept the credentials there; check them, --profile, and that the account has the region enabled")]
    [InlineData("ExpiredTokenException", "The security token included in the request is expired", "The credentials have expired; get new ones (`aws sso login`, or another session)")]
    public void A_refusal_names_the_region_and_what_to_do(string code, string message, string advice)
    {
        _cloudTrail.Fail("ListPublicKeys", 400, StandInAws.Error(code, message).Body);
        Assert.Equal($"CloudTrail in eu-west-1: expected its public keys, found: {message.TrimEnd('.')} ({code}). {advice}. Or give the keys in a file with --public-keys.", Refusal());
        Assert.Single(_cloudTrail.Calls);
    }

    [Theory]
    [InlineData("<html>welcome</html>", "That is no answer of CloudTrail; check AWS_ENDPOINT_URL_CLOUDTRAIL")]
    [InlineData("""{"PublicKeyList":[{"Value":"MAEC","Fing""", "That is no answer of CloudTrail")]
    [InlineData("""{"PublicKeyList":"none"}""", "That is no answer of CloudTrail")]
    [InlineData("", "expected its public keys, found an answer without PublicKeyList.")]
    [InlineData("null", "expected its public keys, found an answer without PublicKeyList.")]
    [InlineData("{}", "expected its public keys, found an answer without PublicKeyList.")]
    [InlineData("""{"PublicKeyList":[null]}""", "expected its public keys, found a key without Fingerprint.")]
    [InlineData("""{"PublicKeyList":[{"Value":"MAEC"}]}""", "expected its public keys, found a key without Fingerprint.")]
    [InlineData("""{"PublicKeyList":[{"Fingerprint":"aa11"}]}""", "expected its public keys, found no base64 in Value of the key aa11.")]
    [InlineData("""{"PublicKeyList":[{"Value":"~","Fingerprint":"aa11"}]}""", "expected its public keys, found no base64 in Value of the key aa11.")]
    public void An_answer_that_is_none_is_said_so(string answer, string expected)
    {
        _cloudTrail.Pages = [answer];
        var refusal = Refusal();
        Assert.StartsWith("CloudTrail in eu-west-1: expected its public keys, found", refusal, StringComparison.Ordinal);
        Assert.Contains(expected, refusal, StringComparison.Ordinal);
        Assert.EndsWith("AWS_ENDPOINT_URL_CLOUDTRAIL. Or give the keys in a file with --public-keys.", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_does_not_exist_is_named()
    {
        var refused = Assert.Throws<AwsException>(() => Keys("http://cloudtrail.invalid").Of("eu-west-1", From, To, Cancel));
        Assert.Equal("cloudtrail.invalid: expected CloudTrail, found no such host. Check the network and AWS_ENDPOINT_URL_CLOUDTRAIL. Or give the keys in a file with --public-keys.", refused.Message);
    }

    [Fact]
    public void A_profile_that_does_not_exist_is_named_and_the_other_way()
    {
        var refused = Assert.Throws<AwsException>(() => new CloudTrailKeys("no-such-profile", null).Of("eu-west-1", From, To, Cancel));
        Assert.Matches(@"^CloudTrail in eu-west-1: --profile no-such-profile: expected a profile .*are\. Or give the keys in a file with --public-keys\.$", refused.Message);
    }

    // https://cloudtrail.attacker.example?.amazonaws.com is a host of the attacker's.
    [Theory]
    [InlineData("attacker.example?")]
    [InlineData("eu-west-1.attacker.example#-1")]
    [InlineData("eu-west-1\n")]
    [InlineData("")]
    public void A_region_that_is_none_is_not_asked_and_has_no_keys(string region)
    {
        Assert.Empty(Keys().Of(region, From, To, Cancel));
        Assert.Empty(_cloudTrail.Calls);
    }

    [Fact]
    public async Task An_answer_that_stops_in_its_middle_does_not_hold_who_gives_up()
    {
        _cloudTrail.Stall("ListPublicKeys");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var asked = Task.Run(() => Keys().Of("eu-west-1", From, To, patience.Token), Cancel);
        await _cloudTrail.Stalled.WaitAsync(TraillakeProcess.Patience, Cancel);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked.WaitAsync(TraillakeProcess.Patience, Cancel));
    }

    [Fact]
    public void A_file_holds_what_the_AWS_CLI_prints_for_one_region_after_the_other()
    {
        var path = Put("""
            {
                "PublicKeyList": [
                    { "Value": "MAEC", "ValidityStartTime": "2023-11-14T22:13:20+00:00", "ValidityEndTime": 1702592000.0, "Fingerprint": "aa11" }
                ]
            }
            { "PublicKeyList": [] }
            { "PublicKeyList": [ { "Value": "MAM=", "Fingerprint": "bb22" } ] }

            """);
        foreach (var encoding in new[] { Encoding.UTF8, Encoding.Unicode }) // the first with a byte order mark
        {
            File.WriteAllText(path, File.ReadAllText(path), encoding);
            var keys = CloudTrailKeys.Read(path);
            Assert.Equal(["aa11", "bb22"], keys.Keys.Order());
            Assert.Equal(First, keys["aa11"]);
            Assert.Equal(Second, keys["bb22"]);
        }
    }

    [Theory]
    [InlineData("", "found none.")]
    [InlineData("""{"PublicKeyList":[]}""", "found none.")]
    [InlineData("PUBLICKEYLIST aa11 MAEC", "found something else: 'P' is an invalid start of a value.")]
    [InlineData("""{"PublicKeyList":[{"Value":"MA""", "found something else: ")]
    [InlineData("""{"trailList":[]}""", "found an answer without PublicKeyList.")]
    [InlineData("""[{"Value":"MAEC","Fingerprint":"aa11"}]""", "found something else: ")]
    [InlineData("""{"PublicKeyList":[{"Value":"-----BEGIN PUBLIC KEY-----","Fingerprint":"aa11"}]}""", "found no base64 in Value of the key aa11.")]
    public void A_file_without_keys_is_said_so(string text, string expected)
    {
        var path = Put(text);
        var refusal = Assert.Throws<StoreException>(() => CloudTrailKeys.Read(path)).Message;
        Assert.StartsWith($"{path}: expected public keys as `aws cloudtrail list-public-keys ", refusal, StringComparison.Ordinal);
        Assert.Contains(expected, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_and_a_folder_are_said_so()
    {
        Assert.EndsWith("keys.json: cannot read it: it does not exist; check the path.", Assert.Throws<StoreException>(() => CloudTrailKeys.Read(_folder["keys.json"])).Message, StringComparison.Ordinal);
        Assert.EndsWith("found a folder.", Assert.Throws<StoreException>(() => CloudTrailKeys.Read(_folder.Root)).Message, StringComparison.Ordinal);
    }

    string Refusal() => Assert.Throws<AwsException>(() => Keys().Of("eu-west-1", From, To, Cancel)).Message;

    CloudTrailKeys Keys(string? url = null) => new(region => new(
        new SessionAWSCredentials(StandInAws.AccessKey, StandInAws.Secret, StandInAws.SessionToken),
        new(region) { ServiceURL = url ?? _cloudTrail.Url, AuthenticationRegion = region.SystemName }));

    string Put(string text)
    {
        var path = _folder["keys.json"];
        File.WriteAllText(path, text);
        return path;
    }
}
