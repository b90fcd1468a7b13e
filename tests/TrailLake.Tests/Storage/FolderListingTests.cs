using TrailLake.Storage;

namespace TrailLake.Tests.Storage;

public sealed class FolderListingTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_shows_what_lies_right_in_it_in_the_order_of_keys()
    {
        var store = LocalStore.OpenLake(_folder["lake"]);
        foreach (var key in new[] { "a/b/c.json", "a/b.json", "a-b/x", "a.json", "a/b/d/e.json" })
            store.Write(key, "12"u8);
        Assert.Equal(["a-b/", "a.json", "a/"], store.ListFolder("").Select(item => item.Key));
        Assert.Equal(["a/b.json", "a/b/"], store.ListFolder("a/").Select(item => item.Key));
        Assert.Equal([2, null], store.ListFolder("a/").Select(item => item.Object?.SizeBytes));
        Assert.Empty(store.ListFolder("none/"));
    }

    [Fact]
    public async Task An_object_that_is_shorter_than_it_was_listed_is_an_error_that_names_it()
    {
        var store = LocalStore.OpenLake(_folder["lake"]);
        store.Write("a", "12"u8);
        var item = store.List().Single();
        var target = new byte[2];
        await store.ReadAsync(item, target, TestContext.Current.CancellationToken);
        Assert.Equal("12"u8, target);
        var error = await Assert.ThrowsAsync<StoreException>(() => store.ReadAsync(item with { SizeBytes = 3 }, new byte[3], TestContext.Current.CancellationToken));
        Assert.Contains("expected 3 bytes", error.Message, StringComparison.Ordinal);
    }
}
