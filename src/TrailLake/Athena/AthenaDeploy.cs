using System.Collections.Concurrent;
using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Sql;

namespace TrailLake.Athena;

/// <summary>What a deployment did, or would do.</summary>
sealed record AthenaDeployed
{
    public required string Database { get; init; }
    public required string Location { get; init; }
    public bool IsDryRun { get; init; }
    public bool IsProjected { get; init; }
    public int TablesCreated { get; set; }
    public int ColumnsAdded { get; set; }
    public int PartitionsAdded { get; set; }
    public int Partitions { get; set; }
    public int ViewsCreated { get; set; }
    public int Views { get; set; }

    /// <summary>Folders that a query without a filter makes Athena look for, where it makes the partitions up.</summary>
    public long ProjectedCombinations { get; set; }

    /// <summary>The statements that changed something, in their order.</summary>
    public List<string> Statements { get; } = [];

    /// <summary>Views that Athena refused, with its reason.</summary>
    public List<string> Refused { get; } = [];
}

/// <summary>Brings a database on Athena to where the lake is: what is there already is left as it is, so it can be done again at any time.</summary>
sealed class AthenaDeploy
{
    // Athena runs 20 DDL statements of an account at once by default; others want theirs run, too.
    const int AtOnce = 4;

    readonly AthenaQueries _queries;
    readonly AthenaLake _lake;
    readonly AthenaDeployed _done;
    readonly WorkProgress _work;
    readonly CancellationToken _cancel;

    AthenaDeploy(AthenaQueries queries, AthenaLake lake, AthenaDeployed done, WorkProgress work, CancellationToken cancel) =>
        (_queries, _lake, _done, _work, _cancel) = (queries, lake, done, work, cancel);

    /// <summary>Deploys a lake.</summary>
    /// <param name="queries">Where to.</param>
    /// <param name="lake">The lake.</param>
    /// <param name="isProjected">Athena makes the partitions up (true), has them listed (false), or goes on as it does (null).</param>
    /// <param name="isDryRun">Look, and change nothing.</param>
    /// <param name="work">Told how far it is.</param>
    /// <param name="cancel">Ends it; what was done stays done.</param>
    /// <exception cref="AthenaException">Athena refused something; the message says what, and it can be run again.</exception>
    public static async Task<AthenaDeployed> RunAsync(AthenaQueries queries, AthenaLake lake, bool? isProjected, bool isDryRun, WorkProgress work, CancellationToken cancel)
    {
        work.Watch("looking at the database");
        var there = await queries.TablesAsync(cancel);
        var projects = isProjected ?? there.GetValueOrDefault(DuckDbView.NameOf(LakeTable.Events))?.Parameters?.GetValueOrDefault(AthenaProjection.Enabled) == "true";
        var done = new AthenaDeployed { Database = queries.Target.Database, Location = lake.Location, IsDryRun = isDryRun, IsProjected = projects, Views = lake.Views.Count };
        await new AthenaDeploy(queries, lake, done, work, cancel).RunAsync(there);
        return done;
    }

    async Task RunAsync(Dictionary<string, TableMetadata> there)
    {
        if (there.Count == 0)
            await DoAsync(AthenaDdl.CreateDatabase(_queries.Target.Database), hasDatabase: false);
        foreach (var table in _lake.Partitions.Keys)
        {
            if (there.TryGetValue(DuckDbView.NameOf(table), out var found))
                await UpdateAsync(table, found);
            else
                await CreateAsync(table);
        }

        await ViewsAsync(there);
    }

    async Task CreateAsync(LakeTable table)
    {
        await DoAsync(_lake.CreateTable(table, _done.IsProjected));
        _done.TablesCreated++;
        await PartitionsAsync(table, properties: null, registered: []);
    }

    async Task UpdateAsync(LakeTable table, TableMetadata found)
    {
        Require(table, found);
        var columns = (found.Columns ?? []).ToDictionary(column => column.Name, column => column.Type, StringComparer.Ordinal);
        var missing = Columns.Of(table).Where(column => !columns.ContainsKey(column.Name)).ToList();
        if (missing.Count > 0)
            await DoAsync(AthenaDdl.AddColumns(table, missing));
        _done.ColumnsAdded += missing.Count;

        var isProjected = found.Parameters?.GetValueOrDefault(AthenaProjection.Enabled) == "true";
        if (isProjected && !_done.IsProjected)
            await DoAsync(AthenaDdl.SetProperties(table, [new(AthenaProjection.Enabled, "false")]));
        await PartitionsAsync(table, found.Parameters ?? new Dictionary<string, string>(), _done.IsProjected ? [] : await RegisteredAsync(table));
    }

