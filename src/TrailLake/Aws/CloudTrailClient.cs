using System.Text.Json.Serialization;
using Amazon;
using Amazon.Runtime;

namespace TrailLake.Aws;

/// <summary>The one call of CloudTrail that is needed.</summary>
/// <remarks>Names are those of AWSSDK.CloudTrail, which can take this place.</remarks>
sealed class CloudTrailClient(AWSCredentials credentials, CloudTrailClientConfig config) : AwsJsonClient(credentials, config)
{
    public Task<ListPublicKeysResponse> ListPublicKeysAsync(ListPublicKeysRequest request, CancellationToken cancel = default) =>
        CallAsync("ListPublicKeys", request, CloudTrailJson.Default.ListPublicKeysRequest, CloudTrailJson.Default.ListPublicKeysResponse, cancel);

    protected override string TargetPrefix => "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101";
}

/// <summary>How CloudTrail is reached.</summary>
/// <param name="region">The region; requests are signed for it, wherever they go.</param>
/// <param name="profile">A profile whose settings hold; null for the usual one.</param>
/// <param name="patience">So long may an answer stand still; null for a minute.</param>
sealed class CloudTrailClientConfig(RegionEndpoint region, string? profile = null, TimeSpan? patience = null) : AwsClientConfig("CloudTrail", region, profile, patience)
{
    public override string ServiceVersion => "2013-11-01";

    public override string RegionEndpointServiceName => "cloudtrail";

    protected override Exception NoSuchHost(string host) =>
        new AwsException($"{host}: expected CloudTrail, found no such host. Check the network and AWS_ENDPOINT_URL_CLOUDTRAIL. {CloudTrailKeys.Otherwise}");
}

/// <param name="StartTime">Seconds since 1970, as EndTime.</param>
/// <param name="EndTime">The keys are those that signed a digest from StartTime to EndTime.</param>
/// <param name="NextToken">The page; null for the first.</param>
sealed record ListPublicKeysRequest(long StartTime, long EndTime, string? NextToken = null);

sealed record ListPublicKeysResponse(IReadOnlyList<PublicKey?>? PublicKeyList = null, string? NextToken = null);

/// <summary>A key; the times of its validity, which the AWS CLI prints in several ways, are left out.</summary>
/// <param name="Value">The key in DER as PKCS#1 has it, in base64.</param>
/// <param name="Fingerprint">What a digest calls it by.</param>
sealed record PublicKey(string? Value = null, string? Fingerprint = null);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ListPublicKeysRequest))]
[JsonSerializable(typeof(ListPublicKeysResponse))]
sealed partial class CloudTrailJson : JsonSerializerContext;
