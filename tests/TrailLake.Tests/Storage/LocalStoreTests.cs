using System.Text;
using TrailLake.Storage;

namespace TrailLake.Tests.Storage;

public sealed class LocalStoreTests : IDisposable
{
    readonly TempFolder _folder = new();

    LocalStore Lake => LocalStore.OpenLake(_folder["lake"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_and_nothing_else_is_left()
    {
        Lake.Write("events/service=s3/a.parquet", "one"u8);
        Lake.Write("events/service=s3/a.parquet", "two"u8);
        Lake.Write("empty", []);
        Assert.Equal("two", Encoding.UTF8.GetString(Lake.Read("events/service=s3/a.parquet")));
        Assert.Equal(["empty", "events/service=s3/a.parquet"], Files());
        Assert.Equal(["empty", "events/service=s3/a.parquet"], Lake.List().Select(found => found.Key));
        Lake.Sync();
        Assert.True(Lake.Exists("empty"));
        Assert.False(Lake.Exists("events"));
    }

    [Fact]
    public void An_object_is_invisible_until_it_is_committed_and_gone_when_it_is_not()
    {
        var lake = Lake;
        lake.Write("kept", "old"u8);
        using (var write = lake.BeginWrite("kept"))
        {
            write.Append("new"u8);
            Assert.Equal("old", Encoding.UTF8.GetString(lake.Read("kept")));
            Assert.Single(lake.List());
            write.Append("er"u8);
            write.Commit();
        }
        using (var write = lake.BeginWrite("dropped"))
        {
            write.Append("x"u8);
        }
        Assert.Equal("newer", Encoding.UTF8.GetString(lake.Read("kept")));
        Assert.Equal(["kept"], Files());
    }

    [Fact]
    public void More_objects_can_be_under_way_than_a_process_may_open()
    {
        var lake = Lake;
        var writes = Enumerable.Range(0, 3000).Select(number => lake.BeginWrite($"p={number % 50}/{number}")).ToList();
        for (var piece = 0; piece < 3; piece++)
        {
            foreach (var write in writes)
            {
                write.Append(Encoding.UTF8.GetBytes($"piece {piece};"));
            }
        }
        writes.ForEach(write => write.Commit());
        Assert.Equal(3000, lake.List().Count());
        Assert.All(lake.List(), found => Assert.Equal("piece 0;piece 1;piece 2;".Length, found.SizeBytes));
        Assert.Equal("piece 0;piece 1;piece 2;", Encoding.UTF8.GetString(lake.Read("p=49/2999")));
    }

    [Fact]
    public void Of_many_that_create_an_object_at_once_one_succeeds()
    {
        for (var round = 0; round < 20; round++)
        {
            var key = $"locks/{round}";
            var won = new int[16];
            Parallel.For(0, 16, new() { MaxDegreeOfParallelism = 16 }, number => won[number] = Lake.TryCreate(key, Encoding.UTF8.GetBytes($"{number}")) ? 1 : 0);
            Assert.Equal(1, won.Sum());
            Assert.Equal($"{Array.IndexOf(won, 1)}", Encoding.UTF8.GetString(Lake.Read(key)));
        }
        Assert.Equal(20, Files().Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("../beside")]
    [InlineData("a/../../beside")]
    [InlineData("a/./b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\0b")]
    public void No_key_leaves_the_root(string key)
    {
        var lake = Lake;
        lake.Write("a/b", "x"u8);
        File.WriteAllText(_folder["beside"], "secret");
        Assert.Throws<StoreException>(() => lake.Write(key, "x"u8));
        Assert.Throws<StoreException>(() => lake.TryCreate(key, "x"u8));
        Assert.Throws<StoreException>(() => lake.Read(key));
        Assert.Throws<StoreException>(() => lake.Delete(key));
        Assert.Throws<StoreException>(() => lake.Exists(key));
        Assert.Equal("secret", File.ReadAllText(_folder["beside"]));
        Assert.Equal(["a/b"], Files());
    }

    [Fact]
    public void A_key_may_have_dots_and_letters_of_any_kind()
    {
        foreach (var key in new[] { "..a/b..", "...", "a b/é/日本", "service=a%2Fb/x", "a\\b:c" })
        {
            Lake.Write(key, "x"u8);
            Assert.Equal("x"u8, Lake.Read(key));
        }
        Assert.Equal(5, Lake.List().Count());
    }

    [Fact]
    public async Task An_object_that_was_replaced_since_it_was_listed_is_not_read_as_far_as_it_went()
    {
        var store = LocalStore.OpenLake(_folder.Root);
        foreach (var length in new[] { 2, 4 })
        {
            store.Write("a.parquet", new byte[3]);
            var listed = store.List().Single();
            store.Write("a.parquet", new byte[length]);
            Assert.Contains("it was replaced meanwhile", (await Assert.ThrowsAsync<StoreException>(() => store.ReadAsync(listed, new byte[3], TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Deleting_what_is_not_there_is_no_error()
    {
        Lake.Write("a/b", "x"u8);
        Lake.Delete("a/b");
        Lake.Delete("a/b");
        Lake.Delete("no/such/folder");
        Assert.Empty(Files());
    }

    [Fact]
    public void A_source_that_is_a_file_is_that_one_object()
    {
        File.WriteAllText(_folder["one.json"], "[]");
        File.WriteAllText(_folder["two.json"], "[]");
        var source = StoreUri.Parse(_folder["one.json"]).OpenSource();
        var found = Assert.Single(source.List());
        Assert.Equal(("one.json", 2), (found.Key, found.SizeBytes));
        Assert.Equal("[]"u8, source.Read("one.json"));
        Assert.Equal(_folder["one.json"], source.Locate("one.json"));
        Assert.Throws<StoreException>(() => source.Read("two.json"));
    }

    [Fact]
    public void An_error_names_the_place_and_what_to_do()
    {
        Assert.Contains("check the path", Assert.Throws<StoreException>(() => LocalStore.OpenSource(_folder["nothing"])).Message, StringComparison.Ordinal);
        var missing = Assert.Throws<StoreException>(() => Lake.Read("no/such"));
        Assert.Contains(Path.Combine(_folder["lake"], "no/such"), missing.Message, StringComparison.Ordinal);
        File.WriteAllText(_folder["file"], "");
        Assert.Contains("found a file", Assert.Throws<StoreException>(() => LocalStore.OpenLake(_folder["file"])).Message, StringComparison.Ordinal);
        Lake.Write("a", "x"u8);
        Assert.Contains(Path.Combine("lake", "a"), Assert.Throws<StoreException>(() => Lake.Write("a/b", "x"u8)).Message, StringComparison.Ordinal);
        Assert.Contains("disk is full", StoreException.From(new IOException("No space left on device", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28), "write", "lake/x").Message, StringComparison.Ordinal);
        Assert.Contains("permission denied", StoreException.From(new UnauthorizedAccessException(), "write", "lake/x").Message, StringComparison.Ordinal);
        Assert.Contains("too long", Assert.Throws<StoreException>(() => Lake.Write(new string('x', 300) + "/y", "x"u8)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3://", "found no bucket")]
    [InlineData("gs://bucket/prefix", "found the scheme gs")]
    [InlineData("", "found an empty name")]
    public void A_place_that_cannot_be_read_yet_is_named(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<StoreException>(() => StoreUri.Parse(text).OpenSource()).Message, StringComparison.Ordinal);

    List<string> Files() =>
        [.. Directory.EnumerateFiles(_folder["lake"], "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_folder["lake"], path).Replace('\\', '/')).Order(StringComparer.Ordinal)];
}