    // A database may hold other things than a lake, or another lake.
    void Require(LakeTable table, TableMetadata found)
    {
        var (name, expected) = ($"{_queries.Target.Database}.{found.Name}", $"{_lake.Location}/{DuckDbView.NameOf(table)}");
        if (found.TableType == "VIRTUAL_VIEW")
            throw new AthenaException($"{name}: expected the lake's table, found a view. Name another --database; nothing of it was changed.");
        if (found.Parameters?.GetValueOrDefault("location") is { } location && location.TrimEnd('/') != expected)
            throw new AthenaException($"{name}: expected a table of {expected}, found one of {location.TrimEnd('/')}. Name another --database, or drop the table (its files stay); nothing of it was changed.");
        foreach (var column in Columns.Of(table))
        {
            if ((found.Columns ?? []).FirstOrDefault(other => other.Name == column.Name) is { Type: { } type } && type != AthenaTable.TypeOf(column.Type))
                throw new AthenaException($"{name}: expected the column {column.Name} of type {AthenaTable.TypeOf(column.Type)}, found {type}. Drop the table (its files stay) and deploy again; nothing of it was changed.");
        }
    }

    async Task PartitionsAsync(LakeTable table, IReadOnlyDictionary<string, string>? properties, HashSet<(string, string, string)> registered)
    {
        var partitions = _lake.Partitions[table];
        _done.Partitions += partitions.Count;
        if (_done.IsProjected)
        {
            _done.ProjectedCombinations += AthenaProjection.Combinations(partitions, DateOnly.FromDateTime(DateTime.UtcNow));
            var changed = AthenaProjection.Properties(table, _lake.Location, partitions).Where(property => properties?.GetValueOrDefault(property.Key) != property.Value).ToList();
            if (properties is not null && changed.Count > 0)
                await DoAsync(AthenaDdl.SetProperties(table, changed));
            return;
        }

        var missing = partitions.Where(partition => !registered.Contains(partition.Values)).ToList();
        var statements = _lake.AddPartitions(table, missing).ToList();
        if (statements.Count > 0)
            _work.Begin($"adding partitions of {DuckDbView.NameOf(table)}", "statements", statements.Count);
        foreach (var statement in statements)
        {
            await DoAsync(statement);
            _work.Add(1);
        }
        _done.PartitionsAdded += missing.Count;
    }

    async Task<HashSet<(string, string, string)>> RegisteredAsync(LakeTable table)
    {
        var registered = new HashSet<(string, string, string)>();
        var shown = await _queries.RunAsync(AthenaDdl.ShowPartitions(table), _cancel);
        await foreach (var page in _queries.ReadAsync(shown, _cancel))
        {
            foreach (var row in page.Rows ?? [])
            {
                if (row.Data is [{ VarCharValue: { } path }, ..] && LakePartition.Parse(path) is { } partition)
                    registered.Add(partition.Values);
            }
        }

        return registered;
    }

    async Task ViewsAsync(Dictionary<string, TableMetadata> there)
    {
        var due = _done.ColumnsAdded > 0 ? _lake.Views : AthenaViewNote.Due(_lake.Views, there);
        var refused = new ConcurrentDictionary<SqlDefinition, string>();
        _work.Begin("creating views", "views", due.Count);
        for (var waiting = due; waiting.Count > 0;)
        {
            // Those go together that read none which is still waiting. A word may name a view or a column: only what comes before can be read.
            var ready = waiting.Where((view, index) => !SqlText.Words(view.Text).Overlaps(waiting.Take(index).Select(other => other.Name))).ToList();
            await Parallel.ForEachAsync(ready, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = _cancel }, async (view, _) => await ViewAsync(view, refused));
            waiting = [.. waiting.Except(ready)];
        }

        _done.ViewsCreated = due.Count - refused.Count;
        _done.Refused.AddRange(refused.Values.Order(StringComparer.Ordinal).Concat(_lake.Broken));
        var note = AthenaViewNote.Of(_lake.Views.Where(view => !refused.ContainsKey(view)));
        if (note != AthenaViewNote.Read(there))
            await DoAsync(AthenaDdl.SetProperties(LakeTable.Events, [new(AthenaViewNote.Property, note)]));
    }

    async Task ViewAsync(SqlDefinition view, ConcurrentDictionary<SqlDefinition, string> refused)
    {
        try
        {
            await DoAsync(AthenaLake.TextOf(view));
        }
        catch (AthenaException e)
        {
            refused[view] = $"the view {view.Name}: {e.Message}";
        }
        _work.Add(1);
    }

    async Task DoAsync(string statement, bool hasDatabase = true)
    {
        lock (_done.Statements)
            _done.Statements.Add(statement);
        if (!_done.IsDryRun)
            await _queries.RunAsync(statement, _cancel, hasDatabase: hasDatabase);
    }
}
