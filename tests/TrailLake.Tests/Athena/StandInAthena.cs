using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrailLake.Tests.Athena;

/// <summary>Stands in for Amazon Athena on loopback: its JSON protocol with signatures, states, pages and throttling, over <see cref="StandInDatabase"/>.</summary>
sealed class StandInAthena : IDisposable
{
    public const string AccessKey = "AKIAEXAMPLE", Secret = "the secret", SessionToken = "the token";

    readonly HttpListener _listener;
    readonly Lock _gate = new();
    readonly Dictionary<string, Query> _queries = [];
    readonly Dictionary<string, Query> _byToken = [];
    readonly TaskCompletionSource<string> _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ConcurrentDictionary<string, HttpListenerContext?> _stalls = [];

    /// <param name="database">What it runs statements on.</param>
    public StandInAthena(StandInDatabase database)
    {
        Database = database;
        (_listener, Url) = Listen();
        _ = Task.Run(ServeAsync);
    }

    public string Url { get; }

    // Between the finding of a free port and its taking another process may take it.
    static (HttpListener Listener, string Url) Listen()
    {
        for (var attempt = 1; ; attempt++)
        {
            var url = $"http://127.0.0.1:{S3Server.FreePort()}/";
            var listener = new HttpListener();
            listener.Prefixes.Add(url);
            try
            {
                listener.Start();
                return (listener, url);
            }
            catch (HttpListenerException) when (attempt < 10)
            {
                listener.Close();
            }
        }
    }

    public StandInDatabase Database { get; }

