using System.Text.Json.Nodes;
using Amazon;
using Amazon.Runtime;
using TrailLake.Athena;

namespace TrailLake.Tests.Athena;

/// <summary>The client and what waits for queries, against the stand-in's protocol.</summary>
public sealed class AthenaClientTests : IDisposable
{
    readonly AthenaFixture _athena = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public AthenaClientTests() => _athena.Server.Database.Run("create database if not exists `audit`", null);

    public void Dispose() => _athena.Dispose();

    [Fact]
    public async Task A_query_is_signed_started_awaited_and_read()
    {
        _athena.Server.Looks = 4;
        var states = new List<string>();
        var query = await _athena.Queries.RunAsync("select 1 as a", Cancel, seen => states.Add(seen.Status!.State!));
        Assert.Equal(["QUEUED", "RUNNING", "RUNNING", "SUCCEEDED"], states);
        Assert.Equal(80_000_000, query.Statistics!.DataScannedInBytes);
        var (_, start) = _athena.Server.Calls.First(call => call.Operation == "StartQueryExecution");
        Assert.Equal(
            """{"QueryString":"select 1 as a","WorkGroup":"primary","QueryExecutionContext":{"Database":"audit"},"ResultConfiguration":{"OutputLocation":"s3://answers/athena/"}}""",
            new JsonObject(start.AsObject().Where(field => field.Key != "ClientRequestToken").Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))).ToJsonString());
    }

    [Fact]
    public async Task A_wrong_secret_is_refused_and_said_so()
    {
        using var client = new AthenaClient(new BasicAWSCredentials(StandInAthena.AccessKey, "another secret"), new(RegionEndpoint.EUWest1) { ServiceURL = _athena.Server.Url, AuthenticationRegion = "eu-west-1" });
        var refused = await Assert.ThrowsAsync<AthenaException>(() => new AthenaQueries(client, new("audit", "primary")).RunAsync("select 1", Cancel));
        Assert.Contains("AWS does not accept the credentials", refused.Message, StringComparison.Ordinal);
    }

    // A region that is misspelled gives a name that nobody has, however often it is looked up.
    [Fact]
    public async Task A_host_that_does_not_exist_is_named_with_the_region_to_check()
    {
        using var client = new AthenaClient(new BasicAWSCredentials(StandInAthena.AccessKey, StandInAthena.Secret), new(RegionEndpoint.EUWest1) { ServiceURL = "http://athena.invalid", AuthenticationRegion = "eu-west-1" });
        var refused = await Assert.ThrowsAsync<AthenaException>(() => new AthenaQueries(client, new("audit", "primary")).CheckedAsync(Cancel));
        Assert.StartsWith("athena.invalid: expected Athena, found no such host. Check the region", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("StartQueryExecution", 400, "ThrottlingException", "Rate exceeded")]
    [InlineData("StartQueryExecution", 400, "TooManyRequestsException", "CONCURRENT_QUERY_LIMIT_EXCEEDED")]
    [InlineData("GetQueryExecution", 500, "InternalServerException", "again")]
    [InlineData("GetQueryResults", 503, "ServiceUnavailable", "again")]
    public async Task What_passes_is_tried_again_and_runs_once(string operation, int status, string code, string message)
    {
        _athena.Server.Fail(operation, status, StandInAthena.Error(code, message).Body);
        _athena.Server.Fail(operation, 503, "<html>busy</html>");
        Assert.Equal(["7"], await _athena.RowsAsync("select 7"));
        Assert.Equal(3, _athena.Server.Calls.Count(call => call.Operation == operation));
        Assert.Equal("select 7", Assert.Single(_athena.Server.Statements));
        Assert.Single(_athena.Server.Calls.Where(call => call.Operation == "StartQueryExecution").Select(call => (string)call.Request["ClientRequestToken"]!).Distinct());
    }

    [Fact]
    public async Task A_failed_query_gives_Athenas_reason_and_what_to_do()
    {
        var failed = await Assert.ThrowsAsync<AthenaException>(() => _athena.Queries.RunAsync("select nothing from nowhere", Cancel));
        Assert.Matches("^query [0-9a-f-]{36} failed: SYNTAX_ERROR: line 1:1: .*nowhere does not exist", failed.Message);
        Assert.Contains("`traillake athena deploy` makes the lake's tables and views", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HIVE_CURSOR_ERROR: Incorrect fileSize 12 for file", null, "FAILED", "run it again")]
    [InlineData("Query exhausted resources at this scale factor", null, "FAILED", "Filter event_date")]
    [InlineData("TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.audit.quarantine' does not exist", null, "FAILED", "DuckDB's alone: `traillake query` has them")]
    [InlineData("TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.audit.root_activity' does not exist", null, "FAILED", "`traillake athena deploy` makes")]
    [InlineData("GENERIC_INTERNAL_ERROR: nobody knows", true, "FAILED", "may succeed when it is run again")]
    [InlineData("Query cancelled by user", null, "CANCELLED", "was cancelled: Query cancelled by user.")]
    public void A_reason_is_followed_by_what_helps(string reason, bool? isRetryable, string state, string expected) =>
        Assert.Contains(expected, AthenaAdvice.Of(new("id", "DML", new(state, reason, new(Retryable: isRetryable)))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task All_pages_are_read_and_only_the_first_begins_with_names()
    {
        _athena.Server.PageRows = 1_000;
        Assert.Equal(Enumerable.Range(0, 2_500).Select(row => $"{row}|i"), await _athena.RowsAsync("select i, 'i' as name from range(2500) as t(i)"));
        Assert.Equal(3, _athena.Server.Calls.Count(call => call.Operation == "GetQueryResults"));
        Assert.Equal(["a"], await _athena.RowsAsync("select 'a' as a")); // a row that looks like the names
    }

    [Fact]
    public async Task A_query_that_is_given_up_is_stopped_on_Athena()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = _athena.Queries.RunAsync("select 'for ever'", patience.Token);
        var id = await _athena.Server.Held.WaitAsync(TraillakeProcess.Patience, Cancel);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal([id], _athena.Server.Stopped);
    }

    [Fact]
    public async Task A_query_that_is_given_up_while_it_is_started_is_stopped_on_Athena()
    {
        await GiveUpWhileStalledAsync("StartQueryExecution");
        Assert.Single(_athena.Server.Statements);
        Assert.Single(_athena.Server.Stopped);
    }

    [Fact]
    public async Task A_query_that_cannot_be_looked_at_any_more_is_named()
    {
        _athena.Server.Fail("GetQueryExecution", 400, StandInAthena.Error("AccessDeniedException", "You are not authorized to perform: athena:GetQueryExecution").Body);
        var lost = await Assert.ThrowsAsync<AthenaException>(() => _athena.Queries.RunAsync("select 1", Cancel));
        Assert.Matches("^query [0-9a-f-]{36}, which may run on: You are not authorized .* Grant the right", lost.Message);
    }

    [Theory]
    [InlineData("StartQueryExecution")]
    [InlineData("GetQueryResults")]
    public async Task An_answer_that_stops_in_its_middle_is_asked_for_again(string operation)
    {
        _athena.Server.Stall(operation);
        using var client = Client(TimeSpan.FromSeconds(1));
        Assert.Equal(["7"], await _athena.RowsAsync("select 7 as a", new(client, new("audit", "primary", AthenaFixture.Output))));
        Assert.Equal(2, _athena.Server.Calls.Count(call => call.Operation == operation));
        Assert.Single(_athena.Server.Statements);
    }

    [Fact]
    public async Task An_answer_that_stops_in_its_middle_does_not_hold_who_gives_up()
    {
        await GiveUpWhileStalledAsync("GetQueryExecution");
        Assert.Single(_athena.Server.Stopped);
    }

    [Theory]
    [InlineData("""{"Name":"primary","State":"DISABLED"}""", null, "found it disabled")]
    [InlineData("""{"Name":"primary","State":"ENABLED","Configuration":{"EnforceWorkGroupConfiguration":false}}""", null, "expected a place for Athena's answers, found none")]
    public async Task A_workgroup_that_cannot_be_used_is_said_before_the_first_statement(string group, string? output, string expected)
    {
        _athena.Server.WorkGroup = group;
        using var client = Client();
        var refused = await Assert.ThrowsAsync<AthenaException>(() => new AthenaQueries(client, new("audit", "primary", output)).CheckedAsync(Cancel));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"Name":"primary","Configuration":{"EnforceWorkGroupConfiguration":true,"ResultConfiguration":{"OutputLocation":"s3://its-own/"}}}""", null)]
    [InlineData("""{"Name":"primary","Configuration":{"ManagedQueryResultsConfiguration":{"Enabled":true}}}""", null)]
    [InlineData("""{"Name":"primary","Configuration":{"ResultConfiguration":{"OutputLocation":"s3://its-own/"}}}""", "s3://asked/")]
    [InlineData("""{"Name":"primary"}""", "s3://asked/")]
    public async Task What_a_workgroup_enforces_is_not_asked_for(string group, string? expected)
    {
        _athena.Server.WorkGroup = group;
        using var client = Client();
        Assert.Equal(expected, (await new AthenaQueries(client, new("audit", "primary", "s3://asked/")).CheckedAsync(Cancel)).Target.OutputLocation);
    }

    [Fact]
    public async Task Who_may_not_look_at_the_workgroup_may_still_query()
    {
        _athena.Server.Fail("GetWorkGroup", 400, StandInAthena.Error("AccessDeniedException", "You are not authorized to perform: athena:GetWorkGroup").Body);
        Assert.Same(_athena.Queries, await _athena.Queries.CheckedAsync(Cancel));
    }

    [Theory]
    [InlineData("https://athena.eu-west-1.amazonaws.com", "eu-west-1", false, false)]
    [InlineData("https://athena.cn-north-1.amazonaws.com.cn", "cn-north-1", false, false)]
    [InlineData("https://athena-fips.us-east-1.amazonaws.com", "us-east-1", true, false)]
    [InlineData("https://athena.eu-west-1.api.aws", "eu-west-1", false, true)]
    public void The_endpoint_is_that_of_the_region(string expected, string region, bool isFips, bool isDualStack) =>
        Assert.Equal(expected, new AthenaClientConfig(RegionEndpoint.GetBySystemName(region)) { UseFIPSEndpoint = isFips, UseDualstackEndpoint = isDualStack }.DetermineServiceOperationEndpoint(null!).URL);

    [Theory]
    [InlineData("DML", 0L, "0.0000476837158203125")]
    [InlineData("DML", 1L << 40, "5")]
    [InlineData("DML", (20L << 20) + 1, "0.000100135803222656250")]
    [InlineData("DDL", 1L << 40, "0")]
    public void A_query_costs_five_dollars_for_a_terabyte_and_at_least_ten_megabytes(string type, long scanned, string dollars) =>
        Assert.Equal(decimal.Parse(dollars), AthenaCost.Of(new("id", type, Statistics: new(scanned))));

    AthenaClient Client(TimeSpan? patience = null) => new(new SessionAWSCredentials(StandInAthena.AccessKey, StandInAthena.Secret, StandInAthena.SessionToken), new(RegionEndpoint.EUWest1, patience: patience) { ServiceURL = _athena.Server.Url, AuthenticationRegion = "eu-west-1" });

    async Task GiveUpWhileStalledAsync(string operation)
    {
        _athena.Server.Stall(operation);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = _athena.Queries.RunAsync("select 'for ever'", patience.Token);
        await _athena.Server.Stalled.WaitAsync(TraillakeProcess.Patience, Cancel);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TraillakeProcess.Patience, Cancel));
    }
}
