using System.Net;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;

namespace TrailLake.Storage.S3;

/// <summary>An answer of S3 that is no success.</summary>
sealed class S3Failure(HttpStatusCode status, string code, string message) : Exception(message)
{
    static readonly HashSet<string> Passing = new(StringComparer.Ordinal)
    {
        "SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "RequestTimeTooSkewed", "Throttling", "ThrottlingException", "OperationAborted",
        "ConditionalRequestConflict", "BadDigest", "XAmzContentSHA256Mismatch", "IncompleteBody", "ExpiredToken", "TokenRefreshRequired",
    };

    // Of the bucket or of who asks, and so of every object.
    static readonly HashSet<string> OfPlace = new(StringComparer.Ordinal) { "NoSuchBucket", "ExpiredToken", "TokenRefreshRequired", "InvalidAccessKeyId", "RequestTimeTooSkewed" };

    /// <summary>To ask again is in vain, whatever the code.</summary>
    public bool IsFinal { get; init; }

    public HttpStatusCode Status => status;

    public string Code => code;

    /// <summary>Reads what S3 says in its body: <c>&lt;Error&gt;&lt;Code&gt;…</c>; a HEAD has none, and a proxy says something else.</summary>
    public static async Task<S3Failure> Of(HttpResponseMessage response, CancellationToken cancel)
    {
        var text = await response.Content.ReadAsStringAsync(cancel);
        try
        {
            var error = text.Length == 0 ? null : XDocument.Parse(text).Root;
            return new(response.StatusCode, (string?)error?.Element("Code") ?? "", (string?)error?.Element("Message") ?? "");
        }
        catch (XmlException)
        {
            return new(response.StatusCode, "", "");
        }
    }

    /// <summary>Whether the same request may well succeed when it is made again.</summary>
    public static bool Passes(Exception failure) => failure switch
    {
        S3Failure s3 => s3.IsPassing,
        AmazonServiceException service => (int)service.StatusCode >= 500 || service.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || Passing.Contains(service.ErrorCode ?? "") || service is AmazonUnmarshallingException,
        HttpRequestException or IOException or TimeoutException or XmlException => true,
        AmazonClientException { InnerException: { } inner } => Passes(inner),
        _ => false,
    };

    /// <summary>Whether nobody answered, or nobody who could.</summary>
    public static bool IsUnanswered(Exception failure) => failure is TimeoutException or HttpRequestException or IOException or S3Failure { Status: >= HttpStatusCode.InternalServerError };

    bool IsPassing => !IsFinal && ((int)status >= 500 || status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || Passing.Contains(code));

    /// <summary>The failure in words that name the object and what to do.</summary>
    public static StoreException Explain(Exception failure, string verb, string location) => failure switch
    {
        StoreException known => known,
        S3Failure s3 => Explain((int)s3.Status, s3.Code, s3.Message, s3, verb, location),
        AmazonServiceException { StatusCode: not 0 } service => Explain((int)service.StatusCode, service.ErrorCode ?? "", service.Message, service, verb, location),
        TimeoutException => new($"{location}: cannot {verb} it: S3 did not answer in time, however often it was asked; run again.", failure),
        HttpRequestException or IOException => new($"{location}: cannot {verb} it: {failure.Message.TrimEnd('.')} (tried again and again); check the network, AWS_REGION and --endpoint-url, and run again.", failure),
        AmazonClientException when failure.Message.Contains("This type of profile is not allowed", StringComparison.Ordinal) || failure.Message.Contains("SSO", StringComparison.Ordinal) =>
            new($"{location}: cannot {verb} it: {failure.Message.TrimEnd('.')}. A login by SSO may have run out: `aws sso login`, and run again.", failure) { IsOfPlace = true },
        AmazonClientException => new($"{location}: cannot {verb} it: {failure.Message.TrimEnd('.')}. Credentials come from the environment, --profile, SSO or the machine's role; `aws sts get-caller-identity` shows whether there are any.", failure) { IsOfPlace = true },
        _ => new($"{location}: cannot {verb} it: {failure.Message}", failure),
    };

    static StoreException Explain(int status, string code, string message, Exception failure, string verb, string location) =>
        new($"{location}: cannot {verb} it: {Advice(status, code, message)}", failure) { IsOfPlace = OfPlace.Contains(code), IsArchived = code == "InvalidObjectState", IsStale = status is 404 or 412 };

    static string Advice(int status, string code, string message) => (status, code) switch
    {
        (_, "NoSuchBucket") => "the bucket does not exist; check its name.",
        (_, "ExpiredToken" or "TokenRefreshRequired") => "the credentials have expired; get new ones (`aws sso login`, or another session) and run again.",
        (_, "InvalidAccessKeyId" or "SignatureDoesNotMatch") => $"S3 does not accept the credentials ({code}); check them, and --profile.",
        (_, "InvalidObjectState") => "it is in an archive (Glacier or Deep Archive); restore it (`aws s3api restore-object`), and ingest its days again with --since and --until.",
        (_, "RequestTimeTooSkewed") => "this machine's clock is wrong by more than 15 minutes; set it, and run again.",
        (404, _) => "it does not exist; check the path.",
        (412, _) => "it was replaced meanwhile; run again.", // it is asked for by the ETag that it had
        (403, _) => $"access denied{(message.Length > 0 ? $" ({message.TrimEnd('.')})" : "")}; grant the permission (docs/s3.md lists what is needed), or check --expected-bucket-owner, --role-arn and --profile.",
        (301 or 307, _) => "the bucket is in another region, or at another endpoint; check --endpoint-url and AWS_REGION.",
        _ => $"S3 answered {status}{(code.Length > 0 ? $" {code}" : "")}{(message.Length > 0 ? $" ({message.TrimEnd('.')})" : "")}{(status >= 500 ? ", however often it was asked; run again" : "")}.",
    };
}
