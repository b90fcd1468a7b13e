using System.Collections.Concurrent;
using TrailLake.Storage;

namespace TrailLake.Tests.Storage;

/// <summary>A file that is locked while its process lives tells the others whether it does.</summary>
public sealed class HeldFileTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_that_is_held_is_not_taken_and_one_that_was_let_go_is()
    {
        using (HeldFile.Create(_folder["held"]))
            Assert.Empty(HeldFile.TakeLeft(_folder.Root, ""));
        var left = Assert.Single(HeldFile.TakeLeft(_folder.Root, ""));
        Assert.Equal(_folder["held"], left.Path);
        Assert.Empty(HeldFile.TakeLeft(_folder.Root, "")); // one process removes what another one left
        left.Delete();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void Only_those_with_the_end_of_name_are_taken()
    {
        HeldFile.Create(_folder["a.lock"]).Dispose();
        HeldFile.Create(_folder["b.txt"]).Dispose();
        using var left = Assert.Single(HeldFile.TakeLeft(_folder.Root, ".lock"));
        Assert.Equal(_folder["a.lock"], left.Path);
    }

    [Fact]
    public void What_a_crash_left_before_it_had_its_name_is_removed()
    {
        File.WriteAllText(_folder[".traillake-1-name"], "");
        Assert.Empty(HeldFile.TakeLeft(_folder.Root, ""));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void None_is_taken_from_its_owner_while_it_is_being_made()
    {
        var taken = new ConcurrentBag<string>();
        Parallel.For(0, 4000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i =>
        {
            var own = HeldFile.Create(_folder[$"{i}"]);
            foreach (var left in HeldFile.TakeLeft(_folder.Root, ""))
                taken.Add(left.Path);
            Assert.True(File.Exists(own.Path));
            own.Delete();
        });
        Assert.Empty(taken);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Root));
    }
}
