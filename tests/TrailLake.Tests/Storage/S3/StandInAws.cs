using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace TrailLake.Tests.Storage.S3;

/// <summary>A request as it came.</summary>
/// <param name="Host">Whom it was meant for.</param>
/// <param name="Target">Path and query.</param>
sealed record StandInRequest(string Method, string Host, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string this[string header] => Headers.GetValueOrDefault(header, "");

    /// <summary>The access key that signed it, and the region for which; empty where it is not signed.</summary>
    public (string AccessKey, string Region) Signer =>
        this["authorization"].Split("Credential=") is [_, var rest] && rest.Split('/') is [var key, _, var region, ..] ? (key, region) : ("", "");

    public bool IsList => Target.Contains("list-type=2", StringComparison.Ordinal);
}

/// <summary>Stands in for AWS itself: S3 with a region for each bucket, STS, Identity Center and a container's host. As a proxy it is every host of AWS, by a certificate of its own; it
/// also answers to its own address.</summary>
sealed class StandInAws : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly X509Certificate2 _certificate;
    readonly IReadOnlyDictionary<string, string> _regions;
    readonly ConcurrentDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);

    /// <param name="regions">The buckets there are, and where.</param>
    public StandInAws(IReadOnlyDictionary<string, string> regions)
    {
        _regions = regions;
        using var key = RSA.Create(2048);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in regions.Values.Append("us-east-1").SelectMany(region => new[] { $"s3.{region}.amazonaws.com", $"*.s3.{region}.amazonaws.com", $"sts.{region}.amazonaws.com", $"portal.sso.{region}.amazonaws.com", $"oidc.{region}.amazonaws.com" }).Append("sts.amazonaws.com").Distinct())
            names.AddDnsName(name);
        var request = new CertificateRequest("CN=stand-in", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        _listener.Start(64);
        _ = AcceptAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>How far its clock is ahead.</summary>
    public TimeSpan Ahead { get; init; }

    /// <summary>For the file that a client takes its trusted certificates from.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    /// <summary>What was asked, in its order.</summary>
    public ConcurrentQueue<StandInRequest> Requests { get; } = [];

    /// <summary>Puts an object.</summary>
    public void Put(string bucketAndKey, byte[] content) => _objects[bucketAndKey] = content;

    /// <summary>The objects there are, as bucket/key.</summary>
    public IEnumerable<string> Keys => _objects.Keys;

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
        _certificate.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            Stream stream = client.GetStream();
            try
            {
                while (await ReadAsync(stream) is { } request)
                {
                    if (request.Method == "CONNECT")
                    {
                        await stream.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), _stop.Token);
                        var secure = new SslStream(stream);
                        await secure.AuthenticateAsServerAsync(_certificate);
                        stream = secure;
                        continue;
                    }
                    Requests.Enqueue(request);
                    await AnswerAsync(stream, request);
                }
            }
            catch (Exception ended) when (ended is IOException or SocketException or OperationCanceledException or ObjectDisposedException or AuthenticationException)
            {
            }
        }
    }

    async Task<StandInRequest?> ReadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (head.Length < 4 || head[^1] != '\n' || head[^3] != '\n')
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
                return null;
            head.Append((char)one[0]);
        }
        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0].ToLowerInvariant(), pair => pair[1].Trim());
        if (headers.ContainsKey("expect"))
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), _stop.Token);
        var body = new byte[int.Parse(headers.GetValueOrDefault("content-length", "0"), CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _stop.Token);
        var first = lines[0].Split(' ');
        return new(first[0], headers["host"], first[1], headers, body);
    }

    async Task AnswerAsync(Stream stream, StandInRequest request)
    {
        var (status, headers, body) = AnswerTo(request);
        var head = $"HTTP/1.1 {status} x\r\nContent-Length: {body.Length}\r\n{string.Concat(headers.Select(header => $"{header.Name}: {header.Value}\r\n"))}\r\n";
        await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. request.Method == "HEAD" ? [] : body], _stop.Token);
    }

    (int Status, (string Name, string Value)[] Headers, byte[] Body) AnswerTo(StandInRequest request)
    {
        if (Encoding.ASCII.GetString(request.Body).Contains("Action=AssumeRole", StringComparison.Ordinal))
            return (200, [], Encoding.UTF8.GetBytes(Assumed(WebUtility.UrlDecode(Encoding.ASCII.GetString(request.Body)))));
        if (request.Target.StartsWith("/federation/credentials", StringComparison.Ordinal)) // of Identity Center
            return (200, [("Content-Type", "application/json")], Encoding.UTF8.GetBytes($$$"""{"roleCredentials":{"accessKeyId":"ASIAsso","secretAccessKey":"secret","sessionToken":"token-of-sso","expiration":{{{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds()}}}}}"""));
        if (request.Target == "/token") // likewise
            return (200, [("Content-Type", "application/json")], """{"accessToken":"renewed","expiresIn":3600,"tokenType":"Bearer"}"""u8.ToArray());
        if (request.Target == "/container-credentials")
            return Given("container");
        if (request.Target.StartsWith("/latest/", StringComparison.Ordinal)) // of an instance's metadata
            return request.Method == "PUT" ? (200, [("X-aws-ec2-metadata-token-ttl-seconds", "21600")], "token-of-metadata"u8.ToArray())
                : request.Target.TrimEnd('/').EndsWith("/security-credentials", StringComparison.Ordinal) ? (200, [], "instance"u8.ToArray())
                : request.Target.EndsWith("/security-credentials/instance", StringComparison.Ordinal) ? Given("instance") : (404, [], []);
        var (path, query) = request.Target.Split('?') is [var before, var after] ? (before, after) : (request.Target, "");
        var whole = Uri.UnescapeDataString(path).TrimStart('/');
        if (request.Host.Split(".s3.") is [var virtualBucket, _])
            whole = $"{virtualBucket}/{whole}";
        var bucket = whole.Split('/')[0];
        if (!_regions.TryGetValue(bucket, out var region))
            return (404, [], "<Error><Code>NoSuchBucket</Code></Error>"u8.ToArray());
        (string, string)[] there = [("x-amz-bucket-region", region)];
        if (request.Signer.Region != region)
            return request.Method == "HEAD" ? (request.Host.Contains(region, StringComparison.Ordinal) ? 403 : 301, there, []) : (301, there, "<Error><Code>PermanentRedirect</Code></Error>"u8.ToArray());
        if (DateTime.TryParseExact(request["x-amz-date"], "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var signed)
            && (DateTime.UtcNow + Ahead - signed).Duration() > TimeSpan.FromMinutes(15))
            return (403, [.. there, ("Date", (DateTime.UtcNow + Ahead).ToString("R", CultureInfo.InvariantCulture))], "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message></Error>"u8.ToArray());
        return request.IsList ? (200, there, List(bucket, query)) : ObjectAnswer(request, whole, there);
    }

    // What a host gives to those that run on it.
    static (int, (string, string)[], byte[]) Given(string name) => (200, [("Content-Type", "application/json")], Encoding.UTF8.GetBytes(
        $$"""{"Code":"Success","LastUpdated":"2026-03-11T00:00:00Z","Type":"AWS-HMAC","AccessKeyId":"ASIA{{name}}","SecretAccessKey":"secret","Token":"token-of-{{name}}","Expiration":"{{DateTime.UtcNow.AddHours(1):yyyy-MM-ddTHH:mm:ssZ}}"}"""));

    (int, (string, string)[], byte[]) ObjectAnswer(StandInRequest request, string key, (string, string)[] headers)
    {
        switch (request.Method)
        {
            case "PUT":
                if (request["if-none-match"] == "*" && _objects.ContainsKey(key))
                    return (412, headers, "<Error><Code>PreconditionFailed</Code></Error>"u8.ToArray());
                _objects[key] = request.Body;
                return (200, [.. headers, ("ETag", ETag(request.Body))], []);
            case "DELETE":
                _objects.TryRemove(key, out _);
                return (204, headers, []);
        }
        if (!_objects.TryGetValue(key, out var content))
            return (404, headers, "<Error><Code>NoSuchKey</Code></Error>"u8.ToArray());
        headers = [.. headers, ("ETag", ETag(content))];
        if (request["range"].Split('=', '-') is not [_, var first, var last])
            return (200, headers, content);
        return (206, headers, content[int.Parse(first, CultureInfo.InvariantCulture)..(int.Parse(last, CultureInfo.InvariantCulture) + 1)]);
    }

    byte[] List(string bucket, string query)
    {
        var arguments = query.Split('&').Select(part => part.Split('=')).ToDictionary(part => part[0], part => Uri.UnescapeDataString(part.ElementAtOrDefault(1) ?? ""));
        var (prefix, delimiter) = (arguments.GetValueOrDefault("prefix", ""), arguments.GetValueOrDefault("delimiter", ""));
        var keys = _objects.Keys.Where(key => key.StartsWith($"{bucket}/{prefix}", StringComparison.Ordinal)).Select(key => key[(bucket.Length + 1)..]).Order(StringComparer.Ordinal).ToList();
        var folders = keys.Where(key => IsDeeper(key)).Select(key => key[..(key.IndexOf('/', prefix.Length) + 1)]).Distinct();
        var text = new StringBuilder("<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>false</IsTruncated>");
        foreach (var key in keys.Where(key => !IsDeeper(key)))
            text.Append(CultureInfo.InvariantCulture, $"<Contents><Key>{Uri.EscapeDataString(key)}</Key><Size>{_objects[$"{bucket}/{key}"].Length}</Size><ETag>{ETag(_objects[$"{bucket}/{key}"])}</ETag><LastModified>2026-03-11T00:00:00Z</LastModified></Contents>");
        foreach (var folder in folders)
            text.Append(CultureInfo.InvariantCulture, $"<CommonPrefixes><Prefix>{Uri.EscapeDataString(folder)}</Prefix></CommonPrefixes>");
        return Encoding.UTF8.GetBytes(text.Append("</ListBucketResult>").ToString());

        bool IsDeeper(string key) => delimiter.Length > 0 && key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal) >= 0;
    }

    static string ETag(byte[] content) => $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..31]}-1\""; // that of an upload in parts, which is no checksum

    // The temporary key tells whose it is: ASIA and the role's name.
    static string Assumed(string form)
    {
        var role = form.Split('&').First(part => part.StartsWith("RoleArn=", StringComparison.Ordinal)).Split('/')[^1];
        var action = form.Contains("Action=AssumeRoleWithWebIdentity", StringComparison.Ordinal) ? "AssumeRoleWithWebIdentity" : "AssumeRole";
        return $"<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result><Credentials><AccessKeyId>ASIA{role}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token-of-{role}</SessionToken><Expiration>{DateTime.UtcNow.AddHours(1):yyyy-MM-ddTHH:mm:ssZ}</Expiration></Credentials><AssumedRoleUser><Arn>arn:aws:sts::111122223333:assumed-role/{role}/traillake</Arn><AssumedRoleId>id</AssumedRoleId></AssumedRoleUser></{action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{action}Response>";
    }
}
