using System.Net;
using System.Text;
using System.Text.Json;
using Amazon.Runtime;

namespace TrailLake.Aws;

/// <summary>A service refused a call: <c>ErrorCode</c>, <c>Message</c>, <c>StatusCode</c> and <c>RequestId</c> are its own.</summary>
sealed class AwsJsonException(string message, Exception? inner, string? code, string? requestId, HttpStatusCode status)
    : AmazonServiceException(message, inner, (int)status >= 500 ? ErrorType.Receiver : ErrorType.Sender, code, requestId, status)
{
    const int LongestBody = 300;

    /// <summary>Too many queries at once passes by waiting, as does a bare 429; the SDK knows ThrottlingException and its kin by name.</summary>
    public override RetryableDetails? Retryable =>
        StatusCode == HttpStatusCode.TooManyRequests || ErrorCode == "TooManyRequestsException" ? new RetryableDetails(throttling: true) : null;

    /// <summary>Reads an answer that is no success: <c>{"__type":"…#Code","message":"…"}</c>, or whatever a proxy says.</summary>
    public static AwsJsonException Of(byte[] body, string? typeHeader, string? requestId, HttpStatusCode status, Exception? inner)
    {
        string? type = null, message = null;
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                (type, message) = (TextOf(json.RootElement, "__type") ?? TextOf(json.RootElement, "code"), TextOf(json.RootElement, "message") ?? TextOf(json.RootElement, "Message"));
        }
        catch (JsonException)
        {
            message = $"HTTP {(int)status} {Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, LongestBody)))}".TrimEnd();
        }

        var code = string.IsNullOrEmpty(typeHeader) ? type : typeHeader; // the SDK gives an absent header as ""
        code = code?[(code.LastIndexOf('#') + 1)..].Split(':')[0];
        return new(message ?? $"HTTP {(int)status}{(code is null ? "" : $" {code}")}", inner, code, requestId, status);
    }

    static string? TextOf(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
