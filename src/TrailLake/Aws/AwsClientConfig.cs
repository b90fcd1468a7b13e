using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;

namespace TrailLake.Aws;

/// <summary>How a service is reached. The SDK reads the rest: <c>AWS_ENDPOINT_URL_ATHENA</c> or as the service is called, <c>AWS_ENDPOINT_URL</c> and a profile's
/// <c>services</c> for the endpoint, <c>AWS_MAX_ATTEMPTS</c> for the retries, dual stack and FIPS.</summary>
/// <remarks>A service has one name in its hosts and its signatures, <see cref="ClientConfig.RegionEndpointServiceName"/>.</remarks>
abstract class AwsClientConfig : ClientConfig
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <param name="serviceId">The service's id; with it, the endpoint's variable has its name.</param>
    /// <param name="region">The region; requests are signed for it, wherever they go.</param>
    /// <param name="profile">A profile whose settings hold; null for the usual one.</param>
    /// <param name="patience">So long may an answer stand still; null for a minute.</param>
    protected AwsClientConfig(string serviceId, RegionEndpoint region, string? profile, TimeSpan? patience) : base(new Defaults())
    {
        HttpClientFactory = new AwsHttp(patience ?? Patience, NoSuchHost);
        if (profile is not null)
            Profile = new Profile(profile);
        ServiceId = serviceId;
        RegionEndpoint = region; // before anything reads ServiceURL, or the endpoint's variable is lost
        AuthenticationServiceName = RegionEndpointServiceName;
        AuthenticationRegion = region.SystemName; // else it would be guessed from the endpoint's name
    }

    public override string UserAgent => "traillake";

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters)
    {
        if (ServiceURL is { Length: > 0 } url)
            return new(url);
        var region = RegionEndpoint;
        var (suffix, fips) = (UseDualstackEndpoint ? DualstackSuffix(region) : region.PartitionDnsSuffix, UseFIPSEndpoint && region.PartitionName != "aws-us-gov" ? "-fips" : "");
        return new($"https://{RegionEndpointServiceName}{fips}.{region.SystemName}.{suffix}");
    }

    /// <summary>The failure of a host whose name nobody has: which service was expected there, and what to check.</summary>
    protected abstract Exception NoSuchHost(string host);

    static string DualstackSuffix(RegionEndpoint region) => region.PartitionName == "aws-cn" ? "api.amazonwebservices.com.cn" : "api.aws";

    sealed class Defaults : IDefaultConfigurationProvider
    {
        public IDefaultConfiguration GetDefaultConfiguration(RegionEndpoint clientRegion, DefaultConfigurationMode? requestedConfigurationMode = null) =>
            new DefaultConfiguration { RetryMode = RequestRetryMode.Standard, ConnectTimeout = TimeSpan.FromSeconds(3.1) };
    }
}
