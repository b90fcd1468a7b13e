using Amazon.Runtime;
using TrailLake.Aws;

namespace TrailLake.Athena;

/// <summary>Runs statements on Athena: starts them, waits for their end, and stops them when it is told to.</summary>
/// <param name="client">The service.</param>
/// <param name="target">Where they run.</param>
/// <param name="firstWait">The time until the first look; it grows by half with each, up to five seconds. Null for a tenth of a second.</param>
sealed class AthenaQueries(AthenaClient client, AthenaTarget target, TimeSpan? firstWait = null)
{
    static readonly TimeSpan UsualWait = TimeSpan.FromMilliseconds(100), LongestWait = TimeSpan.FromSeconds(5), StopPatience = TimeSpan.FromSeconds(10);

    public AthenaTarget Target => target;

    /// <summary>The same, with the output location that the workgroup allows; asks Athena for it.</summary>
    /// <exception cref="AthenaException">There is no such workgroup, it is switched off, or nobody says where answers go.</exception>
    public async Task<AthenaQueries> CheckedAsync(CancellationToken cancel)
    {
        WorkGroup group;
        try
        {
            group = (await client.GetWorkGroupAsync(new(target.WorkGroup), cancel)).WorkGroup;
        }
        catch (AmazonServiceException e) when (e.ErrorCode is "AccessDeniedException" && target.OutputLocation is not null)
        {
            return this; // who may not look at the workgroup may still use it
        }
        catch (Exception e) when (AwsJsonClient.IsOfService(e))
        {
            throw AthenaAdvice.Of($"workgroup {target.WorkGroup}", e);
        }

        if (group.State == "DISABLED")
            throw new AthenaException($"workgroup {target.WorkGroup}: expected one that is enabled, found it disabled. Enable it, or name another with --workgroup.");
        var (own, configuration) = (group.Configuration?.ResultConfiguration?.OutputLocation, group.Configuration);
        if (configuration?.ManagedQueryResultsConfiguration?.Enabled == true || (configuration?.EnforceWorkGroupConfiguration == true && own is not null))
            return new(client, target with { OutputLocation = null }, firstWait); // what the request says would be ignored, or refused
        if (target.OutputLocation is null && string.IsNullOrEmpty(own))
            throw new AthenaException($"workgroup {target.WorkGroup}: expected a place for Athena's answers, found none. Name one with --output s3://bucket/prefix/, or give the workgroup one.");
        return this;
    }

    /// <summary>Runs one statement to its end.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="cancel">Stops the statement on Athena, too.</param>
    /// <param name="progress">Told at each look how it stands.</param>
    /// <param name="hasDatabase">False where the database need not be there yet.</param>
    /// <exception cref="AthenaException">It failed or was cancelled: Athena's reason, and what to do.</exception>
    public async Task<QueryExecution> RunAsync(string sql, CancellationToken cancel, Action<QueryExecution>? progress = null, bool hasDatabase = true)
    {
        // The token makes it one query however often the request is sent.
        var id = await StartAsync(new(
            sql, $"traillake-{Guid.NewGuid()}", target.WorkGroup,
            hasDatabase ? new(target.Database) : null, target.OutputLocation is null ? null : new(target.OutputLocation)), cancel);
        return await AwaitAsync(id, progress, cancel);
    }

    /// <summary>All rows of a finished statement, page by page. The line of names that begins a query's answer is left out.</summary>
    public async IAsyncEnumerable<ResultSet> ReadAsync(QueryExecution query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        string? next = null;
        do
        {
            GetQueryResultsResponse page;
            try
            {
                page = await client.GetQueryResultsAsync(new(query.QueryExecutionId, next, MaxResults: 1_000), cancel);
            }
            catch (Exception e) when (AwsJsonClient.IsOfService(e))
            {
                throw AthenaAdvice.Of($"query {query.QueryExecutionId}", e);
            }

            if (page.ResultSet is { } set)
                yield return next is null ? WithoutNames(set) : set;
            next = page.NextToken;
        }
        while (!string.IsNullOrEmpty(next));
    }

