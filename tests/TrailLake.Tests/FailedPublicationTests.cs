using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake.Tests;

/// <summary>A publication that fails at any of its steps leaves nothing half written, on a disk that may be full of just that, and names nothing that is not there.</summary>
public sealed class FailedPublicationTests : IDisposable
{
    readonly TestLake _lake = new();

    public void Dispose() => _lake.Dispose();

    [Theory]
    [InlineData("begin", PublishedFiles.PublishingFolder)]
    [InlineData("append", PublishedFiles.PublishingFolder)]
    [InlineData("commit", PublishedFiles.PublishingFolder)]
    [InlineData("commit", "events")]
    [InlineData("begin", Ledger.Folder)]
    [InlineData("append", Ledger.Folder)]
    [InlineData("commit", Ledger.Folder)]
    [InlineData("sync", "")]
    public void Nothing_half_written_stays_and_the_ledger_names_only_what_is_there(string step, string folder)
    {
        _lake.Put("a.json", TestLake.Log(Records(0, 20))).Run();
        _lake.Put("b.json", TestLake.Log(Records(10, 30))).Put("c.json", TestLake.Log(Records(30, 35).Select(record => record.Replace("s3.", "iam.", StringComparison.Ordinal))));
        Assert.Throws<StoreException>(() => Ingest.Run(_lake.OpenSource(), new FailingStore(_lake.OpenLake(), step, folder), new IngestOptions(), out _));
        Assert.Empty(Temporary());
        Assert.Single(_lake.Files(Ledger.Folder));
        var report = _lake.Run();
        Assert.Equal((2, 25), (report.ObjectsIngested, report.RecordsRead));
        Assert.Equal(["35", "35"], _lake.Rows("select count(*), count(distinct event_id) from events")[0]);
        Assert.Empty(Temporary());
        Assert.Empty(Verify.Run(_lake.OpenLake(), 1, TestContext.Current.CancellationToken).Problems);
    }

    string[] Temporary() => [.. _lake.Files().Where(key => Path.GetFileName(key).StartsWith(".traillake-", StringComparison.Ordinal))];

    static IEnumerable<string> Records(int first, int end) => Enumerable.Range(first, end - first).Select(id => TestLake.Record(id));
}
