using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace TrailLake.Tests.Aws;

/// <summary>Signature Version 4, worked out from what came over the wire (AWS General Reference, "Create a signed AWS API request").</summary>
static class AwsSignature
{
    /// <summary>What is wrong with a request's signature; null when it is right.</summary>
    /// <param name="request">The request, whose path is / and which has no query.</param>
    /// <param name="body">Its body.</param>
    /// <param name="secrets">Secret by access key.</param>
    /// <param name="service">The service that it must be signed for.</param>
    public static string? Problem(HttpListenerRequest request, byte[] body, IReadOnlyDictionary<string, string> secrets, string service)
    {
        const string Algorithm = "AWS4-HMAC-SHA256";
        if (request.Headers["Authorization"] is not { } header || !header.StartsWith(Algorithm + " ", StringComparison.Ordinal))
            return "the request is not signed";
        var parts = header[(Algorithm.Length + 1)..].Split(',').Select(part => part.Trim().Split('=', 2)).ToDictionary(part => part[0], part => part[1]);
        if (parts["Credential"].Split('/') is not [var key, var day, var region, var signedService, "aws4_request"] || signedService != service)
            return $"signed for {parts["Credential"]}, and not for {service}";
        if (!secrets.TryGetValue(key, out var secret))
            return $"no such access key: {key}";

        var names = parts["SignedHeaders"].Split(';');
        if (new[] { "host", "content-type", "x-amz-date", "x-amz-target" }.Except(names).FirstOrDefault() is { } unsigned)
            return $"{unsigned} is not signed";
        var time = request.Headers["X-Amz-Date"]!;
        var headers = string.Concat(names.Select(name => $"{name}:{(name == "host" ? request.UserHostName : request.Headers[name])?.Trim()}\n"));
        var canonical = $"POST\n/\n\n{headers}\n{parts["SignedHeaders"]}\n{Hex(SHA256.HashData(body))}";
        var toSign = $"{Algorithm}\n{time}\n{day}/{region}/{service}/aws4_request\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var signingKey = Mac(Mac(Mac(Mac(Encoding.UTF8.GetBytes("AWS4" + secret), day), region), service), "aws4_request");
        return Hex(Mac(signingKey, toSign)) == parts["Signature"] ? null : "the signature does not fit";
    }

    static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