    /// <summary>The tables and views of the database by name; none where there is no such database.</summary>
    public async Task<Dictionary<string, TableMetadata>> TablesAsync(CancellationToken cancel)
    {
        var tables = new Dictionary<string, TableMetadata>(StringComparer.Ordinal);
        string? next = null;
        try
        {
            do
            {
                var page = await client.ListTableMetadataAsync(new("AwsDataCatalog", target.Database, next, WorkGroup: target.WorkGroup), cancel);
                foreach (var table in page.TableMetadataList ?? [])
                    tables[table.Name] = table;
                next = page.NextToken;
            }
            while (!string.IsNullOrEmpty(next));
        }
        catch (AmazonServiceException e) when (e.ErrorCode == "MetadataException" && e.Message.Contains("not found", StringComparison.OrdinalIgnoreCase))
        {
            return [];
        }
        catch (Exception e) when (AwsJsonClient.IsOfService(e))
        {
            throw AthenaAdvice.Of($"database {target.Database}", e);
        }

        return tables;
    }

    async Task<string> StartAsync(StartQueryExecutionRequest request, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            return (await client.StartQueryExecutionAsync(request, cancel)).QueryExecutionId;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await StopStartedAsync(request);
            throw;
        }
        catch (Exception e) when (AwsJsonClient.IsOfService(e))
        {
            throw AthenaAdvice.Of("Athena", e);
        }
    }

    async Task<QueryExecution> AwaitAsync(string id, Action<QueryExecution>? progress, CancellationToken cancel)
    {
        var wait = firstWait ?? UsualWait;
        try
        {
            while (true)
            {
                await Task.Delay(wait, cancel);
                var query = (await client.GetQueryExecutionAsync(new(id), cancel)).QueryExecution;
                progress?.Invoke(query);
                switch (query.Status?.State)
                {
                    case "SUCCEEDED":
                        return query;
                    case "FAILED" or "CANCELLED":
                        throw AthenaAdvice.Of(query);
                }

                wait = wait * 1.5 < LongestWait ? wait * 1.5 : LongestWait;
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            using var patience = new CancellationTokenSource(StopPatience);
            await StopAsync(id, patience.Token);
            throw;
        }
        catch (Exception e) when (AwsJsonClient.IsOfService(e))
        {
            throw AthenaAdvice.Of($"query {id}, which may run on", e);
        }
    }

    // Athena may have taken the request whose answer was not waited for: sent again, it gives the same query's id.
    async Task StopStartedAsync(StartQueryExecutionRequest request)
    {
        using var patience = new CancellationTokenSource(StopPatience);
        string id;
        try
        {
            id = (await client.StartQueryExecutionAsync(request, patience.Token)).QueryExecutionId;
        }
        catch (Exception e) when (AwsJsonClient.IsOfService(e) || e is OperationCanceledException)
        {
            throw new AthenaException($"a query that was being started: expected its id from Athena, to stop it, found: {e.Message.TrimEnd('.')}. It may run: `aws athena list-query-executions --work-group {target.WorkGroup}` has the latest.", e);
        }

        await StopAsync(id, patience.Token);
    }

    // Else it would run on, and cost what it scans.
    async Task StopAsync(string id, CancellationToken patience)
    {
        try
        {
            await client.StopQueryExecutionAsync(new(id), patience);
        }
        catch (Exception e) when (AwsJsonClient.IsOfService(e) || e is OperationCanceledException)
        {
            throw new AthenaException($"query {id}: expected Athena to stop it, found: {e.Message} It may run on: `aws athena stop-query-execution --query-execution-id {id}` stops it.", e);
        }
    }

    // A SELECT's first row has the columns' names, a SHOW's has not, and nothing in the answer says which it is.
    static ResultSet WithoutNames(ResultSet set) =>
        set.Rows is [{ Data: { } first }, ..] && set.ResultSetMetadata?.ColumnInfo is { } columns && first.Select(datum => datum.VarCharValue).SequenceEqual(columns.Select(column => column.Label ?? column.Name))
            ? set with { Rows = [.. set.Rows.Skip(1)] } : set;
}
