using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;

namespace TrailLake.Athena;

/// <summary>How Athena is reached. The SDK reads the rest: <c>AWS_ENDPOINT_URL_ATHENA</c>, <c>AWS_ENDPOINT_URL</c> and a profile's <c>services</c> for the endpoint,
/// <c>AWS_MAX_ATTEMPTS</c> for the retries, dual stack and FIPS.</summary>
sealed class AthenaClientConfig : ClientConfig
{
    /// <summary>The service's id; with it, the endpoint's variable has its name.</summary>
    public const string Id = "Athena";

    // Athena runs 20 or so statements of an account at once and refuses the others with TooManyRequestsException; a night's job can wait.
    const int Retries = 12;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <param name="region">The region; requests are signed for it, wherever they go.</param>
    /// <param name="profile">A profile whose settings hold; null for the usual one.</param>
    /// <param name="patience">So long may an answer stand still; null for a minute.</param>
    public AthenaClientConfig(RegionEndpoint region, string? profile = null, TimeSpan? patience = null) : base(new Defaults())
    {
        HttpClientFactory = new AthenaHttp(patience ?? Patience);
        if (profile is not null)
            Profile = new Profile(profile);
        ServiceId = Id;
        RegionEndpoint = region; // before anything reads ServiceURL, or the endpoint's variable is lost
        AuthenticationServiceName = "athena";
        AuthenticationRegion = region.SystemName; // else it would be guessed from the endpoint's name
        if (Environment.GetEnvironmentVariable("AWS_MAX_ATTEMPTS") is null)
            MaxErrorRetry = Retries;
    }

    public override string ServiceVersion => "2017-05-18";

    public override string RegionEndpointServiceName => "athena";

    public override string UserAgent => "traillake";

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters)
    {
        if (ServiceURL is { Length: > 0 } url)
            return new(url);
        var region = RegionEndpoint;
        var (suffix, fips) = (UseDualstackEndpoint ? DualstackSuffix(region) : region.PartitionDnsSuffix, UseFIPSEndpoint && region.PartitionName != "aws-us-gov" ? "-fips" : "");
        return new($"https://athena{fips}.{region.SystemName}.{suffix}");
    }

    static string DualstackSuffix(RegionEndpoint region) => region.PartitionName == "aws-cn" ? "api.amazonwebservices.com.cn" : "api.aws";

    sealed class Defaults : IDefaultConfigurationProvider
    {
        public IDefaultConfiguration GetDefaultConfiguration(RegionEndpoint clientRegion, DefaultConfigurationMode? requestedConfigurationMode = null) =>
            new DefaultConfiguration { RetryMode = RequestRetryMode.Standard, ConnectTimeout = TimeSpan.FromSeconds(3.1) };
    }
}
