using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace TrailLake.Storage.S3;

/// <summary>The bytes that S3 answers with: they must all come, and be those that were stored.</summary>
static class S3Body
{
    /// <summary>Reads the whole of an object, and checks it by its checksum where the answer tells that.</summary>
    public static async Task ReadAllAsync(HttpResponseMessage response, Memory<byte> target, Deadline once)
    {
        if (response.Content.Headers.ContentLength is { } length && length != target.Length)
            throw new IOException($"expected {target.Length} bytes, found {length}");
        await ReadExactlyAsync(response, target, once);
        if (!HasMd5(target.Span, Md5Of(response)))
            throw new IOException($"expected the checksum {Md5Of(response)}, found another: the bytes were changed on their way");
    }

    /// <summary>Reads so many bytes; each that comes gives the others more time.</summary>
    public static async Task ReadExactlyAsync(HttpResponseMessage response, Memory<byte> target, Deadline once)
    {
        await using var body = await response.Content.ReadAsStreamAsync(once);
        for (var done = 0; done < target.Length;)
        {
            var read = await body.ReadAsync(target[done..], once);
            done += read > 0 ? read : throw new EndOfStreamException($"expected {target.Length} bytes, found {done}");
            once.Extend();
        }
    }

    [SuppressMessage("Security", "CA5351", Justification = S3Version.WhyMd5)]
    static bool HasMd5(ReadOnlySpan<byte> bytes, ReadOnlySpan<char> expected)
    {
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
        Span<char> digits = stackalloc char[MD5.HashSizeInBytes * 2];
        MD5.HashData(bytes, hash);
        Convert.TryToHexStringLower(hash, digits, out _);
        return expected.IsEmpty || expected.Equals(digits, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The MD5 of an object that was put in one piece, which is its ETag, unless it is encrypted by a key of KMS or of the client: then nothing.</summary>
    public static ReadOnlySpan<char> Md5Of(HttpResponseMessage response) =>
        (response.Headers.ETag?.Tag).AsSpan().Trim('"') is { Length: 32 } etag
        && !(response.Headers.TryGetValues("x-amz-server-side-encryption", out var methods) && methods.Any(method => method.StartsWith("aws:kms", StringComparison.Ordinal)))
        && !response.Headers.Contains("x-amz-server-side-encryption-customer-algorithm")
            ? etag : default;
}
