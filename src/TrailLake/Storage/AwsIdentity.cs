using System.Diagnostics.CodeAnalysis;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;
using Amazon.SecurityToken;
using Amazon.SSO;
using Amazon.SSOOIDC;

namespace TrailLake.Storage;

/// <summary>Who asks AWS, and from which region: the one place that looks at profiles and the environment, for every service that is called.</summary>
static class AwsIdentity
{
    const string RoleSession = "traillake";

    /// <summary>The region that is configured: by name, else as the AWS CLI finds it; null where none is.</summary>
    public static RegionEndpoint? RegionOf(string? profile, string? name = null)
    {
        name ??= Environment.GetEnvironmentVariable("AWS_REGION") ?? Environment.GetEnvironmentVariable("AWS_DEFAULT_REGION");
        if (name is null && new CredentialProfileStoreChain().TryGetProfile(profile ?? Environment.GetEnvironmentVariable("AWS_PROFILE") ?? "default", out var found))
            name = found.Region?.SystemName;
        return string.IsNullOrEmpty(name) ? null : RegionEndpoint.GetBySystemName(name);
    }

    /// <summary>The profile's credentials, or those of the usual chain; of the role, where one is to be assumed first.</summary>
    /// <exception cref="StoreException">There is no such profile, or it has no credentials.</exception>
    // The credential chain makes these by their names; told here, they are there whatever the program is trimmed to. The SDK's own registry for
    // that would sign a role's request with other credentials than those of the profile's source_profile.
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(AmazonSecurityTokenServiceClient))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(AmazonSecurityTokenServiceConfig))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(AmazonSSOClient))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(AmazonSSOConfig))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(AmazonSSOOIDCClient))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(AmazonSSOOIDCConfig))]
    public static AWSCredentials CredentialsOf(string? profile, string? roleArn, ClientConfig config)
    {
        AWSCredentials credentials;
        if (profile is null)
            credentials = OfChain(config);
        else if (!new CredentialProfileStoreChain().TryGetAWSCredentials(profile, out credentials))
            throw new StoreException($"--profile {profile}: expected a profile with credentials in ~/.aws/config or ~/.aws/credentials, found none; `aws configure list-profiles` names those there are.");
        return roleArn is null ? credentials : new AssumeRoleAWSCredentials(credentials, roleArn, RoleSession);
    }

    // The SDK says of each of its four places why it has none, over as many lines.
    static AWSCredentials OfChain(ClientConfig config)
    {
        try
        {
            return new DefaultAWSCredentialsIdentityResolver().ResolveIdentity(config);
        }
        catch (AmazonClientException e) when (e.Message.StartsWith("Failed to resolve AWS credentials", StringComparison.Ordinal))
        {
            throw new StoreException("AWS: expected credentials, found none: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set, the files of the AWS CLI have no profile default, and no role of this machine answers. Name a --profile, or log in (`aws sso login`, `aws configure`); `aws sts get-caller-identity` shows whether there are any.", e);
        }
    }
}
