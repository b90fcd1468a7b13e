using TrailLake.Storage.S3;

namespace TrailLake.Tests.Storage.S3;

/// <summary>What a real server for tests does not tell: what the options send, who signs, and for which region.</summary>
public sealed class S3OptionTests : IDisposable
{
    const string Log = "logs/trail/a.json";

    readonly StandInAws _aws = new(new Dictionary<string, string> { ["logs"] = "us-west-2", ["lake"] = "eu-west-1" });
    readonly TempFolder _folder = new();

    public S3OptionTests()
    {
        _aws.Put(Log, System.Text.Encoding.UTF8.GetBytes(TestLake.Log(TestLake.Record(1))));
        File.WriteAllText(_folder["certificate.pem"], _aws.CertificatePem);
        File.WriteAllText(_folder["config"], "[profile security]\nregion = us-east-1\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = secret\n");
    }

    public void Dispose()
    {
        _aws.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Each_bucket_is_asked_in_its_own_region_with_the_profiles_credentials()
    {
        AssertIngests("--profile", "security");
        Assert.All(Of("logs"), request => Assert.Equal(("AKIAPROFILE", "us-west-2"), request.Signer));
        Assert.All(Of("lake"), request => Assert.Equal(("AKIAPROFILE", "eu-west-1"), request.Signer));
        // One unsigned question for each: where it is.
        Assert.Equal(["/lake", "/logs"], _aws.Requests.Where(request => request.Signer.AccessKey == "").Select(request => request.Target).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Assumed_roles_read_the_source_and_write_the_lake(bool hasStsOfItsOwn)
    {
        AssertIngestsIn(hasStsOfItsOwn ? new() { ["AWS_ENDPOINT_URL_STS"] = _aws.Url } : [], "--profile", "security", "--role-arn", "arn:aws:iam::111122223333:role/reader", "--lake-role-arn", "arn:aws:iam::444455556666:role/writer");
        var assumed = _aws.Requests.Where(request => request.Method == "POST").ToList();
        Assert.Equal(2, assumed.Count);
        Assert.All(assumed, request => Assert.Equal("AKIAPROFILE", request.Signer.AccessKey));
        Assert.All(assumed, request => Assert.Equal(hasStsOfItsOwn ? _aws.Url["http://".Length..] : "sts.us-east-1.amazonaws.com", request.Host));
        Assert.All(Of("logs"), request => Assert.Equal(("ASIAreader", "token-of-reader"), (request.Signer.AccessKey, request["x-amz-security-token"])));
        Assert.All(Of("lake"), request => Assert.Equal(("ASIAwriter", "token-of-writer"), (request.Signer.AccessKey, request["x-amz-security-token"])));
    }

    [Fact]
    public void A_profile_may_assume_a_role_with_the_credentials_of_another_one()
    {
        File.AppendAllText(_folder["config"], "[profile auditor]\nregion = us-east-1\nrole_arn = arn:aws:iam::111122223333:role/auditor\nsource_profile = security\n");
        AssertIngests("--profile", "auditor");
        Assert.All(_aws.Requests.Where(request => request.Method == "POST"), request => Assert.Equal("AKIAPROFILE", request.Signer.AccessKey));
        AssertAsked("ASIAauditor", "token-of-auditor");
    }

    [Fact]
    public void A_web_identity_is_taken_from_the_environment_as_in_a_pod()
    {
        File.WriteAllText(_folder["token"], "a.web.token");
        AssertIngestsIn(new() { ["AWS_WEB_IDENTITY_TOKEN_FILE"] = _folder["token"], ["AWS_ROLE_ARN"] = "arn:aws:iam::111122223333:role/pod", ["AWS_ROLE_SESSION_NAME"] = "night" });
        AssertAsked("ASIApod", "token-of-pod");
    }

    [Fact]
    public void A_container_is_given_its_roles_credentials_by_its_host()
    {
        AssertIngestsIn(new() { ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = $"{_aws.Url}/container-credentials" });
        AssertAsked("ASIAcontainer", "token-of-container");
    }

    [Fact]
    public void An_instance_is_given_its_roles_credentials_by_the_metadata_service()
    {
        AssertIngestsIn(new() { ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = _aws.Url, ["AWS_EC2_METADATA_DISABLED"] = "false" });
        Assert.Contains(_aws.Requests, request => request is { Method: "PUT", Target: "/latest/api/token" }); // version 2, the only one where hosts are kept well
        Assert.All(_aws.Requests.Where(request => request is { Method: "GET", Host: var host } && _aws.Url.EndsWith(host, StringComparison.Ordinal)), request => Assert.Equal("token-of-metadata", request["x-aws-ec2-metadata-token"]));
        AssertAsked("ASIAinstance", "token-of-instance");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)] // expired, and renewed by its refresh token
    public void A_login_at_Identity_Center_is_used_as_the_AWS_CLI_left_it(int hoursLeft)
    {
        File.AppendAllText(_folder["config"], "[profile center]\nregion = us-east-1\nsso_session = work\nsso_account_id = 111122223333\nsso_role_name = auditor\n[sso-session work]\nsso_region = us-east-1\nsso_start_url = https://work.awsapps.com/start\nsso_registration_scopes = sso:account:access\n");
        var cache = Directory.CreateDirectory(_folder[".aws", "sso", "cache"]).FullName;
        const string name = "e274eeff768c6396088ec6eb091f4bf4d47ab1e0.json"; // SHA-1 of the session's name, as the CLI has it
        File.WriteAllText(Path.Combine(cache, name), $$"""
            {"startUrl":"https://work.awsapps.com/start","region":"us-east-1","accessToken":"cached","expiresAt":"{{DateTime.UtcNow.AddHours(hoursLeft):yyyy-MM-ddTHH:mm:ssZ}}",
            "clientId":"client","clientSecret":"secret","registrationExpiresAt":"{{DateTime.UtcNow.AddDays(9):yyyy-MM-ddTHH:mm:ssZ}}","refreshToken":"refresh"}
            """);
        AssertIngestsIn(new() { ["HOME"] = _folder.Root }, "--profile", "center");
        Assert.Equal(hoursLeft > 0 ? "cached" : "renewed", _aws.Requests.First(request => request.Host == "portal.sso.us-east-1.amazonaws.com")["x-amz-sso_bearer_token"]);
        AssertAsked("ASIAsso", "token-of-sso");
    }

    [Theory]
    [InlineData(20, "s3://logs/trail")]
    [InlineData(-3000, "s3://logs/trail")]
    [InlineData(20, "trail")]
    public void A_clock_that_is_wrong_is_set_right_by_the_servers(int minutes, string source)
    {
        using var aws = new StandInAws(new Dictionary<string, string> { ["lake"] = "eu-west-1", ["logs"] = "us-west-2" }) { Ahead = TimeSpan.FromMinutes(minutes) };
        File.WriteAllText(_folder["certificate.pem"], aws.CertificatePem);
        Directory.CreateDirectory(_folder["trail"]);
        File.WriteAllText(_folder["trail", "a.json"], TestLake.Log(TestLake.Record(1)));
        aws.Put(Log, System.Text.Encoding.UTF8.GetBytes(TestLake.Log(TestLake.Record(1))));
        var run = Run(aws, [], "ingest", source == "trail" ? _folder["trail"] : source, "s3://lake/a", "--quiet", "--profile", "security");
        Assert.True(run.Status == 0, run.ToString());
        Assert.Single(aws.Keys, key => key.StartsWith("lake/a/events/", StringComparison.Ordinal));
    }

    [Fact]
    public void An_access_point_is_in_the_region_of_its_name()
    {
        using var http = new HttpClient();
        var connection = S3Connection.Open("arn:aws:s3:us-west-2:111122223333:accesspoint/logs", new S3Options(), http);
        Assert.Equal(("us-west-2", "logs-111122223333.s3-accesspoint.us-west-2.amazonaws.com"), (connection.Region.SystemName, connection.BucketUrl.Host));
    }

    [Theory]
    [InlineData("")]
    [InlineData("requester")]
    public void Owner_payer_and_encryption_are_sent_with_each_request_that_they_concern(string lakesPayer)
    {
        AssertIngests([
            "--profile", "security", "--request-payer", "requester", "--expected-bucket-owner", "111122223333", "--lake-expected-bucket-owner", "444455556666",
            "--sse", "aws:kms", "--sse-kms-key-id", "alias/lake", .. lakesPayer.Length > 0 ? ["--lake-request-payer", lakesPayer] : Array.Empty<string>(),
        ]);
        var (logs, lake) = (Of("logs"), Of("lake"));
        Assert.Contains(logs, request => request.IsList);
        Assert.Contains(logs, request => request is { Method: "GET", IsList: false });
        Assert.All(logs, request => Assert.Equal(("111122223333", "requester"), (request["x-amz-expected-bucket-owner"], request["x-amz-request-payer"])));
        Assert.All(lake, request => Assert.Equal(("444455556666", lakesPayer), (request["x-amz-expected-bucket-owner"], request["x-amz-request-payer"])));
        Assert.Contains(lake, request => request.Method == "PUT");
        Assert.All(lake, request => Assert.Equal(request.Method == "PUT" ? ("aws:kms", "alias/lake") : ("", ""), (request["x-amz-server-side-encryption"], request["x-amz-server-side-encryption-aws-kms-key-id"])));
        // What is sent must be signed, or S3 refuses it.
        Assert.All(logs.Concat(lake), request => Assert.All(request.Headers.Keys.Where(name => name.StartsWith("x-amz-", StringComparison.Ordinal)), name => Assert.Contains(name, request["authorization"], StringComparison.Ordinal)));
    }

    void AssertAsked(string key, string token) =>
        Assert.All(Of("logs").Concat(Of("lake")), request => Assert.Equal((key, token), (request.Signer.AccessKey, request["x-amz-security-token"])));

    List<StandInRequest> Of(string bucket)
    {
        var requests = _aws.Requests.Where(request => request.Host.StartsWith(bucket + ".s3.", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(requests);
        return requests;
    }

    void AssertIngests(params string[] options) => AssertIngestsIn([], options);

    // The proxy is every host of AWS; nothing of it is asked elsewhere.
    void AssertIngestsIn(Dictionary<string, string> environment, params string[] options)
    {
        var run = Run(_aws, environment, ["ingest", "s3://logs/trail", "s3://lake/a", "--quiet", .. options]);
        Assert.True(run.Status == 0, $"{run}\n{string.Join('\n', _aws.Requests.Select(request => $"{request.Method} {request.Host}{request.Target} {request.Signer}"))}");
        Assert.Single(_aws.Keys, key => key.StartsWith("lake/a/events/", StringComparison.Ordinal));
    }

    TraillakeProcess Run(StandInAws aws, Dictionary<string, string> environment, params string[] arguments) =>
        TraillakeProcess.RunIn(
            new Dictionary<string, string>(environment)
            {
                ["HTTPS_PROXY"] = aws.Url, ["SSL_CERT_FILE"] = _folder["certificate.pem"], ["NO_PROXY"] = "127.0.0.1", ["AWS_CONFIG_FILE"] = _folder["config"], ["AWS_SHARED_CREDENTIALS_FILE"] = _folder["none"],
                ["AWS_ACCESS_KEY_ID"] = "", ["AWS_SECRET_ACCESS_KEY"] = "", ["AWS_REGION"] = "us-east-1", ["TMPDIR"] = _folder.Root,
            },
            arguments);
}
