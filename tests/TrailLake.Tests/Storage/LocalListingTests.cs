using System.Diagnostics;
using TrailLake.Storage;

namespace TrailLake.Tests.Storage;

public sealed class LocalListingTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly List<ListProblem> _problems = [];

    public void Dispose()
    {
        foreach (var folder in Directory.EnumerateDirectories(_folder.Root))
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        _folder.Dispose();
    }

    [Fact]
    public void Keys_come_in_the_order_that_S3_lists_them()
    {
        string[] keys = ["B", "a-b/x", "a.json", "a/b/c", "a/b.json", "a0", "a/b-c", "Z/z", "é", "a/b/0", "_x/y", ".hidden/z"];
        Make(keys);
        Assert.Equal(keys.Order(StringComparer.Ordinal), List());
        Assert.Empty(_problems);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void A_folder_that_is_read_in_pages_gives_the_same_keys(int pageNames)
    {
        var keys = Enumerable.Range(0, 40).Select(number => number % 5 == 0 ? $"d{number * 7 % 40}/x" : $"{number * 7 % 40}").Concat(["d1", "d1-", "d10-"]).ToArray();
        Make(keys);
        Assert.Equal(keys.Order(StringComparer.Ordinal), new LocalListing(_folder.Root, _folder.Root, _problems.Add, pageNames).List("").Select(found => found.Key));
    }

    [Theory]
    [InlineData("a", 5)]
    [InlineData("a/", 3)]
    [InlineData("a/b", 3)]
    [InlineData("a/b/", 1)]
    [InlineData("a/b/c", 1)]
    [InlineData("b", 0)]
    public void A_prefix_chooses_by_text_as_S3_does(string prefix, int count)
    {
        Make("a/b/c", "a/b.json", "a/bc", "a.json", "ab/c", "c/a/b");
        var found = Store.List(prefix, _problems.Add).Select(item => item.Key).ToList();
        Assert.Equal(count, found.Count);
        Assert.All(found, key => Assert.StartsWith(prefix, key, StringComparison.Ordinal));
    }

    [Fact]
    public void Size_time_and_ETag_are_those_of_the_file_and_of_what_a_link_leads_to()
    {
        Make("a");
        File.WriteAllText(_folder["a"], "12345");
        File.SetLastWriteTimeUtc(_folder["a"], new(2024, 3, 1, 12, 0, 0, DateTimeKind.Utc));
        File.CreateSymbolicLink(_folder["link"], _folder["a"]);
        var found = Store.List().ToList();
        Assert.Equal([5L, 5L], found.Select(item => item.SizeBytes));
        Assert.All(found, item => Assert.Equal(new(2024, 3, 1, 12, 0, 0, DateTimeKind.Utc), item.LastModified));
        Assert.Equal(found[0].ETag, found[1].ETag);
        File.SetLastWriteTimeUtc(_folder["a"], new(2024, 3, 1, 12, 0, 1, DateTimeKind.Utc));
        Assert.NotEqual(found[0].ETag, Store.List().First().ETag);
    }

    [Fact]
    public void Linked_folders_are_followed_and_links_in_a_circle_are_told()
    {
        Make("a/b/x.json", "other/y.json");
        Directory.CreateSymbolicLink(_folder["a", "b", "up"], _folder["a"]);
        Directory.CreateSymbolicLink(_folder["a", "itself"], _folder.Root);
        Directory.CreateSymbolicLink(_folder["linked"], _folder["other"]);
        Directory.CreateSymbolicLink(_folder["second"], _folder["linked"]);
        Assert.Equal(["a/b/x.json", "linked/y.json", "other/y.json", "second/y.json"], List());
        Assert.Equal(["a/b/up", "a/itself"], _problems.Select(problem => Path.GetRelativePath(_folder.Root, problem.Location)));
    }

    [Fact]
    public void A_walk_that_begins_in_a_folder_knows_what_that_lies_in()
    {
        Make("a/b/x.json", "a/y.json", "other/z.json");
        Directory.CreateSymbolicLink(_folder["a", "b", "up"], _folder.Root);
        Directory.CreateSymbolicLink(_folder["a", "b", "linked"], _folder["other"]);
        Directory.CreateSymbolicLink(_folder["other", "back"], _folder["a"]);
        Assert.Equal(["a/b/linked/z.json", "a/b/x.json"], Store.List("a/b/", _problems.Add).Select(item => item.Key));
        Assert.Equal(["a/b/linked/z.json"], Store.List("a/b/linked/", _problems.Add).Select(item => item.Key));
        Assert.Empty(Store.List("a/b/up/", _problems.Add));
        Assert.Equal(["a/b/linked/back", "a/b/up", "a/b/linked/back", "a/b/up"], _problems.Select(problem => Path.GetRelativePath(_folder.Root, problem.Location)));
    }

    [Fact]
    public void A_link_back_of_the_roots_own_name_is_told_wherever_a_walk_begins()
    {
        Make("a.json");
        var name = Path.GetFileName(_folder.Root);
        Directory.CreateSymbolicLink(_folder[name], _folder.Root);
        Assert.Equal(["a.json"], Store.List("", _problems.Add).Select(item => item.Key));
        Assert.Empty(Store.List(name + "/", _problems.Add));
        Assert.Equal([name, name], _problems.Select(problem => Path.GetRelativePath(_folder.Root, problem.Location)));
    }

    [Fact]
    public void A_folder_that_cannot_be_looked_at_is_told_and_one_that_is_not_there_holds_nothing()
    {
        Make("a.json");
        var tooLong = new string('n', 300) + "/";
        Assert.Empty(Store.List("b/", _problems.Add));
        Assert.Empty(Store.List("a.json/", _problems.Add));
        Assert.Empty(_problems);
        Assert.Empty(Store.List(tooLong, _problems.Add));
        Assert.Equal(tooLong, Assert.Single(_problems).Key);
    }

    [Fact]
    public void Links_that_lead_nowhere_cost_only_themselves()
    {
        Make("a.json");
        File.CreateSymbolicLink(_folder["loop1"], _folder["loop2"]);
        File.CreateSymbolicLink(_folder["loop2"], _folder["loop1"]);
        File.CreateSymbolicLink(_folder["gone"], _folder["nothing"]);
        Assert.Equal(["a.json"], List());
        Assert.Equal(["gone", "loop1", "loop2"], _problems.Select(problem => Path.GetRelativePath(_folder.Root, problem.Location)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_folder_that_vanishes_while_it_is_listed_costs_only_itself()
    {
        Make("a/1", "b/2", "c/3");
        using var listing = Store.List("", _problems.Add).GetEnumerator();
        Assert.True(listing.MoveNext());
        Directory.Delete(_folder["b"], recursive: true);
        Assert.True(listing.MoveNext());
        Assert.Equal("c/3", listing.Current.Key);
        Assert.False(listing.MoveNext());
        Assert.Contains("vanished", Assert.Single(_problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_may_not_be_read_costs_only_itself()
    {
        Make("a/1", "b/2", "c/3");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder["b"], UnixFileMode.None);
        }
        var mayRead = Environment.IsPrivilegedProcess || OperatingSystem.IsWindows(); // root reads everything
        Assert.Equal(mayRead ? ["a/1", "b/2", "c/3"] : ["a/1", "c/3"], List());
        Assert.Equal(mayRead ? 0 : 1, _problems.Count);
    }

    [Fact]
    public void A_name_that_is_no_text_costs_only_itself()
    {
        Make("a.json", "ok/\uFFFD.json", "z.json");
        if (!OperatingSystem.IsLinux())
        {
            return; // other systems have no such names
        }
        using (var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "touch \"$(printf 'bad\\377.json')\"; mkdir \"$(printf 'd\\377')\""]) { WorkingDirectory = _folder["ok"] })!)
        {
            shell.WaitForExit();
            Assert.Equal(0, shell.ExitCode);
        }
        Assert.Equal(["a.json", "ok/\uFFFD.json", "z.json"], List());
        Assert.Equal(2, _problems.Count);
        Assert.All(_problems, problem => Assert.Contains("not valid UTF-8", problem.Message, StringComparison.Ordinal));
        using (var shell = Process.Start("/bin/sh", ["-c", $"rm -r '{_folder["ok"]}'"]))
        {
            shell.WaitForExit();
        }
    }

    [Fact]
    public void Without_a_listener_a_problem_stops_the_listing()
    {
        Make("a/1");
        File.CreateSymbolicLink(_folder["gone"], _folder["nothing"]);
        Assert.Throws<StoreException>(() => Store.List().Count());
    }

    LocalStore Store => LocalStore.OpenSource(_folder.Root);

    List<string> List() => [.. Store.List("", _problems.Add).Select(found => found.Key)];

    void Make(params string[] keys)
    {
        foreach (var key in keys)
        {
            var path = _folder[key.Split('/')];
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "");
        }
    }
}