    /// <summary>The variables with which the program finds it, as users of the AWS CLI would set them.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["AWS_ENDPOINT_URL_ATHENA"] = Url, ["AWS_REGION"] = "eu-west-1", ["AWS_ACCESS_KEY_ID"] = AccessKey, ["AWS_SECRET_ACCESS_KEY"] = Secret,
        ["AWS_CONFIG_FILE"] = "/dev/null", ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
    };

    /// <summary>What the workgroup says, as JSON; by default answers go where the request says.</summary>
    public string WorkGroup { get; set; } = """{"Name":"primary","State":"ENABLED","Configuration":{}}""";

    /// <summary>Looks until a query has ended.</summary>
    public int Looks { get; set; } = 1;

    /// <summary>Rows of a page, whatever is asked for.</summary>
    public int PageRows { get; set; } = 1_000;

    /// <summary>Errors that the next calls of an operation get: HTTP status and body.</summary>
    public ConcurrentDictionary<string, ConcurrentQueue<(int Status, string Body)>> Failures { get; } = [];

    /// <summary>Operations that were called, in their order.</summary>
    public ConcurrentQueue<(string Operation, JsonNode Request)> Calls { get; } = [];

    /// <summary>The statements that were run, in their order.</summary>
    public List<string> Statements { get; } = [];

    /// <summary>Queries that were stopped.</summary>
    public ConcurrentQueue<string> Stopped { get; } = [];

    /// <summary>Done when somebody looks at a query that holds the words "for ever", which has no end.</summary>
    public Task<string> Held => _held.Task;

    /// <summary>Done when half an answer was sent, as <see cref="Stall"/> asks for.</summary>
    public Task Stalled => _stalled.Task;

    /// <summary>The next answer of an operation stops in its middle, and the connection stays open.</summary>
    public void Stall(string operation) => _stalls[operation] = null;

    public void Fail(string operation, int status, string body) => Failures.GetOrAdd(operation, _ => []).Enqueue((status, body));

    public void Dispose() => _listener.Close();

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
        if (AwsSignature.Problem(request, body, new Dictionary<string, string> { [AccessKey] = Secret }, "athena") is { } problem)
            return Error("InvalidSignatureException", problem, 403);
        if (request.Headers["X-Amz-Target"]?.Split('.') is not ["AmazonAthena", var operation] || request.ContentType != "application/x-amz-json-1.1")
            return Error("UnknownOperationException", $"{request.Headers["X-Amz-Target"]} {request.ContentType}");
        var json = JsonNode.Parse(body)!;
        Calls.Enqueue((operation, json));
        if (Failures.TryGetValue(operation, out var failures) && failures.TryDequeue(out var failure))
            return failure;
        lock (_gate)
        {
            return operation switch
            {
                "StartQueryExecution" => Start(json),
                "GetQueryExecution" => Known(json, Look),
                "GetQueryResults" => Known(json, query => Results(query, json)),
                "StopQueryExecution" => Known(json, Stop),
                "GetWorkGroup" => (200, $"{{\"WorkGroup\":{WorkGroup}}}"),
                "ListTableMetadata" => Database.Tables((string)json["DatabaseName"]!) is { } tables ? Tables(tables, json) : Error("MetadataException", "com.amazonaws.services.glue.model.EntityNotFoundException: Database not found."),
                _ => Error("UnknownOperationException", operation),
            };
        }
    }

    (int, string) Start(JsonNode request)
    {
        var (sql, token) = ((string)request["QueryString"]!, (string?)request["ClientRequestToken"] ?? "");
        if (Encoding.UTF8.GetByteCount(sql) is < 1 or > 262_144 || token.Length is < 32 or > 128)
            return Error("InvalidRequestException", "expected a statement of up to 262,144 bytes and a token of 32 to 128 characters");
        if (request["ResultConfiguration"]?["OutputLocation"] is null && JsonNode.Parse(WorkGroup)!["Configuration"]?["ResultConfiguration"] is null)
            return Error("InvalidRequestException", "No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.");
        if (!_byToken.TryGetValue(token, out var query))
        {
            query = new() { Id = Guid.NewGuid().ToString(), Sql = sql };
            Statements.Add(sql);
            _byToken[token] = _queries[query.Id] = query;
            if (!query.HasNoEnd)
                query.Answer = Database.Run(sql, (string?)request["QueryExecutionContext"]?[nameof(Database)]);
        }

        return (200, $"{{\"QueryExecutionId\":\"{query.Id}\"}}");
    }

    (int, string) Look(Query query)
    {
        query.Looks++;
        if (query.HasNoEnd)
            _held.TrySetResult(query.Id);
        var isOver = query.State is null && query.Looks >= Looks && !query.HasNoEnd;
        query.State ??= isOver ? query.Answer!.Error is null ? "SUCCEEDED" : "FAILED" : null;
        return (200, new JsonObject
        {
            ["QueryExecution"] = new JsonObject
            {
                ["QueryExecutionId"] = query.Id,
                ["Query"] = query.Sql,
                ["StatementType"] = query.Answer?.IsDdl == true ? "DDL" : "DML",
                ["Status"] = new JsonObject
                {
                    ["State"] = query.State ?? (query.Looks == 1 ? "QUEUED" : "RUNNING"),
                    ["StateChangeReason"] = query.State == "FAILED" ? query.Answer!.Error : query.State == "CANCELLED" ? "Query cancelled by user" : null,
                    ["SubmissionDateTime"] = 1_700_000_000.123,
                },
                ["Statistics"] = new JsonObject { ["DataScannedInBytes"] = query.Looks * 20_000_000L, ["TotalExecutionTimeInMillis"] = 1_234 },
            },
        }.ToJsonString());
    }

    (int, string) Results(Query query, JsonNode request)
    {
        if (query.State != "SUCCEEDED")
            return Error("InvalidRequestException", $"Query has not yet finished. Current state: {query.State ?? "RUNNING"}");
        var rows = query.Answer!.Rows;
        var start = int.Parse((string?)request["NextToken"] ?? "0");
        var page = rows.Skip(start).Take(Math.Min(PageRows, (int?)request["MaxResults"] ?? 1_000)).ToArray();
        var next = start + page.Length;
        return (200, new JsonObject
        {
            ["NextToken"] = next < rows.Count ? next.ToString() : null,
            ["ResultSet"] = new JsonObject
            {
                ["Rows"] = new JsonArray([.. page.Select(row => new JsonObject { ["Data"] = new JsonArray([.. row.Select(value => value is null ? new JsonObject() : new JsonObject { ["VarCharValue"] = value })]) })]),
                ["ResultSetMetadata"] = new JsonObject
                {
                    ["ColumnInfo"] = new JsonArray([.. query.Answer.Columns.Select(column => new JsonObject { ["CatalogName"] = "hive", ["Name"] = column.Name, ["Label"] = column.Name, ["Type"] = column.Type, ["Precision"] = column.Precision, ["Scale"] = column.Scale, ["Nullable"] = "UNKNOWN" })]),
                },
            },
        }.ToJsonString());
    }

    (int, string) Stop(Query query)
    {
        Stopped.Enqueue(query.Id);
        query.State ??= "CANCELLED";
        return (200, "{}");
    }

    static (int, string) Tables(IReadOnlyList<JsonObject> tables, JsonNode request)
    {
        const int PageTables = 20;
        var start = int.Parse((string?)request["NextToken"] ?? "0");
        return (200, new JsonObject
        {
            ["TableMetadataList"] = new JsonArray([.. tables.Skip(start).Take(PageTables)]),
            ["NextToken"] = start + PageTables < tables.Count ? (start + PageTables).ToString() : null,
        }.ToJsonString());
    }

    (int, string) Known(JsonNode request, Func<Query, (int, string)> answer) =>
        _queries.TryGetValue((string)request["QueryExecutionId"]!, out var query) ? answer(query) : Error("InvalidRequestException", "QueryExecution was not found");

    /// <summary>An error as Athena spells it.</summary>
    public static (int Status, string Body) Error(string code, string message, int status = 400) =>
        (status, JsonSerializer.Serialize(new Dictionary<string, string> { ["__type"] = $"com.amazonaws.athena#{code}", ["message"] = message }));

    sealed class Query
    {
        public required string Id { get; init; }
        public required string Sql { get; init; }
        public StandInAnswer? Answer { get; set; }
        public string? State { get; set; }
        public int Looks { get; set; }
        public bool HasNoEnd => Sql.Contains("for ever", StringComparison.Ordinal);
    }
}
