using TrailLake.Cli;
using TrailLake.Lake;

namespace TrailLake.Tests;

public sealed class S3UnreadFolderTests(S3Server server) : UnreadFolderTests(server)
{
    // So CloudTrail names them where the trail's prefix was given with a slash at its end.
    [Fact]
    public async Task A_folder_with_an_empty_part_is_looked_into_again()
    {
        using var client = Server!.Client();
        await client.PutObjectAsync(new() { BucketName = Lake.SourceUri.Split('/')[2], Key = $"trail/logs//{TestLake.DayKey(2, "denied")}", ContentBody = TestLake.Log(TestLake.Record(1)), UseChunkEncoding = false }, TestContext.Current.CancellationToken);
        foreach (var day in new[] { 3, 10 })
            Assert.Equal(["logs//AWSLogs/111122223333/CloudTrail/eu-west-1/2024/01/02/"], Night(day).UnreadFolders);
        IsDenied = false;
        Assert.Equal((1, 0), (Night(11) is var last ? last.ObjectsIngested : 0, last.UnreadFolders.Count));
    }
}

public sealed class DiskUnreadFolderTests() : UnreadFolderTests(null)
{
    [Fact]
    public void Of_more_folders_than_are_noted_the_first_day_is()
    {
        for (var region = 0; region <= LookBack.MaxUnread; region++)
            Lake.Put(TestLake.DayKey(2 + region % 3, "denied").Replace("eu-west-1", $"r-{region}", StringComparison.Ordinal), TestLake.Log(TestLake.Record(region)));
        var report = Night(20);
        Assert.Equal((0, new DateOnly(2024, 1, 2)), (report.UnreadFolders.Count, report.CompleteBefore));
        IsDenied = false;
        report = Night(21);
        Assert.Equal((LookBack.MaxUnread + 1, new DateOnly(2024, 1, 21)), (report.ObjectsIngested, report.CompleteBefore));
    }
}

/// <summary>What cannot be read for long is tried again each night, and costs no more than its folder.</summary>
public abstract class UnreadFolderTests : IDisposable
{
    const string Folder = "AWSLogs/111122223333/CloudTrail/eu-west-1/2024/01/02/";

    private protected UnreadFolderTests(S3Server? server) => (Server, Lake) = (server, new TestLake(server, null));

    private protected S3Server? Server { get; }

    private protected TestLake Lake { get; }

    private protected bool IsDenied { get; set; } = true;

    public void Dispose()
    {
        Lake.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void An_object_that_stays_unreadable_costs_each_night_its_folder_and_not_all_days_since()
    {
        PutDenied();
        for (var day = 3; day < 20; day++)
        {
            Lake.Put(TestLake.DayKey(day, "x"), TestLake.Log(TestLake.Record(day)));
            var report = Night(day);
            Assert.Equal((day == 3 ? 2 : 1, 1), (report.ObjectsIngested, report.ObjectsQuarantined));
            Assert.Equal([Folder], report.UnreadFolders);
            Assert.Equal((new DateOnly(2024, 1, day), day == 3 ? null : new DateOnly(2024, 1, day).AddDays(-4)), ((DateOnly)report.CompleteBefore!, report.ListedSince));
            Assert.InRange(report.ObjectsListed, 1, 2 + 5);
            Assert.Empty(report.Coverage.Gaps); // no day between that folder and the others is missing
        }
        Assert.Contains("What the last run could not read lies in 1 folder, which each run looks into again.", StatusOf(), StringComparison.Ordinal);
        IsDenied = false;
        var last = Night(20);
        Assert.Equal((1, 0, 6), (last.ObjectsIngested, last.UnreadFolders.Count, last.ObjectsListed));
        Lake.Put(TestLake.DayKey(20, "x"), TestLake.Log(TestLake.Record(20)));
        Assert.Equal(4, Night(21).ObjectsListed); // of 17 to 20
        Assert.DoesNotContain("looks into again", StatusOf(), StringComparison.Ordinal);
        Assert.Equal(["20", "20"], Lake.Rows("select count(*), count(distinct event_id) from events")[0]);
    }

    [Fact]
    public void In_a_tree_that_is_listed_whole_a_folder_is_not_listed_twice()
    {
        PutDenied("a/b/c/d/e/");
        Lake.Put("a/b/c/d/e/" + TestLake.DayKey(9, "x"), TestLake.Log(TestLake.Record(9)));
        Assert.Equal(["a/b/c/d/e/" + Folder], Night(10).UnreadFolders);
        IsDenied = false;
        var report = Night(11);
        Assert.Equal((1, 3, 0L), (report.ObjectsIngested, report.ObjectsListed, report.Duplicates));
    }

    [Fact]
    public void A_run_of_other_days_forgets_no_folder()
    {
        PutDenied();
        Assert.Equal([Folder], Night(3).UnreadFolders);
        Lake.Put(TestLake.DayKey(10, "x"), TestLake.Log(TestLake.Record(10)));
        Assert.Equal([Folder], Night(11, new() { Since = new(2024, 1, 10) }).UnreadFolders); // and leaves days out, too
        Lake.Put(TestLake.DayKey(11, "x"), TestLake.Log(TestLake.Record(11)));
        Assert.Equal([Folder], Night(12).UnreadFolders);
        Lake.Put(TestLake.DayKey(12, "x"), TestLake.Log(TestLake.Record(12)));
        Assert.Equal([Folder], Night(13, new() { Since = new(2024, 1, 9) }).UnreadFolders);
        IsDenied = false;
        var report = Night(14);
        Assert.Equal((1, 0), (report.ObjectsIngested, report.UnreadFolders.Count));
    }

    [Theory]
    [InlineData("../../2024/01/02/")]
    [InlineData("/AWSLogs/111122223333/CloudTrail/eu-west-1/2024/01/02/")]
    [InlineData("AWSLogs/111122223333/CloudTrail/eu-west-1/2024/01/02/../../")]
    [InlineData("AWSLogs/111122223333/CloudTrail/eu-west-1/")]
    [InlineData("")]
    public void A_folder_that_no_run_can_have_noted_is_not_listed(string folder)
    {
        PutDenied();
        Night(10);
        var key = Assert.Single(Lake.Files(RunNote.Folder));
        var path = Path.Combine(Lake.Lake, key);
        File.WriteAllText(path, File.ReadAllText(path).Replace(Folder, folder, StringComparison.Ordinal));
        Assert.Equal(0, Night(11).ObjectsListed);
    }

    string StatusOf()
    {
        using var text = new StringWriter();
        StatusText.Write(text, Status.Of(Lake.Lake));
        return text.ToString();
    }

    void PutDenied(string prefix = "")
    {
        Lake.Put(prefix + TestLake.DayKey(2, "denied"), TestLake.Log(TestLake.Record(1)));
        Lake.Put(prefix + TestLake.DayKey(2, "good"), TestLake.Log(TestLake.Record(2)));
    }

    private protected RunReport Night(int day, SourceFilter? filter = null) => Lake.Run(
        new() { LateDays = 3, Filter = filter ?? new(), Clock = new FixedClock(new DateOnly(2024, 1, day)) },
        new FaultyStore(Lake.OpenSource()) { IsDenied = key => IsDenied && key.EndsWith("denied.json", StringComparison.Ordinal) });
}
