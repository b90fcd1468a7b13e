using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using Amazon;
using Amazon.Runtime;

namespace TrailLake.Storage.S3;

/// <summary>Single requests for objects, signed here and sent by <see cref="HttpClient"/>: to fetch 12,195 log files of 14 KB
/// takes 2.3 s of a processor so, and 3.3 s by the SDK's own GetObject (<c>make bench PARTS=s3</c>).</summary>
sealed class S3Http(HttpClient http, S3Connection connection, S3Options options)
{
    /// <summary>Connections beside those of the work, for what must come in time: the signs of life of lock and run.</summary>
    const int Beats = 4;

    static readonly string EmptyHash = Convert.ToHexStringLower(SHA256.HashData([]));

    static readonly SearchValues<char> Plain = SearchValues.Create("/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"); // what no path escapes, and nearly every key is made of

    readonly S3Signature _signature = new(connection.Region.SystemName);
    readonly string _bucketUrl = connection.BucketUrl.AbsoluteUri.TrimEnd('/') + "/", _host = connection.BucketUrl.Authority;
    readonly int _originLength = connection.BucketUrl.GetLeftPart(UriPartial.Authority).Length;
    readonly (string Name, string Value)[] _common = [.. CommonHeaders(options)];
    readonly UriCreationOptions _asItIs = new() { DangerousDisablePathAndQueryCanonicalization = true }; // a key may have a part ".."

    /// <summary>A client for many small requests at once.</summary>
    public static HttpClient Create(S3Options options) => new(new SocketsHttpHandler
    {
        MaxConnectionsPerServer = options.Downloads + Beats,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15), // S3 ends them after 20
        ConnectTimeout = options.Patience / 2,
        AllowAutoRedirect = false,
        UseCookies = false,
        ActivityHeadersPropagator = null, // nobody traces these requests
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Sends a request and takes the answer's headers; a failure is thrown.</summary>
    /// <param name="key">The whole key.</param>
    /// <param name="query">Without the question mark.</param>
    /// <param name="content">Of a PUT, with its hash.</param>
    /// <exception cref="S3Failure">S3 refuses it.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string key, Deadline once, IEnumerable<(string Name, string Value)>? headers = null, string query = "", S3Content? content = null)
    {
        var url = $"{_bucketUrl}{(key.AsSpan().ContainsAnyExcept(Plain) ? Uri.EscapeDataString(key).Replace("%2F", "/", StringComparison.Ordinal) : key)}";
        List<(string Name, string Value)> all = [("x-amz-content-sha256", content?.Sha256 ?? EmptyHash), .. _common, .. headers ?? []];
        var credentials = await connection.Credentials.GetCredentialsAsync().WaitAsync(once);
        _signature.Sign(method, _host, url.AsSpan(_originLength), query, all, credentials, CorrectClockSkew.GetCorrectedUtcNowForEndpoint(_bucketUrl));
        using var request = new HttpRequestMessage(method, new Uri(query.Length == 0 ? url : $"{url}?{query}", _asItIs));
        foreach (var (name, value) in all)
            request.Headers.TryAddWithoutValidation(name, value);
        request.Content = content?.Open(once);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, once);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
        {
            var failure = await S3Failure.Of(response, once);
            if (failure.Code == "RequestTimeTooSkewed" && response.Headers.Date is { } theirs)
                AWSConfigs.ManualClockCorrection = theirs - DateTimeOffset.UtcNow; // the machine's clock is wrong, and so for the SDK's requests too
            if (failure.Code is not ("ExpiredToken" or "TokenRefreshRequired"))
                throw failure;
            if (connection.Credentials is not RefreshingAWSCredentials refreshing)
                throw new S3Failure(failure.Status, failure.Code, failure.Message) { IsFinal = true };
            refreshing.ClearCredentials();
            throw failure;
        }
    }

    static IEnumerable<(string, string)> CommonHeaders(S3Options options)
    {
        if (options.ExpectedBucketOwner is { } owner)
            yield return ("x-amz-expected-bucket-owner", owner);
        if (options.IsRequesterPays)
            yield return ("x-amz-request-payer", "requester");
    }
}

/// <summary>What a PUT sends: bytes, or a part of a file, each with its SHA-256, which the server compares.</summary>
sealed class S3Content
{
    readonly byte[]? _bytes;
    readonly string _path = "";
    readonly long _length;

    S3Content(byte[]? bytes, string path, long length, string sha256) => (_bytes, _path, _length, Sha256) = (bytes, path, length, sha256);

    /// <summary>In hexadecimal digits.</summary>
    public string Sha256 { get; }

    public static S3Content Of(byte[] bytes) => new(bytes, "", bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));

    /// <summary>A whole file, which is not held in memory.</summary>
    public static S3Content OfFile(string path)
    {
        using var file = File.OpenRead(path);
        return new(null, path, file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    /// <summary>The body of one request, which has more time as long as it is taken.</summary>
    public HttpContent Open(Deadline once) => new Paced(_bytes is null ? File.OpenRead(_path) : new MemoryStream(_bytes, writable: false), _length, once);

    sealed class Paced(Stream source, long length, Deadline once) : HttpContent
    {
        const int PieceBytes = 64 << 10;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, once);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancel)
        {
            var piece = new byte[Math.Min(PieceBytes, length)];
            while (await source.ReadAsync(piece, cancel) is > 0 and var count)
            {
                await stream.WriteAsync(piece.AsMemory(0, count), cancel);
                once.Extend();
            }
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            source.Dispose();
            base.Dispose(disposing);
        }
    }
}
