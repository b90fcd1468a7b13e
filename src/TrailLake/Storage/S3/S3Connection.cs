using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Endpoints;
using Amazon.S3.Internal;

namespace TrailLake.Storage.S3;

/// <summary>Who asks, and where: credentials, region and endpoint of one bucket, and the SDK's client for it.</summary>
sealed class S3Connection
{
    S3Connection(AWSCredentials credentials, RegionEndpoint region, AmazonS3Client client, Uri bucketUrl) =>
        (Credentials, Region, Client, BucketUrl) = (credentials, region, client, bucketUrl);

    public AWSCredentials Credentials { get; }

    public RegionEndpoint Region { get; }

    public AmazonS3Client Client { get; }

    /// <summary>The bucket's own address, without a slash at its end.</summary>
    public Uri BucketUrl { get; }

    /// <summary>Connects to a bucket: finds credentials and, on AWS, the bucket's region.</summary>
    public static S3Connection Open(string bucket, S3Options options, HttpClient http)
    {
        try
        {
            var config = new AmazonS3Config();
            if (options.Profile is not null)
                config.Profile = new Profile(options.Profile);
            var home = AwsIdentity.RegionOf(options.Profile) ?? RegionEndpoint.USEast1; // S3 itself tells a bucket's region
            config.RegionEndpoint = home; // before anything reads ServiceURL, or AWS_ENDPOINT_URL is lost
            var endpoint = options.EndpointUrl ?? (config.ServiceURL is { Length: > 0 } configured ? configured : null);
            var credentials = AwsIdentity.CredentialsOf(options.Profile, options.RoleArn, config);
            var region = endpoint is not null ? home : RegionIn(bucket) is { } named ? RegionEndpoint.GetBySystemName(named) : RegionOf(bucket, home, http);
            if (endpoint is null)
                config.RegionEndpoint = region;
            else
            {
                config.ServiceURL = EndpointOf(endpoint);
                config.AuthenticationRegion = home.SystemName;
                config.ForcePathStyle = true;
            }
            Tune(config, options);
            return new(credentials, region, new AmazonS3Client(credentials, config), BucketUrlOf(bucket, region, config, endpoint));
        }
        catch (Exception failure) when (failure is AmazonClientException or ArgumentException)
        {
            throw S3Failure.Explain(failure is ArgumentException ? new AmazonClientException(failure.Message, failure) : failure, "open", $"s3://{bucket}");
        }
    }

    static void Tune(AmazonS3Config config, S3Options options)
    {
        // What is sent carries its hash in the signature, and what comes is checked here; other servers know no more than that.
        config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
        config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
        config.MaxConnectionsPerServer = options.Downloads;
        config.MaxErrorRetry = 0; // ours covers more
        config.MaxStaleConnectionRetries = 1;
        config.Timeout = options.Patience;
    }

    static string EndpointOf(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? endpoint
        : throw new StoreException($"--endpoint-url: expected an address such as https://s3.example.com, found {endpoint}.");

    // Access points, dual stack and FIPS have addresses of their own: the SDK's rules know them.
    static Uri BucketUrlOf(string bucket, RegionEndpoint region, AmazonS3Config config, string? endpoint) =>
        new(new AmazonS3EndpointProvider().ResolveEndpoint(new S3EndpointParameters
        {
            Bucket = bucket,
            Region = region.SystemName,
            Endpoint = endpoint,
            ForcePathStyle = config.ForcePathStyle,
            UseFIPS = config.UseFIPSEndpoint,
            UseDualStack = config.UseDualstackEndpoint,
            UseArnRegion = true,
        }).URL.TrimEnd('/'));

    // An access point's name tells its own: arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME.
    static string? RegionIn(string bucket) => bucket.StartsWith("arn:", StringComparison.Ordinal) && bucket.Split(':') is [_, _, _, { Length: > 0 } region, ..] ? region : null;

    // Every answer to a HEAD of a bucket names its region, also a refusal, so this needs no permission. A network that lets one only to
    // the bucket's own region does not answer it; then the configured one must be right.
    static RegionEndpoint RegionOf(string bucket, RegionEndpoint home, HttpClient http)
    {
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            using var request = new HttpRequestMessage(HttpMethod.Head, $"https://s3.{home.SystemName}.{home.PartitionDnsSuffix}/{bucket}");
            using var response = http.Send(request, patience.Token);
            return RegionIn(response) is { } name ? RegionEndpoint.GetBySystemName(name) : home;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return home;
        }
    }

    /// <summary>The region that an answer about a bucket names.</summary>
    public static string? RegionIn(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-amz-bucket-region", out var names) ? names.FirstOrDefault() : null;
}
