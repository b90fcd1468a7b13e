namespace TrailLake.Tests;

/// <summary>demo.sh, in a folder of its own that has the program and the samples where the clone has them.</summary>
public sealed class DemoTests : IDisposable
{
    readonly TempFolder _folder = new();

    public DemoTests()
    {
        File.Copy(Repository.PathOf("demo.sh"), _folder["demo.sh"]);
        Directory.CreateSymbolicLink(_folder["bin"], Path.GetDirectoryName(TraillakeProcess.Program)!);
        Directory.CreateSymbolicLink(_folder["tests"], Repository.PathOf("tests"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_demo_tells_its_story_twice_and_says_what_was_quarantined()
    {
        var first = Run();
        Assert.True(first.Status == 0, first.ToString());
        Assert.Contains("Exit status 1 is expected here", first.Output, StringComparison.Ordinal);
        Assert.Contains("20260313T1310Z", first.Output, StringComparison.Ordinal); // the file with the broken record
        Assert.Contains("user/deploy-bot", first.Output, StringComparison.Ordinal);
        Assert.Contains("ScheduleKeyDeletion", first.Output, StringComparison.Ordinal);
        Assert.True(Run().Status == 0);
    }

    [Fact]
    public void The_demo_leaves_a_lake_that_is_not_its_own()
    {
        Directory.CreateDirectory(_folder["lake"]);
        File.WriteAllText(_folder["lake", "mine"], "");

        var refused = Run();

        Assert.Equal(1, refused.Status);
        Assert.Contains("not the demo's", refused.Errors, StringComparison.Ordinal);
        Assert.Equal([_folder["lake", "mine"]], Directory.GetFileSystemEntries(_folder["lake"]));
    }

    TraillakeProcess Run() => TraillakeProcess.RunOther(new("sh", [_folder["demo.sh"]]));
}
