using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake.Tests;

/// <summary>A machine that loses power while a run gives files their names may keep the names and not the bytes; no ledger names those rows yet.</summary>
public sealed class PowerLossTests : IDisposable
{
    readonly TestLake _lake = new();

    public void Dispose() => _lake.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(400)]
    public void A_new_file_that_was_cut_short_is_removed_with_a_word_and_its_rows_come_again(int bytes)
    {
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1))).Run();
        _lake.Put("b.json", TestLake.Log(TestLake.Record(2), TestLake.Record(3).Replace("s3.", "iam.", StringComparison.Ordinal)));
        Assert.Throws<StoreException>(() => Ingest.Run(_lake.OpenSource(), new FailingStore(_lake.OpenLake(), "commit", Ledger.Folder), new IngestOptions(), out _));
        var torn = Assert.Single(_lake.Files("events/service=iam"));
        using (var file = File.OpenWrite(Path.Combine(_lake.Lake, torn)))
            file.SetLength(bytes);
        var report = _lake.Run();
        Assert.Equal((1, 1L, 1L), (report.ObjectsIngested, report.RecordsWritten, report.Duplicates)); // the other file was merged, and so synced before
        Assert.StartsWith(Path.Combine(_lake.Lake, torn), Assert.Single(_lake.Warnings), StringComparison.Ordinal);
        Assert.Equal(["3", "3"], _lake.Rows("select count(*), count(distinct event_id) from events")[0]);
        Assert.Empty(Verify.Run(_lake.OpenLake(), 1, TestContext.Current.CancellationToken).Problems);
    }

    // What stands there from before is another run's, and only a backup has it.
    [Fact]
    public void A_damaged_file_of_an_earlier_run_is_not_removed()
    {
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1))).Run();
        var old = Path.Combine(_lake.Lake, Assert.Single(_lake.Files("events")));
        _lake.Put("b.json", TestLake.Log(TestLake.Record(2)));
        Assert.Throws<StoreException>(() => Ingest.Run(_lake.OpenSource(), new FailingStore(_lake.OpenLake(), "commit", Ledger.Folder), new IngestOptions(), out _));
        File.WriteAllBytes(old, [1, 2, 3]);
        Assert.ThrowsAny<Exception>(() => _lake.Run());
        Assert.Equal([1, 2, 3], File.ReadAllBytes(old));
    }
}
