using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.S3.Model;
using TrailLake.CloudTrail;

namespace TrailLake.Tests.Digests;

/// <summary>A trail with log file validation, as CloudTrail writes one: log files, and each hour a digest that names them and the digest before it, signed with a key of
/// its own. On this disk it is a copy of a bucket's folder <c>logs/</c>, and has no signature beside its objects.</summary>
sealed class DigestedTrail(S3Server? server = null) : IDisposable
{
    const string Account = "111122223333", Region = "eu-west-1";

    readonly RSA _key = RSA.Create(2048);
    readonly TempFolder _folder = new();
    int _records;

    public TestLake Lake { get; } = new(server);

    /// <summary>The last digest's key in the source, its hash and its signature; the next one names it.</summary>
    public (string Key, string Hash, string Signature)? Last { get; set; }

    /// <summary>What the bucket's keys begin with and the source's do not.</summary>
    string Above => server is null ? "logs/" : "trail/";

    string Bucket => server is null ? "org-trail" : Lake.SourceUri.Split('/')[2];

    /// <summary>The digest of an hour of January 2024, with so many new log files; returns its key in the source and theirs.</summary>
    public (string Digest, string[] Logs) Hour(int day, int hour, int logs = 2, string suffix = "", Action<JsonObject>? change = null)
    {
        var names = Enumerable.Range(0, logs).Select(number => Path.ChangeExtension(TestLake.HourKey(day, $"{hour:00}{number:00}"), ".json.gz")).ToArray();
        foreach (var name in names)
            Lake.Put(name, TestLake.Gzip(TestLake.Log(TestLake.Record(_records++))));
        return (Digest(day, hour, names, suffix, change), names);
    }

    /// <summary>The digest of an hour with log files that are there.</summary>
    public string Digest(int day, int hour, IReadOnlyList<string> logs, string suffix = "", Action<JsonObject>? change = null)
    {
        var start = new DateTime(2024, 1, day, hour, 0, 0, DateTimeKind.Utc);
        var end = start.AddHours(1);
        var key = $"AWSLogs/{Account}/CloudTrail-Digest/{Region}/{end.ToString("yyyy/MM/dd", CultureInfo.InvariantCulture)}/{Account}_CloudTrail-Digest_{Region}_my_trail_us-east-1_{end:yyyyMMdd'T'HHmmss'Z'}{suffix}.json.gz";
        var json = new JsonObject
        {
            ["awsAccountId"] = Account, ["digestStartTime"] = $"{start:yyyy-MM-dd'T'HH:mm:ss'Z'}", ["digestEndTime"] = $"{end:yyyy-MM-dd'T'HH:mm:ss'Z'}",
            ["digestS3Bucket"] = Bucket, ["digestS3Object"] = Above + key, ["digestPublicKeyFingerprint"] = Fingerprint, ["digestSignatureAlgorithm"] = "SHA256withRSA",
            ["previousDigestS3Bucket"] = Last is null ? null : Bucket, ["previousDigestS3Object"] = Last is { } last ? Above + last.Key : null,
            ["previousDigestHashValue"] = Last?.Hash, ["previousDigestHashAlgorithm"] = Last is null ? null : "SHA-256", ["previousDigestSignature"] = Last?.Signature,
            ["logFiles"] = new JsonArray([.. logs.Select(log => new JsonObject { ["s3Bucket"] = Bucket, ["s3Object"] = Above + log, ["hashValue"] = HashOf(Read(log)), ["hashAlgorithm"] = "SHA-256" })]),
        };
        change?.Invoke(json);
        var content = Encoding.UTF8.GetBytes(json.ToJsonString());
        var hash = TrailLake.CloudTrail.Digest.HashOf(content);
        var signed = $"{json["digestEndTime"]}\n{json["digestS3Bucket"]}/{json["digestS3Object"]}\n{hash}\n{json["previousDigestSignature"]?.ToString() ?? "null"}";
        Last = (key, hash, Convert.ToHexStringLower(_key.SignData(Encoding.UTF8.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
        Put(key, content, Last.Value.Signature);
        return key;
    }

    /// <summary>Puts a digest as if CloudTrail had, with the signature that it had before where there is a store for it.</summary>
    public void Put(string key, byte[] content, string? signature)
    {
        if (server is null)
        {
            Lake.Put(key, TestLake.Gzip(content));
            return;
        }
        using var client = server.Client();
        var put = new PutObjectRequest { BucketName = Bucket, Key = Above + key, InputStream = new MemoryStream(TestLake.Gzip(content)) };
        if (signature is not null)
            put.Metadata["signature"] = signature;
        client.PutObjectAsync(put).GetAwaiter().GetResult();
    }

    /// <summary>What an object has, unzipped.</summary>
    public byte[] Read(string key)
    {
        using var stream = Lake.OpenSource().OpenRead(key);
        using var gunzip = new System.IO.Compression.GZipStream(stream, System.IO.Compression.CompressionMode.Decompress);
        using var content = new MemoryStream();
        gunzip.CopyTo(content);
        return content.ToArray();
    }

    public void Remove(string key) => Lake.OpenSource().Delete(key);

    /// <summary>A file of what <c>aws cloudtrail list-public-keys</c> prints.</summary>
    public string KeysFile()
    {
        var path = _folder["keys.json"];
        File.WriteAllText(path, $$"""{"PublicKeyList":[{"Value":"{{Convert.ToBase64String(PublicKey)}}","ValidityStartTime":"2023-12-01T00:00:00+00:00","ValidityEndTime":"2024-03-01T00:00:00+00:00","Fingerprint":"{{Fingerprint}}"}]}""");
        return path;
    }

    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(PublicKey)[..16]);

    public byte[] PublicKey => _key.ExportRSAPublicKey();

    public void Dispose()
    {
        Lake.Dispose();
        _folder.Dispose();
        _key.Dispose();
    }

    static string HashOf(byte[] content) => TrailLake.CloudTrail.Digest.HashOf(content);
}
