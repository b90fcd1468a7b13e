namespace TrailLake.Tests;

/// <summary>What is made in a copy of a lake, and what of it the next pull leaves.</summary>
public sealed class PullCopyTests : IDisposable
{
    readonly TestLake _lake = new();
    readonly TempFolder _folder = new();

    public void Dispose()
    {
        _lake.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_view_made_in_a_copy_stays_and_one_that_the_lake_has_no_more_goes()
    {
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1))).Run();
        Write(_lake.Lake, "theirs", "old");
        Pull();
        Write(_folder["copy"], "mine");
        Assert.Equal(["mine.sql", "old.sql", "theirs.sql"], Views());
        File.Delete(ViewOf(_lake.Lake, "old"));
        Pull();
        Assert.Equal(["mine.sql", "theirs.sql"], Views());
        Write(_folder["copy"], "old"); // it is the user's own now
        Pull();
        Assert.Equal(["mine.sql", "old.sql", "theirs.sql"], Views());
    }

    // Its mark says nothing of views.
    [Fact]
    public void A_copy_of_an_earlier_release_loses_no_view()
    {
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1))).Run();
        Pull();
        var mark = _folder["copy", "_traillake", "pulled.json"];
        File.WriteAllText(mark, File.ReadAllText(mark).Replace(",\"views\":[]", "", StringComparison.Ordinal));
        Assert.DoesNotContain("views", File.ReadAllText(mark), StringComparison.Ordinal);
        Write(_folder["copy"], "mine");
        Pull();
        Assert.Equal(["mine.sql"], Views());
    }

    void Pull() => Assert.Equal(0, TraillakeProcess.Run("pull", _lake.Lake, _folder["copy"]).Status);

    string[] Views() => [.. Directory.GetFiles(_folder["copy", "_traillake", "views"]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    static string ViewOf(string lake, string name) => Path.Combine(lake, "_traillake", "views", $"{name}.sql");

    static void Write(string lake, params string[] names)
    {
        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(ViewOf(lake, name))!);
            File.WriteAllText(ViewOf(lake, name), $"create or replace view {name} as select 1 as one");
        }
    }
}
