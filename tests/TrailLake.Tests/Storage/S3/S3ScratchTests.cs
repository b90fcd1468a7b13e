using TrailLake.Storage.S3;

namespace TrailLake.Tests.Storage.S3;

/// <summary>The folder of what waits to be uploaded goes with its process, however that ends.</summary>
public sealed class S3ScratchTests : IDisposable
{
    readonly TempFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void What_a_process_left_is_removed_by_the_next_whatever_moment_its_end_came_at()
    {
        foreach (var moment in new Action<string>[]
        {
            _ => { },                                          // before there was a folder
            name => Directory.CreateDirectory(name),           // before the first file
            name => File.WriteAllText(Path.Join(Directory.CreateDirectory(Path.Join(name, "01")).FullName, "1"), "rows"),
            name => Directory.CreateDirectory(Path.Join(name, "02")), // while removing
        })
        {
            var name = _temporary[$"traillake-upload-{Guid.NewGuid():N}"];
            File.WriteAllText(name + ".lock", "");
            moment(name);
        }
        S3Scratch.Create(_temporary.Root).Dispose();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temporary.Root));
    }

    [Fact]
    public void One_in_use_stays_and_is_its_owners_alone_to_read()
    {
        using var inUse = S3Scratch.Create(_temporary.Root);
        File.WriteAllText(inUse.NewFile(), "rows");
        S3Scratch.Create(_temporary.Root).Dispose();
        Assert.Single(Directory.EnumerateFiles(inUse.Path, "*", SearchOption.AllDirectories));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(inUse.Path));
    }

    [Fact]
    public void Those_that_begin_at_once_each_get_one_and_leave_none()
    {
        Parallel.For(0, 4000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, _ =>
        {
            using var scratch = S3Scratch.Create(_temporary.Root);
            File.WriteAllText(scratch.NewFile(), "rows");
            Assert.Single(Directory.EnumerateFiles(scratch.Path, "*", SearchOption.AllDirectories));
        });
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temporary.Root));
    }
}
