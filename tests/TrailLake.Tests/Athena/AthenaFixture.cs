using Amazon;
using Amazon.Runtime;
using TrailLake.Athena;
using TrailLake.Storage;

namespace TrailLake.Tests.Athena;

/// <summary>A lake, Athena's stand-in beside it, and a client that asks it.</summary>
sealed class AthenaFixture : IDisposable
{
    public const string Place = "s3://lake-bucket/trail", Output = "s3://answers/athena/";

    readonly AthenaClient _client;

    public AthenaFixture()
    {
        Directory.CreateDirectory(Lake.Lake);
        Server = new(new(Place, Lake.Lake));
        _client = new(new SessionAWSCredentials(StandInAthena.AccessKey, StandInAthena.Secret, StandInAthena.SessionToken), Config());
        Queries = new(_client, new("audit", "primary", Output), TimeSpan.FromMilliseconds(1));
    }

    public TestLake Lake { get; } = new();

    public StandInAthena Server { get; }

    public AthenaQueries Queries { get; }

    /// <summary>How far the deployments were told to be.</summary>
    public WorkProgress Work { get; } = new();

    /// <summary>The variables with which the program finds the stand-in.</summary>
    public IReadOnlyDictionary<string, string> Environment => Server.Environment;

    /// <summary>Puts a log file with one call for each of the names, and ingests it.</summary>
    public void Night(string day, params string[] events)
    {
        var records = events.Select((name, index) => $$"""{"eventVersion":"1.08","eventTime":"{{day}}T10:00:{{index:00}}Z","eventSource":"iam.amazonaws.com","eventName":"{{name}}","awsRegion":"us-east-1","recipientAccountId":"111122223333","eventID":"{{day}}-{{name}}-{{index}}","userIdentity":{"type":"Root","arn":"arn:aws:iam::111122223333:root"},"requestParameters":{"userName":"u{{index}}"},"responseElements":null}""");
        Lake.Put($"{day}.json", TestLake.Log(records));
        Lake.Run();
    }

    /// <summary>Brings the stand-in to where the lake is.</summary>
    public Task<AthenaDeployed> DeployAsync(bool? isProjected = null, bool isDryRun = false) =>
        AthenaDeploy.RunAsync(Queries, AthenaLake.Of(LocalStore.OpenLake(Lake.Lake), Place), isProjected, isDryRun, Work, TestContext.Current.CancellationToken);

    /// <summary>The rows of an answer, each as one text; NULL is ∅.</summary>
    public async Task<string[]> RowsAsync(string sql, AthenaQueries? by = null)
    {
        var queries = by ?? Queries;
        var query = await queries.RunAsync(sql, TestContext.Current.CancellationToken);
        var rows = new List<string>();
        await foreach (var page in queries.ReadAsync(query, TestContext.Current.CancellationToken))
            rows.AddRange((page.Rows ?? []).Select(row => string.Join('|', (row.Data ?? []).Select(datum => datum.VarCharValue ?? "∅"))));
        return [.. rows];
    }

    AthenaClientConfig Config() => new(RegionEndpoint.EUWest1) { ServiceURL = Server.Url, AuthenticationRegion = "eu-west-1", MaxErrorRetry = 4 };

    public void Dispose()
    {
        _client.Dispose();
        Server.Dispose();
        Lake.Dispose();
    }
}
