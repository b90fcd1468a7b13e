using System.Text.Json;

namespace TrailLake.Storage.S3;

/// <summary>A run that writes below a folder, as its marker tells other processes.</summary>
/// <remarks>S3 has no locks that end with their process, so the marker is written anew every few seconds. One that is a minute old is that of a
/// crash; so is one of this machine whose process is gone, at once.</remarks>
//   marker:        FOLDER/RUN     {"place":"…","pid":1,"start":"…"}
//   half written:  multipart uploads, which no listing of objects shows
sealed class S3Run : StoreRun
{
    static readonly TimeSpan Beat = TimeSpan.FromSeconds(10), Dead = TimeSpan.FromSeconds(60);

    readonly S3Store _store;
    readonly string _key;
    readonly Action _ended;
    readonly Timer _heart;
    readonly byte[] _content;
    volatile bool _isTakenForDead;

    S3Run(S3Store store, string key, Action ended)
    {
        (_store, _key, _ended) = (store, key, ended);
        _content = JsonSerializer.SerializeToUtf8Bytes(ProcessMark.Own(), S3Json.Default.ProcessMark);
        store.Write(key, _content);
        _heart = new Timer(_ => Touch(), null, Beat, Beat);
    }

    /// <summary>Begins a run, after it has cleared away what crashed ones left.</summary>
    public static S3Run Begin(S3Store store, string folder, string name, IReadOnlyList<string> written, Action<string> forget, Action ended)
    {
        var run = new S3Run(store, $"{folder}/{name}", ended);
        var markers = store.List(folder + "/").ToList();
        var now = markers.First(marker => marker.Key == run._key).LastModified; // the server's clock, which the others' times are of
        var others = markers.Where(marker => marker.Key != run._key).ToLookup(marker => IsCrashed(store, marker, now));
        var isCleared = !others[true].Any() || AbortUploads(store, written, others[true], others[false]);
        foreach (var crashed in others[true])
        {
            forget(crashed.Key[(folder.Length + 1)..]);
            if (isCleared)
                store.Delete(crashed.Key);
        }
        return run;
    }

    public override void Require()
    {
        if (_isTakenForDead || !_store.Exists(_key))
            throw new StoreException($"{_store.Locate(_key)}: expected this run's marker, found that another run removed it: this one gave no sign of life for {Dead.TotalSeconds:N0} s. Nothing more was published; run it again.");
    }

    public override void Complete()
    {
        Dispose();
        _store.Delete(_key);
    }

    protected override void Dispose(bool disposing)
    {
        using (var stopped = new ManualResetEvent(false))
        {
            if (_heart.Dispose(stopped))
                stopped.WaitOne(); // a beat after the marker is deleted would bring it back
        }
        _ended();
    }

    void Touch()
    {
        try
        {
            if (_store.Exists(_key))
                _store.Write(_key, _content);
            else
                _isTakenForDead = true; // what it had under way was given up, and what it quarantined was removed
        }
        catch (Exception failure) when (failure is StoreException or OperationCanceledException)
        {
            // the next beat may come through; the run itself will say what is wrong
        }
    }

    // One that is seen to live may stand still for hours, and go on.
    static bool IsCrashed(S3Store store, StoredObject marker, DateTime now) =>
        MarkOf(store, marker) is var mark && (mark?.IsGone == true || (mark?.IsAlive != true && now - marker.LastModified > Dead));

    static ProcessMark? MarkOf(S3Store store, StoredObject marker)
    {
        try
        {
            return JsonSerializer.Deserialize(store.Read(marker.Key), S3Json.Default.ProcessMark);
        }
        catch (Exception unreadable) when (unreadable is JsonException or StoreException)
        {
            return null; // its age will tell
        }
    }

    // A merged file bears the name of an older run, so beside one that lives nobody can tell whose upload of it this is: then the markers stay (false), and a run that is alone gives it up.
    static bool AbortUploads(S3Store store, IReadOnlyList<string> written, IEnumerable<StoredObject> crashed, IEnumerable<StoredObject> alive)
    {
        var (dead, living, uploads, areAllKnown) = (NamesOf(crashed), NamesOf(alive), new S3Uploads(store.Bucket), true);
        foreach (var upload in written.SelectMany(folder => uploads.Of($"{store.Prefix}{folder}/")).ToList())
        {
            if (living.Count == 0 || IsNamed(upload.Key, dead))
                uploads.GiveUpAsync(upload.Key, upload.UploadId).GetAwaiter().GetResult();
            else
                areAllKnown &= IsNamed(upload.Key, living);
        }
        return areAllKnown;
    }

    static List<string> NamesOf(IEnumerable<StoredObject> markers) => [.. markers.Select(marker => marker.Key[(marker.Key.LastIndexOf('/') + 1)..])];

    static bool IsNamed(string key, List<string> names) => names.Exists(name => key.Contains(name, StringComparison.Ordinal));
}
