using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake.Tests;

/// <summary>Files and folders that the source cannot give: quarantined without their bytes, and tried again by the next run.</summary>
public sealed class UnreadableInputTests : IDisposable
{
    readonly TestLake _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public void A_file_that_vanishes_after_it_was_listed_costs_only_itself()
    {
        PutThree();
        AssertOneUnreadable(_lake.Run(source: Store(opening: key => DeleteIf(key == "b/m.json", key))), "b/m.json", "does not exist");
        _lake.Put("b/m.json", TestLake.Log(TestLake.Record(2)));
        AssertComplete();
    }

    [Fact]
    public void A_folder_in_place_of_a_listed_file_costs_only_itself()
    {
        PutThree();
        AssertOneUnreadable(_lake.Run(source: Store(opening: key =>
        {
            if (DeleteIf(key == "b/m.json", key))
                Directory.CreateDirectory(PathOf(key));
        })), "b/m.json", "folder");
        Directory.Delete(PathOf("b/m.json"));
        _lake.Put("b/m.json", TestLake.Log(TestLake.Record(2)));
        AssertComplete();
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(600, 3)]
    public void Of_a_file_that_fails_while_it_is_read_the_records_before_are_kept(int bytes, int records)
    {
        PutThree();
        _lake.Put("b/m.json", TestLake.Log(TestLake.Record(2), TestLake.Record(4), TestLake.Record(5)));
        var report = _lake.Run(source: new FaultyStore(LocalStore.OpenSource(_lake.Source)) { BadSector = ("b/m.json", bytes) });
        Assert.True(report.IsExact);
        Assert.InRange(report.RecordsWritten, 2, records);
        Assert.Equal("1", _lake.Scalar("select count(*) from quarantine where reason = 'unreadable' and source_object = 'b/m.json' and message like '%Input/output error'"));
        var again = _lake.Run();
        Assert.Equal((2, 1, 3), (again.ObjectsAlreadyIngested, again.ObjectsIngested, again.RecordsRead));
        Assert.Equal(["5", "5"], _lake.Rows("select count(*), count(distinct event_id) from events")[0]);
    }

    [Fact]
    public void A_link_that_leads_nowhere_costs_only_itself()
    {
        PutThree();
        File.Delete(PathOf("b/m.json"));
        File.CreateSymbolicLink(PathOf("b/m.json"), "nowhere.json");
        AssertOneUnreadable(_lake.Run(), "b/m.json", "leads nowhere");
        Assert.Contains("b/m.json", Assert.Single(_lake.Warnings), StringComparison.Ordinal);
        AssertOneUnreadable(_lake.Run(), "b/m.json", "leads nowhere", alreadyIngested: 2);
        File.WriteAllText(PathOf("b/nowhere.json"), TestLake.Log(TestLake.Record(2)));
        Assert.Equal(2, _lake.Run().ObjectsIngested);
        Assert.Equal(["3", "3"], _lake.Rows("select count(*), count(distinct event_id) from events")[0]);
    }

    [Fact]
    public void An_empty_folder_beside_a_link_that_leads_nowhere_costs_nothing_more()
    {
        PutThree();
        File.CreateSymbolicLink(PathOf("0.json"), "nowhere.json");
        Directory.CreateDirectory(PathOf("empty"));
        Directory.CreateDirectory(PathOf("b/empty"));
        Assert.Equal((3, 1), (_lake.Run().ObjectsIngested, _lake.Warnings.Count));
    }

    [Fact]
    public void A_folder_that_vanishes_while_the_source_is_listed_costs_only_itself()
    {
        PutThree();
        var report = _lake.Run(source: new FaultyStore(LocalStore.OpenSource(_lake.Source))
        {
            Listed = key =>
            {
                if (key == "a.json" && Directory.Exists(PathOf("b")))
                    Directory.Delete(PathOf("b"), recursive: true);
            },
        });
        Assert.Equal((2, 2, 1), (report.ObjectsListed, report.RecordsWritten, report.ObjectsQuarantined));
        Assert.Equal([["b/", "unreadable"]], _lake.Rows("select source_object, reason from quarantine"));
        _lake.Put("b/m.json", TestLake.Log(TestLake.Record(2)));
        AssertComplete();
    }

    // A real one, that also root cannot read: the program's own memory has nothing at its begin.
    [Fact]
    public void A_file_that_opens_and_cannot_be_read_tells_by_the_exit_status()
    {
        PutThree();
        File.Delete(PathOf("b/m.json"));
        if (OperatingSystem.IsLinux())
            File.CreateSymbolicLink(PathOf("b/m.json"), "/proc/self/mem");
        else
            File.CreateSymbolicLink(PathOf("b/m.json"), "nowhere.json");
        for (var run = 0; run < 2; run++)
            Assert.Equal(1, TraillakeProcess.Run("ingest", _lake.Source, _lake.Lake).Status);
        Assert.Equal("2", _lake.Scalar("select count(*) from events"));
        Assert.Equal([new QuarantineCount("unreadable", 2, 1)], Status.Of(_lake.Lake).Quarantine);
    }

    [Fact]
    public void A_source_that_is_gone_before_it_is_listed_is_a_failure()
    {
        PutThree();
        var source = LocalStore.OpenSource(_lake.Source);
        Directory.Move(_lake.Source, _lake.Source + "-moved");
        var error = Assert.Throws<StoreException>(() => _lake.Run(source: new FaultyStore(source) { Listed = _ => Assert.Fail("expected nothing to list") }));
        Assert.Contains(_lake.Source, error.Message, StringComparison.Ordinal);
    }

    void PutThree() => _lake.Put("a.json", TestLake.Log(TestLake.Record(1))).Put("b/m.json", TestLake.Log(TestLake.Record(2))).Put("c.json", TestLake.Log(TestLake.Record(3)));

    FaultyStore Store(Action<string> opening) => new(LocalStore.OpenSource(_lake.Source)) { Opening = opening };

    string PathOf(string key) => Path.Combine(_lake.Source, key);

    bool DeleteIf(bool isTheOne, string key)
    {
        if (isTheOne)
            File.Delete(PathOf(key));
        return isTheOne;
    }

    void AssertOneUnreadable(RunReport report, string key, string message, int alreadyIngested = 0)
    {
        Assert.Equal((alreadyIngested, 2 - alreadyIngested, 2 - alreadyIngested, 1), (report.ObjectsAlreadyIngested, report.ObjectsIngested, report.RecordsWritten, report.ObjectsQuarantined));
        Assert.Equal(new Dictionary<string, long> { ["unreadable"] = 1 }, _lake.Quarantined);
        var entry = _lake.Rows("select source_object, source_index, message from quarantine")[^1];
        Assert.Equal((key, null), (entry[0], entry[1]));
        Assert.Contains(message, entry[2], StringComparison.Ordinal);
    }

    void AssertComplete()
    {
        var report = _lake.Run();
        Assert.Equal((2, 1, 1, 0), (report.ObjectsAlreadyIngested, report.ObjectsIngested, report.RecordsWritten, report.ObjectsQuarantined));
        Assert.Equal(["3", "3"], _lake.Rows("select count(*), count(distinct event_id) from events")[0]);
    }
}
