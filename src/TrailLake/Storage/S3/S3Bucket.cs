using System.Net;
using Amazon.S3;
using Polly;

namespace TrailLake.Storage.S3;

/// <summary>The requests to one bucket, by whole keys: each is made again where that may help, none may stand still.</summary>
sealed class S3Bucket
{
    /// <summary>How long what takes away the traces of a run may go on when all is to end.</summary>
    public static readonly TimeSpan LastWords = TimeSpan.FromSeconds(0.4);

    readonly S3Options _options;
    readonly S3Http _http;
    readonly ResiliencePipeline _retry;
    long _lists;
    int _unanswered; // requests in a row that were given up

    public S3Bucket(string name, S3Options options)
    {
        (Name, _options, _retry) = (name, options, S3Retry.Of(options));
        var http = S3Http.Create(options);
        var connection = S3Connection.Open(name, options, http);
        (_http, Sdk, Url) = (new S3Http(http, connection, options), connection.Client, connection.BucketUrl);
    }

    public string Name { get; }

    public Uri Url { get; }

    public AmazonS3Client Sdk { get; }

    public S3Options Options => _options;

    /// <summary>Listing requests made so far.</summary>
    public long Lists => Volatile.Read(ref _lists);

    public void CountList() => Interlocked.Increment(ref _lists);

    public string Locate(string key) => $"s3://{Name}/{key}";

