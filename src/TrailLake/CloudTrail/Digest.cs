using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrailLake.CloudTrail;

/// <summary>A log file that a digest vouches for.</summary>
/// <param name="HashValue">Of its content as unzipped, in hexadecimal.</param>
sealed record DigestedFile(string? S3Bucket, string? S3Object, string? HashValue, string? HashAlgorithm);

/// <summary>A digest file of CloudTrail's log file validation: what was delivered in an hour, each file with its hash, signed, and linked to the digest before it.</summary>
/// <remarks>As the CloudTrail User Guide has it, "CloudTrail digest file structure" and "Custom implementations of CloudTrail log file integrity validation". A member that
/// is missing is null.</remarks>
/// <param name="DigestEndTime">As written: it is signed so.</param>
/// <param name="PreviousDigestS3Object">Null where a chain of digests begins.</param>
sealed record Digest(
    string? DigestStartTime, string? DigestEndTime, string? DigestS3Bucket, string? DigestS3Object, string? DigestPublicKeyFingerprint, string? DigestSignatureAlgorithm,
    string? PreviousDigestS3Bucket, string? PreviousDigestS3Object, string? PreviousDigestSignature,
    IReadOnlyList<DigestedFile?>? LogFiles)
{
    /// <summary>The only hash that CloudTrail writes.</summary>
    public const string Sha256 = "SHA-256";

    const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>When the time begins of which it names what was delivered; null where it does not say.</summary>
    [JsonIgnore]
    public DateTime? Start => TimeOf(DigestStartTime);

    /// <summary>When that time ends.</summary>
    [JsonIgnore]
    public DateTime? End => TimeOf(DigestEndTime);

    /// <summary>Reads one.</summary>
    /// <param name="content">Unzipped.</param>
    /// <exception cref="CloudTrailException">It is none; the message tells what was expected and found, and names no object.</exception>
    public static Digest Parse(ReadOnlySpan<byte> content)
    {
        try
        {
            return JsonSerializer.Deserialize(content, DigestJson.Default.Digest) is { DigestS3Object: not null, DigestEndTime: not null, LogFiles: not null } digest ? digest
                : throw new CloudTrailException("expected a digest's digestS3Object, digestEndTime and logFiles, found JSON without one of them");
        }
        catch (JsonException e)
        {
            throw new CloudTrailException($"expected a digest's JSON, found: {e.Message}", e);
        }
    }

    /// <summary>Whether it was signed by CloudTrail; null where it was, else what was expected and found.</summary>
    /// <param name="hash">Of its content as unzipped, as <see cref="HashOf"/> writes it.</param>
    /// <param name="signature">In hexadecimal, from the digest after it, or from the object's metadata.</param>
    /// <param name="keys">Public keys by fingerprint, in DER of PKCS #1, as ListPublicKeys gives them.</param>
    public string? WrongSignature(string hash, string signature, IReadOnlyDictionary<string, byte[]> keys)
    {
        if (DigestSignatureAlgorithm != "SHA256withRSA")
            return $"expected the signature algorithm SHA256withRSA, found {DigestSignatureAlgorithm ?? "none"}";
        if (DigestPublicKeyFingerprint is null || !keys.TryGetValue(DigestPublicKeyFingerprint, out var key))
            return $"expected to be signed with one of the {keys.Count} public keys of that time and region, found the fingerprint {DigestPublicKeyFingerprint ?? "missing"}";
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportRSAPublicKey(key, out _);
            var signed = Encoding.UTF8.GetBytes($"{DigestEndTime}\n{DigestS3Bucket}/{DigestS3Object}\n{hash}\n{PreviousDigestSignature ?? "null"}");
            return rsa.VerifyData(signed, Convert.FromHexString(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) ? null
                : "expected CloudTrail's signature to fit its content, found that it does not";
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return $"expected a public key and a signature that can be read, found: {e.Message}";
        }
    }

    /// <summary>As digests write hashes: of SHA-256, in lower-case hexadecimal.</summary>
    public static string HashOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    static DateTime? TimeOf(string? text) =>
        DateTime.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Digest))]
sealed partial class DigestJson : JsonSerializerContext;
