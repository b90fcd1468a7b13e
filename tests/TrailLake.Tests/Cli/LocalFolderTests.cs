using TrailLake.Cli;

namespace TrailLake.Tests.Cli;

/// <summary>Where export, pull and views write to is a folder of this disk, and never one that is called s3:.</summary>
public sealed class LocalFolderTests(SampleLake lake) : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("export: OUT: expected a folder on this disk, found s3://bucket/out.", "export LAKE s3://bucket/out")]
    [InlineData("export: OUT: expected a folder on this disk, found gs://bucket/out.", "export LAKE gs://bucket/out")]
    [InlineData("export: OUT: expected a folder on this disk, found an empty name.", "export LAKE ")]
    [InlineData("pull: DIR: expected a folder on this disk, found S3://bucket/copy.", "pull LAKE S3://bucket/copy")]
    [InlineData("pull: DIR: expected a folder on this disk, found an empty name.", "pull LAKE ")]
    [InlineData("views: --output: expected a folder on this disk, found s3://bucket/views.", "views LAKE --generate -o s3://bucket/views")]
    public void Another_place_than_this_disk_is_wrong_usage_and_nothing_is_made(string expected, string typed)
    {
        var ran = TraillakeProcess.RunOther(new(TraillakeProcess.Program, typed.Replace("LAKE", lake.Location, StringComparison.Ordinal).Split(' ')) { WorkingDirectory = _folder.Root });
        Assert.Equal((64, "", $"traillake: {expected}\n"), (ran.Status, ran.Output, ran.Errors));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void A_folder_may_be_given_as_a_file_URI()
    {
        Assert.Equal(_folder["a b"], LocalFolder.Of("OUT", $"file://{_folder.Root}/a%20b"));
        Assert.Equal("s3:", LocalFolder.Of("OUT", "s3:"));
        Assert.Equal(0, TraillakeProcess.Run("export", lake.Location, $"file://{_folder["out"]}").Status);
        Assert.NotEmpty(Directory.EnumerateFiles(_folder["out"], "*.json.gz", SearchOption.AllDirectories));
    }
}