    /// <summary>Makes a request until it succeeds or there is no point in another.</summary>
    /// <param name="verb">What it does to the object, for the message.</param>
    /// <param name="grace">How long it may go on when all is to end.</param>
    /// <exception cref="StoreException">It failed for good. One of the bucket ends a run: so does one that nobody answered after as many others as are under
    /// way at once.</exception>
    public async Task<T> TryAsync<T>(string verb, string key, Func<Deadline, Task<T>> request, CancellationToken cancel, TimeSpan grace = default)
    {
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            using var asked = _options.Cancel.Register(grace > TimeSpan.Zero ? () => either.CancelAfter(grace) : either.Cancel);
            var answer = await _retry.ExecuteAsync(async all =>
            {
                using var once = CancellationTokenSource.CreateLinkedTokenSource(all);
                once.CancelAfter(_options.Patience);
                try
                {
                    return await request(new Deadline(_options.Patience, once));
                }
                // A connection that is not made in time is cancelled too, by the client.
                catch (Exception failure) when (!all.IsCancellationRequested && (failure is OperationCanceledException || (once.IsCancellationRequested && failure is IOException or HttpRequestException)))
                {
                    throw new TimeoutException($"no answer within {_options.Patience.TotalSeconds:0.#} s", failure);
                }
            }, either.Token);
            Volatile.Write(ref _unanswered, 0);
            return answer;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            var explained = S3Failure.Explain(failure, verb, Locate(key));
            throw S3Failure.IsUnanswered(failure) && Interlocked.Increment(ref _unanswered) > _options.Downloads ? new StoreException(explained.Message, failure) { IsOfPlace = true } : explained;
        }
    }

    /// <summary>Reads the whole of an object as it was listed.</summary>
    public Task FetchAsync(string key, string etag, Memory<byte> target, CancellationToken cancel) => TryAsync("read", key, async once =>
    {
        using var response = await _http.SendAsync(HttpMethod.Get, key, once);
        if (response.Headers.ETag?.Tag is { } found && !found.AsSpan().Trim('"').SequenceEqual(etag))
            throw new StoreException($"{Locate(key)}: expected the object that was listed (ETag {etag}), found another one ({found.Trim('"')}): it was replaced meanwhile; run again.") { IsStale = true };
        await S3Body.ReadAllAsync(response, target, once);
        return true;
    }, cancel);

    /// <summary>Reads a whole object, unless it is larger than one wants to hold: then null, and its size.</summary>
    public Task<(byte[]? Content, S3Version Version)> GetAsync(string key, long most) => TryAsync("read", key, async once =>
    {
        using var response = await _http.SendAsync(HttpMethod.Get, key, once);
        var length = response.Content.Headers.ContentLength ?? throw new HttpRequestException("the answer does not tell its length");
        var version = new S3Version(length, response.Headers.ETag?.Tag ?? "", S3Body.Md5Of(response) is { IsEmpty: false } md5 ? md5.ToString() : null);
        if (length > most)
            return (null, version);
        var content = new byte[length];
        await S3Body.ReadAllAsync(response, content, once);
        return ((byte[]?)content, version);
    }, default);

    /// <summary>Reads a part of an object, of one version where its ETag is given.</summary>
    public Task GetRangeAsync(string key, long offset, Memory<byte> target, string etag = "") => TryAsync("read", key, async once =>
    {
        List<(string, string)> headers = [("Range", $"bytes={offset}-{offset + target.Length - 1}")];
        if (etag.Length > 0)
            headers.Add(("If-Match", etag));
        try
        {
            using var response = await _http.SendAsync(HttpMethod.Get, key, once, headers);
            if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentLength != target.Length)
                throw new StoreException($"{Locate(key)}: expected at least {offset + target.Length} bytes, found {offset + response.Content.Headers.ContentLength}; it was cut short, or is being replaced.");
            await S3Body.ReadExactlyAsync(response, target, once);
            return true;
        }
        catch (S3Failure failure) when (failure.Status == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            throw new StoreException($"{Locate(key)}: expected at least {offset + target.Length} bytes, found fewer; it was cut short, or is being replaced.", failure);
        }
    }, default);

    public async Task<bool> ExistsAsync(string key) => await SizeAsync(key) is not null;

    /// <summary>An object's size in bytes; null where there is none.</summary>
    public Task<long?> SizeAsync(string key) => TryAsync<long?>("look for", key, async once =>
    {
        try
        {
            using var response = await _http.SendAsync(HttpMethod.Head, key, once);
            return response.Content.Headers.ContentLength ?? 0;
        }
        catch (S3Failure failure) when (failure.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }, default);

    /// <summary>What was stored beside an object under a name; null where there is none.</summary>
    public Task<string?> MetadataAsync(string key, string name) => TryAsync("look for", key, async once =>
    {
        using var response = await _http.SendAsync(HttpMethod.Head, key, once);
        return response.Headers.TryGetValues("x-amz-meta-" + name, out var values) ? values.FirstOrDefault() : null;
    }, default);

    /// <summary>Deletes an object; one that is not there is no error. With that a run takes away its lock, one that is to end too.</summary>
    public Task DeleteAsync(string key) => TryAsync("delete", key, async once =>
    {
        try
        {
            using var response = await _http.SendAsync(HttpMethod.Delete, key, once);
            return true;
        }
        catch (S3Failure failure) when (failure.Status == HttpStatusCode.NotFound)
        {
            return true;
        }
    }, default, LastWords);

    public Task PutAsync(string key, Func<S3Content> content) => TryAsync("write", key, async once =>
    {
        using var response = await _http.SendAsync(HttpMethod.Put, key, once, Encryption(), content: content());
        return true;
    }, default);

    /// <summary>Writes an object only where there is none.</summary>
    /// <remarks>Where the answer to a PUT that succeeded is lost, the next try is told that the object is there: a token tells that it is ours.
    /// A race that is not decided yet gives 409, which is made again.</remarks>
    public Task<bool> TryPutAsync(string key, byte[] content)
    {
        var token = Guid.NewGuid().ToString("N");
        return TryAsync("create", key, async once =>
        {
            try
            {
                using var response = await _http.SendAsync(HttpMethod.Put, key, once, [("If-None-Match", "*"), (TokenHeader, token), .. Encryption()], content: S3Content.Of(content));
                return true;
            }
            catch (S3Failure failure) when (failure.Status == HttpStatusCode.PreconditionFailed)
            {
                return await IsOursAsync(key, token, once);
            }
        }, default);
    }

    const string TokenHeader = "x-amz-meta-traillake-token";

    async Task<bool> IsOursAsync(string key, string token, Deadline once)
    {
        try
        {
            using var found = await _http.SendAsync(HttpMethod.Head, key, once);
            return found.Headers.TryGetValues(TokenHeader, out var values) && values.Contains(token);
        }
        catch (S3Failure failure) when (failure.Status == HttpStatusCode.NotFound)
        {
            return false; // somebody had it, and has deleted it since
        }
    }

    /// <summary>Uploads one part; returns its ETag.</summary>
    public Task<string> PutPartAsync(string key, string uploadId, int number, byte[] part) => TryAsync("write", key, async once =>
    {
        using var response = await _http.SendAsync(HttpMethod.Put, key, once, query: $"partNumber={number}&uploadId={Uri.EscapeDataString(uploadId)}", content: S3Content.Of(part));
        return response.Headers.ETag?.Tag ?? throw new HttpRequestException("the answer has no ETag");
    }, default);

    /// <summary>Who pays, for the SDK's requests.</summary>
    public RequestPayer? Payer => _options.IsRequesterPays ? RequestPayer.Requester : null;

    IEnumerable<(string, string)> Encryption()
    {
        if (_options.Encryption is { } method)
            yield return ("x-amz-server-side-encryption", method);
        if (_options.KmsKeyId is { } key)
            yield return ("x-amz-server-side-encryption-aws-kms-key-id", key);
    }
}
