namespace TrailLake.Tests;

/// <summary>Where a source and a lake may be, and what else may lie in a lake: every refusal is one line that names the place.</summary>
public sealed class LakePlaceTests : IDisposable
{
    readonly TestLake _lake = new();
    readonly string _root;

    public LakePlaceTests()
    {
        _root = Path.GetDirectoryName(_lake.Source)!;
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1), TestLake.Record(2)));
    }

    public void Dispose() => _lake.Dispose();

    [Fact]
    public void A_source_that_is_missing_is_named()
    {
        AssertRefused(2, "nosuch", TraillakeProcess.Run("ingest", Path.Combine(_root, "nosuch"), _lake.Lake));
        Assert.False(Directory.Exists(_lake.Lake));
    }

    [Theory]
    [InlineData("source", "source")]
    [InlineData("source", "source/lake")]
    [InlineData("source", "source/not/yet/there")]
    [InlineData("source/a.json", "source")]
    [InlineData("source", ".")]
    [InlineData("link", "source/lake")]
    [InlineData("source", "link/lake")]
    [InlineData("link", "source")]
    public void A_lake_and_a_source_within_each_other_are_refused(string source, string lake)
    {
        Directory.CreateSymbolicLink(Path.Combine(_root, "link"), _lake.Source);
        AssertRefused(64, "beside each other", TraillakeProcess.Run("ingest", Path.Combine(_root, source), Path.Combine(_root, lake)));
        Assert.Equal(["a.json"], Directory.EnumerateFileSystemEntries(_lake.Source).Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public void A_lake_whose_name_begins_like_its_source_is_beside_it() =>
        Assert.Equal(0, TraillakeProcess.Run("ingest", _lake.Source, _lake.Source + "-lake").Status);

    // A folder under a file is what even root cannot make.
    [Theory]
    [InlineData("file")]
    [InlineData("file/lake")]
    [InlineData("/proc/lake")] // which nobody can write to
    public void A_lake_that_cannot_be_written_is_named(string lake)
    {
        File.WriteAllText(Path.Combine(_root, "file"), "");
        AssertRefused(2, Path.Combine(_root, lake), TraillakeProcess.Run("ingest", _lake.Source, Path.Combine(_root, lake)));
    }

    [Theory]
    [InlineData("events")]
    [InlineData("_traillake/ledger")]
    public void A_damaged_file_of_the_lake_is_named_and_nothing_is_published(string folder)
    {
        _lake.Run();
        var damaged = Path.Combine(_lake.Lake, _lake.Files(folder).Single());
        var whole = File.ReadAllBytes(damaged);
        File.WriteAllBytes(damaged, [.. whole[..(whole.Length / 2)], .. new byte[whole.Length / 2]]);
        _lake.Put("b.json", TestLake.Log(TestLake.Record(1), TestLake.Record(3)));
        var before = Visible();
        AssertRefused(2, damaged, TraillakeProcess.Run("ingest", _lake.Source, _lake.Lake));
        Assert.Equal(before, Visible());

        File.WriteAllBytes(damaged, whole);
        var report = _lake.Run();
        Assert.Equal((1, 1), (report.RecordsWritten, report.Duplicates));
    }

    [Fact]
    public void A_Parquet_file_of_others_in_a_partition_is_named()
    {
        _lake.Run();
        var partition = Path.GetDirectoryName(_lake.Files("events").Single())!;
        var foreign = Path.Combine(_lake.Lake, partition, "foreign.parquet");
        _lake.Rows($"copy (select 1 as event_id, 'x' as y) to '{foreign}' (format parquet)");
        _lake.Put("b.json", TestLake.Log(TestLake.Record(3)));
        AssertRefused(2, foreign, TraillakeProcess.Run("ingest", _lake.Source, _lake.Lake));
        File.Delete(foreign);
        Assert.Equal(1, _lake.Run().RecordsWritten);
    }

    [Fact]
    public void What_is_no_Parquet_file_in_a_partition_is_let_alone()
    {
        _lake.Run();
        var partition = Path.Combine(_lake.Lake, Path.GetDirectoryName(_lake.Files("events").Single())!);
        foreach (var name in new[] { ".DS_Store", "_SUCCESS", "note.txt", "._x.parquet", "_tmp.parquet" })
        {
            File.WriteAllText(Path.Combine(partition, name), "not Parquet");
            File.WriteAllText(Path.Combine(_lake.Lake, "_traillake", "ledger", name), "not Parquet");
        }
        var report = _lake.Put("b.json", TestLake.Log(TestLake.Record(1), TestLake.Record(3))).Run();
        Assert.Equal((1, 1), (report.RecordsWritten, report.Duplicates));
        Assert.Equal("not Parquet", File.ReadAllText(Path.Combine(partition, "note.txt")));
    }

    static void AssertRefused(int status, string words, TraillakeProcess run)
    {
        Assert.True(run.Status == status, run.ToString());
        Assert.Equal("", run.Output);
        Assert.StartsWith("traillake: ", run.Errors, StringComparison.Ordinal);
        Assert.Contains(words, run.Errors, StringComparison.Ordinal);
        Assert.Equal(1, run.Errors.AsSpan().Count('\n'));
    }

    string[] Visible() => [.. _lake.Files().Where(key => !key.StartsWith("_traillake/running/", StringComparison.Ordinal))];
}
