using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using TrailLake.Tests.Aws;

namespace TrailLake.Tests.Athena;

/// <summary>Stands in for Amazon Athena on loopback: states, pages and throttling, over <see cref="StandInDatabase"/>.</summary>
sealed class StandInAthena : StandInAws
{
    readonly Dictionary<string, Query> _queries = [];
    readonly Dictionary<string, Query> _byToken = [];
    readonly TaskCompletionSource<string> _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="database">What it runs statements on.</param>
    public StandInAthena(StandInDatabase database) : base("athena", "AmazonAthena")
    {
        Database = database;
        Start();
    }

    public StandInDatabase Database { get; }

    /// <summary>What the workgroup says, as JSON; by default answers go where the request says.</summary>
    public string WorkGroup { get; set; } = """{"Name":"primary","State":"ENABLED","Configuration":{}}""";

    /// <summary>Looks until a query has ended.</summary>
    public int Looks { get; set; } = 1;

    /// <summary>Rows of a page, whatever is asked for.</summary>
    public int PageRows { get; set; } = 1_000;

    /// <summary>The statements that were run, in their order.</summary>
    public List<string> Statements { get; } = [];

    /// <summary>Queries that were stopped.</summary>
    public ConcurrentQueue<string> Stopped { get; } = [];

    /// <summary>Done when somebody looks at a query that holds the words "for ever", which has no end.</summary>
    public Task<string> Held => _held.Task;

    protected override (int Status, string Body) AnswerOf(string operation, JsonNode request) => operation switch
    {
        "StartQueryExecution" => StartQuery(request),
        "GetQueryExecution" => Known(request, Look),
        "GetQueryResults" => Known(request, query => Results(query, request)),
        "StopQueryExecution" => Known(request, Stop),
        "GetWorkGroup" => (200, $"{{\"WorkGroup\":{WorkGroup}}}"),
        "ListTableMetadata" => Database.Tables((string)request["DatabaseName"]!) is { } tables ? Tables(tables, request) : Error("MetadataException", "com.amazonaws.services.glue.model.EntityNotFoundException: Database not found."),
        _ => Error("UnknownOperationException", operation),
    };

    (int, string) StartQuery(JsonNode request)
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
