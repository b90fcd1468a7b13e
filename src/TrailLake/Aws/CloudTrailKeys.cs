using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Amazon;
using Amazon.Runtime;
using TrailLake.Storage;

namespace TrailLake.Aws;

/// <summary>The public keys that CloudTrail's digests are signed with, by their fingerprints: from CloudTrail itself, or from a file.</summary>
/// <remarks>Each region has its own. A key is in DER as PKCS#1 has it (<c>RSA.ImportRSAPublicKey</c>); whether it is one is left to who uses it.</remarks>
/// <param name="connect">Opens CloudTrail in a region.</param>
sealed partial class CloudTrailKeys(Func<RegionEndpoint, CloudTrailClient> connect)
{
    /// <summary>What to do where CloudTrail cannot be asked.</summary>
    public const string Otherwise = "Or give the keys in a file with --public-keys.";

    /// <param name="profile">A profile of the AWS CLI's files; null for the usual chain.</param>
    /// <param name="roleArn">A role to assume first; null for none.</param>
    public CloudTrailKeys(string? profile, string? roleArn) : this(Connection(profile, roleArn))
    {
    }

    /// <summary>The keys of a region that were in use at some time from one moment to another, both in UTC; none of what is no region.</summary>
    /// <exception cref="AwsException">CloudTrail did not give them: why, and what to do.</exception>
    public IReadOnlyDictionary<string, byte[]> Of(string region, DateTime from, DateTime to, CancellationToken cancel)
    {
        var keys = new Dictionary<string, byte[]>(StringComparer.OrdinalIgnoreCase);
        // It comes from an object's name. As a part of a host's it could lead to who wrote the object, who would then say which key is right.
        if (!RegionPattern().IsMatch(region))
            return keys;
        try
        {
            using var client = connect(RegionEndpoint.GetBySystemName(region));
            string? next = null;
            do
            {
                var page = client.ListPublicKeysAsync(new(Ticks(from) / TimeSpan.TicksPerSecond, (Ticks(to) + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond, next), cancel).GetAwaiter().GetResult();
                if (Take(page, keys) is { } found)
                    throw new AwsException($"CloudTrail in {region}: expected its public keys, found {found}. Check AWS_ENDPOINT_URL_CLOUDTRAIL. {Otherwise}");
                next = page.NextToken;
            }
            while (!string.IsNullOrEmpty(next));
        }
        catch (StoreException e) // of the credentials
        {
            throw new AwsException($"CloudTrail in {region}: {e.Message} {Otherwise}", e);
        }
        catch (Exception e) when (AwsJsonClient.IsOfService(e))
        {
            throw Explained(region, e);
        }

        return keys;
    }

    /// <summary>The keys in a file of what <c>aws cloudtrail list-public-keys</c> prints; that of several regions may stand in it one after the other.</summary>
    /// <exception cref="StoreException">It cannot be read, or holds something else.</exception>
    public static IReadOnlyDictionary<string, byte[]> Read(string path)
    {
        var keys = new Dictionary<string, byte[]>(StringComparer.OrdinalIgnoreCase);
        try
        {
            if (Directory.Exists(path))
                throw NoKeys(path, "a folder");
            // As text, for a shell of Windows may write UTF-16.
            var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(File.ReadAllText(path)), new JsonReaderOptions { AllowMultipleValues = true });
            while (json.Read())
            {
                if (Take(JsonSerializer.Deserialize(ref json, CloudTrailJson.Default.ListPublicKeysResponse), keys) is { } found)
                    throw NoKeys(path, found);
            }
        }
        catch (Exception e) when (StoreException.Explains(e))
        {
            throw StoreException.From(e, "read", path);
        }
        catch (JsonException e)
        {
            throw NoKeys(path, $"something else: {e.Message.TrimEnd('.')}", e);
        }

        return keys.Count > 0 ? keys : throw NoKeys(path, "none");
    }

    // What is wrong with a page; null when its keys are among the others.
    static string? Take(ListPublicKeysResponse? page, Dictionary<string, byte[]> keys)
    {
        if (page?.PublicKeyList is not { } list)
            return "an answer without PublicKeyList";
        foreach (var key in list)
        {
            if (key is not { Fingerprint: { Length: > 0 } fingerprint })
                return "a key without Fingerprint";
            var value = new byte[key.Value?.Length ?? 0];
            if (!Convert.TryFromBase64String(key.Value ?? "", value, out var bytes) || bytes == 0)
                return $"no base64 in Value of the key {fingerprint}";
            keys[fingerprint] = value[..bytes];
        }

        return null;
    }

    // The role is assumed once, for all regions.
    static Func<RegionEndpoint, CloudTrailClient> Connection(string? profile, string? roleArn)
    {
        AWSCredentials? credentials = null;
        return region =>
        {
            var config = new CloudTrailClientConfig(region, profile);
            return new(credentials ??= AwsIdentity.CredentialsOf(profile, roleArn, config), config);
        };
    }

    static AwsException Explained(string region, Exception failure)
    {
        var (status, code) = failure is AmazonServiceException service ? (service.StatusCode, service.ErrorCode ?? "") : (0, "");
        var advice = (status, code) switch
        {
            _ when failure is AmazonUnmarshallingException or JsonException => "That is no answer of CloudTrail; check AWS_ENDPOINT_URL_CLOUDTRAIL",
            (_, "ExpiredTokenException" or "ExpiredToken") => "The credentials have expired; get new ones (`aws sso login`, or another session)",
            (_, "UnrecognizedClientException" or "InvalidSignatureException" or "IncompleteSignature") => "AWS does not accept the credentials there; check them, --profile, and that the account has the region enabled",
            (_, "AccessDeniedException") or (HttpStatusCode.Forbidden, _) => "The identity needs cloudtrail:ListPublicKeys; grant it",
            (0, _) when failure.Message.Contains("SSO", StringComparison.Ordinal) || failure.Message.Contains("This type of profile", StringComparison.Ordinal) => "A login by SSO may have run out: `aws sso login`",
            (0, _) => "Credentials come from the environment, --profile, SSO or the machine's role, the address from AWS_ENDPOINT_URL_CLOUDTRAIL; `aws sts get-caller-identity` shows whether AWS can be reached",
            _ => "Run it again",
        };
        // Of a role that cannot be assumed, and of an answer that cannot be read, the reason lies within.
        var reason = failure is AmazonClientException or AmazonUnmarshallingException && failure.InnerException is { } inner ? $"{failure.Message.TrimEnd('.')}: {inner.Message}" : failure.Message;
        return new($"CloudTrail in {region}: expected its public keys, found: {reason.TrimEnd().TrimEnd('.')}{(code.Length == 0 || reason.Contains(code, StringComparison.Ordinal) ? "" : $" ({code})")}. {advice}. {Otherwise}", failure);
    }

    static StoreException NoKeys(string path, string found, Exception? cause = null) =>
        new($"{path}: expected public keys as `aws cloudtrail list-public-keys --region REGION --start-time TIME --end-time TIME` prints them, found {found}.", cause);

    static long Ticks(DateTime utc) => (utc - DateTime.UnixEpoch).Ticks;

    [GeneratedRegex(@"^[a-z]{2,}(-[a-z]+)+-[0-9]+\z")]
    private static partial Regex RegionPattern();
}
