namespace TrailLake.Storage.S3;

/// <summary>A bucket, or a folder of one: <c>s3://bucket/prefix</c>.</summary>
public sealed class S3Store : ObjectStore
{
    const int HeldBytes = 8 << 20; // a larger object is read piece by piece

    readonly S3Location _location;
    readonly string? _onlyObject;
    readonly S3Listing _listing;
    readonly S3SmallObjects _small;
    readonly Lazy<S3Scratch> _scratch;

    S3Store(string root, S3Location location, string? onlyObject, S3Options options)
    {
        (Root, _location, _onlyObject) = (root, location, onlyObject);
        Bucket = new S3Bucket(location.Bucket, options);
        _listing = new(Bucket, location.Prefix);
        _small = new(Bucket);
        _scratch = new(() => S3Scratch.Create(Path.GetTempPath()));
    }

    internal S3Bucket Bucket { get; }

    internal string Prefix => _location.Prefix;

    public override string Root { get; }

    public override string Place => $"{Bucket.Url.AbsoluteUri.TrimEnd('/')}/{_location.Prefix}{_onlyObject}";

    public override int Parallelism => Bucket.Options.Downloads;

    /// <summary>Listing requests made so far.</summary>
    public override long ListRequests => Bucket.Lists;

    /// <summary>A folder with something in it, or one object.</summary>
    public static S3Store OpenSource(string uri, S3Options options)
    {
        var location = S3Location.Parse(uri);
        var store = new S3Store(location.Root, location, null, options);
        if (store._listing.List("").Any())
            return store;
        var key = location.Prefix.TrimEnd('/');
        return key.Length > 0 && store.Bucket.ExistsAsync(key).GetAwaiter().GetResult()
            ? new S3Store(location.Root, location with { Prefix = key[..(key.LastIndexOf('/') + 1)] }, key[(key.LastIndexOf('/') + 1)..], options)
            : throw new StoreException($"{uri}: expected objects below it, or an object of that name, found none; check the path.");
    }

    /// <summary>A folder to write into, or to read what was written.</summary>
    public static S3Store OpenLake(string uri, S3Options options)
    {
        var location = S3Location.Parse(uri);
        return new(location.Root, location, null, options);
    }

    public override string Locate(string key) => Bucket.Locate(_location.Prefix + key);

    public override IEnumerable<StoredObject> List(string prefix = "", Action<ListProblem>? report = null) =>
        _onlyObject is null ? _small.Note(_listing.List(prefix)) : _listing.List(_onlyObject).Where(item => item.Key == _onlyObject && item.Key.StartsWith(prefix, StringComparison.Ordinal));

    public override IEnumerable<FolderItem> ListFolder(string folder, Action<ListProblem>? report = null) =>
        _onlyObject is null ? _listing.ListFolder(folder) : folder.Length > 0 ? [] : List().Select(item => new FolderItem(item.Key, item));

    public override Task ReadAsync(StoredObject item, Memory<byte> target, CancellationToken cancel) =>
        Bucket.FetchAsync(_location.Prefix + item.Key, item.ETag, target, cancel);

    public override Stream OpenRead(string key)
    {
        var whole = Whole(key); // whatever it looks like: S3 has keys that no disk has
        var (content, version) = Bucket.GetAsync(whole, HeldBytes).GetAwaiter().GetResult();
        return content is not null ? new MemoryStream(content, writable: false) : version.Md5 is null ? new S3Read(Bucket, whole, version) : S3Spool.Open(Bucket, whole, version);
    }

    public override void ReadAt(string key, long offset, Span<byte> target)
    {
        if (_small.TryRead(KeyOf(key), key, offset, target))
            return;
        var part = new byte[target.Length];
        Bucket.GetRangeAsync(KeyOf(key), offset, part).GetAwaiter().GetResult();
        part.CopyTo(target);
    }

    public override byte[] Read(string key)
    {
        CheckKey(key);
        return base.Read(key);
    }

    public override bool Exists(string key) => Bucket.ExistsAsync(KeyOf(key)).GetAwaiter().GetResult();

    public override string? MetadataOf(string key, string name) => Bucket.MetadataAsync(Whole(key), name).GetAwaiter().GetResult();

    public override void Write(string key, ReadOnlySpan<byte> content)
    {
        var bytes = content.ToArray();
        Bucket.PutAsync(KeyOf(key), () => S3Content.Of(bytes)).GetAwaiter().GetResult();
        _small.Forget(key);
    }

    public override ObjectWrite BeginWrite(string key) => new S3Write(Bucket, KeyOf(key), _scratch.Value.NewFile(), _ => _small.Forget(key));

    public override void CommitAll(IEnumerable<ObjectWrite> writes) => Parallel.ForEachAsync(
        writes, new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = Bucket.Options.Cancel }, async (write, _) => await ((S3Write)write).CommitAsync()).GetAwaiter().GetResult();

    public override bool TryCreate(string key, ReadOnlySpan<byte> content) => Bucket.TryPutAsync(KeyOf(key), content.ToArray()).GetAwaiter().GetResult();

    public override void Delete(string key)
    {
        Bucket.DeleteAsync(KeyOf(key)).GetAwaiter().GetResult();
        _small.Forget(key);
    }

    public override StoreRun BeginRun(string folder, string name, IReadOnlyList<string> written, Action<string> forget) => S3Run.Begin(this, folder, name, written, forget, CloseScratch);

    public override bool Overlaps(ObjectStore other) => other is S3Store s3
        && (Place.StartsWith(s3.Place, StringComparison.Ordinal) || s3.Place.StartsWith(Place, StringComparison.Ordinal));

    string KeyOf(string key)
    {
        CheckKey(key);
        return Whole(key);
    }

    string Whole(string key) => _onlyObject is null || key == _onlyObject ? _location.Prefix + key
        : throw new StoreException($"{Root}: holds only {_onlyObject}, asked for {key}.");

    void CloseScratch()
    {
        if (_scratch.IsValueCreated)
            _scratch.Value.Dispose();
    }
}
