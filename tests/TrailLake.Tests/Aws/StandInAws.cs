using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrailLake.Tests.Aws;

/// <summary>Stands in for a service of AWS on loopback: the JSON protocol with signatures, and the failures that a test asks for.</summary>
/// <param name="service">What requests must be signed for.</param>
/// <param name="targetPrefix">What stands before the operation in X-Amz-Target.</param>
abstract class StandInAws(string service, string targetPrefix) : IDisposable
{
    public const string AccessKey = "AKIAEXAMPLE", Secret = "the secret", SessionToken = "the token";

    readonly HttpListener _listener = Listen();
    readonly Lock _gate = new();
    readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ConcurrentDictionary<string, HttpListenerContext?> _stalls = [];

    public string Url => _listener.Prefixes.Single();

    /// <summary>The variables with which the program finds it, as users of the AWS CLI would set them.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        [$"AWS_ENDPOINT_URL_{service.ToUpperInvariant()}"] = Url, ["AWS_REGION"] = "eu-west-1", ["AWS_ACCESS_KEY_ID"] = AccessKey, ["AWS_SECRET_ACCESS_KEY"] = Secret,
        ["AWS_CONFIG_FILE"] = "/dev/null", ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
    };

    /// <summary>Errors that the next calls of an operation get: HTTP status and body.</summary>
    public ConcurrentDictionary<string, ConcurrentQueue<(int Status, string Body)>> Failures { get; } = [];

    /// <summary>Operations that were called, in their order.</summary>
    public ConcurrentQueue<(string Operation, JsonNode Request)> Calls { get; } = [];

    /// <summary>The regions that they were signed for.</summary>
    public ConcurrentQueue<string> Regions { get; } = [];

    /// <summary>Done when half an answer was sent, as <see cref="Stall"/> asks for.</summary>
    public Task Stalled => _stalled.Task;

    /// <summary>The next answer of an operation stops in its middle, and the connection stays open.</summary>
    public void Stall(string operation) => _stalls[operation] = null;

    public void Fail(string operation, int status, string body) => Failures.GetOrAdd(operation, _ => []).Enqueue((status, body));

    public void Dispose() => _listener.Close();

    /// <summary>An error as the service spells it.</summary>
    public static (int Status, string Body) Error(string code, string message, int status = 400) =>
        (status, JsonSerializer.Serialize(new Dictionary<string, string> { ["__type"] = $"com.amazonaws.service#{code}", ["message"] = message }));

    /// <summary>Answers one request; one is answered at a time.</summary>
    protected abstract (int Status, string Body) AnswerOf(string operation, JsonNode request);

    /// <summary>Begins to answer.</summary>
    protected void Start() => _ = Task.Run(ServeAsync);

    // Between the finding of a free port and its taking another process may take it.
    static HttpListener Listen()
    {
        for (var attempt = 1; ; attempt++)
        {
            var listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{S3Server.FreePort()}/");
            try
            {
                listener.Start();
                return listener;
            }
            catch (HttpListenerException) when (attempt < 10)
            {
                listener.Close();
            }
        }
    }

    async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            _ = Task.Run(() => Answer(context));
        }
    }

    void Answer(HttpListenerContext context)
    {
        using var body = new MemoryStream();
        context.Request.InputStream.CopyTo(body);
        var (status, answer) = AnswerOf(context.Request, body.ToArray());
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/x-amz-json-1.1";
        context.Response.Headers["x-amzn-RequestId"] = Guid.NewGuid().ToString();
        var bytes = Encoding.UTF8.GetBytes(answer);
        if (_stalls.TryUpdate(context.Request.Headers["X-Amz-Target"]!.Split('.')[^1], context, null)) // kept there, for else its connection would be closed with it
            SendHalf(context.Response, bytes);
        else
            context.Response.Close(bytes, willBlock: false);
    }

    void SendHalf(HttpListenerResponse response, byte[] bytes)
    {
        response.ContentLength64 = bytes.Length;
        response.OutputStream.Write(bytes, 0, bytes.Length / 2);
        response.OutputStream.Flush();
        _stalled.TrySetResult();
    }

    (int Status, string Body) AnswerOf(HttpListenerRequest request, byte[] body)
    {
        if (AwsSignature.Problem(request, body, new Dictionary<string, string> { [AccessKey] = Secret }, service) is { } problem)
            return Error("InvalidSignatureException", problem, 403);
        var target = request.Headers["X-Amz-Target"]!;
        if (target.LastIndexOf('.') is var dot && target[..Math.Max(dot, 0)] != targetPrefix || request.ContentType != "application/x-amz-json-1.1")
            return Error("UnknownOperationException", $"{target} {request.ContentType}");
        var (operation, json) = (target[(dot + 1)..], JsonNode.Parse(body)!);
        Calls.Enqueue((operation, json));
        Regions.Enqueue(request.Headers["Authorization"]!.Split('/')[2]); // Credential=key/day/region/…
        if (Failures.TryGetValue(operation, out var failures) && failures.TryDequeue(out var failure))
            return failure;
        lock (_gate)
            return AnswerOf(operation, json);
    }
}
