using Amazon;
using TrailLake.Aws;

namespace TrailLake.Athena;

/// <summary>How Athena is reached.</summary>
sealed class AthenaClientConfig : AwsClientConfig
{
    // Athena runs 20 or so statements of an account at once and refuses the others with TooManyRequestsException; a night's job can wait.
    const int Retries = 12;

    /// <param name="region">The region; requests are signed for it, wherever they go.</param>
    /// <param name="profile">A profile whose settings hold; null for the usual one.</param>
    /// <param name="patience">So long may an answer stand still; null for a minute.</param>
    public AthenaClientConfig(RegionEndpoint region, string? profile = null, TimeSpan? patience = null) : base("Athena", region, profile, patience)
    {
        if (Environment.GetEnvironmentVariable("AWS_MAX_ATTEMPTS") is null)
            MaxErrorRetry = Retries;
    }

    public override string ServiceVersion => "2017-05-18";

    public override string RegionEndpointServiceName => "athena";

    protected override Exception NoSuchHost(string host) =>
        new AthenaException($"{host}: expected Athena, found no such host. Check the region (--region, AWS_REGION), AWS_ENDPOINT_URL_ATHENA and the network.");
}
