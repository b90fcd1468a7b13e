using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using TrailLake.Lake;
using TrailLake.Sql;
using TrailLake.Storage;

namespace TrailLake;

/// <summary>What to copy of a lake.</summary>
sealed record PullRequest
{
    /// <summary>The first day of events, in UTC.</summary>
    public DateOnly? Since { get; init; }

    /// <summary>The last day of events, in UTC.</summary>
    public DateOnly? Until { get; init; }

    public IReadOnlyList<string> Services { get; init; } = [];

    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>Folders of the lake, such as <c>events</c>; none for all.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>Chooses from the keys that were listed; null for all.</summary>
    public Func<IReadOnlyList<string>, IReadOnlySet<string>?> Choose { get; init; } = static _ => null;

    /// <summary>Bytes beyond which nothing is copied, and why one would not want to.</summary>
    public (long Bytes, string Advice)? Limit { get; init; }

    public WorkProgress Progress { get; init; } = new();

    public CancellationToken Cancel { get; init; }

    /// <summary>Whether a partition is wanted.</summary>
    public bool Takes(PartitionPlace partition) =>
        (Services.Count == 0 || Services.Contains(partition.Service)) && (Regions.Count == 0 || Regions.Contains(partition.Region))
        && !(string.CompareOrdinal(partition.Day, Day(Since)) < 0) && !(Until is not null && string.CompareOrdinal(partition.Day, Day(Until)) > 0);

    static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) ?? "";
}

/// <summary>What a copy came to; sizes in bytes.</summary>
sealed record PullSummary(string Lake, string Folder, long FilesListed, long FilesCopied, long BytesCopied, long FilesUnchanged, long FilesDeleted, long ListRequests, double Seconds);

/// <summary>Copies a part of a lake to this disk: what is new or has changed, many files at once.</summary>
/// <remarks>A file is unchanged where size and time of the last write are the same; the copy gets the time of its original. So a copy that was
/// broken off goes on where it stood. A lake may be written to meanwhile. What the lake has no more is deleted here, within the part that was asked for.</remarks>
sealed class Pull
{
    /// <summary>Made in the copy, so that nothing else is taken for one and cleared.</summary>
    const string Mark = LakeFolders.Notes + "/pulled.json";

    const int MaxAtOnce = 32, HeldBytes = 4 << 20;

    /// <summary>Where a run publishes meanwhile, what it replaced or removed is listed anew; each time there is less to copy.</summary>
    const int MaxAttempts = 10;

    readonly ObjectStore _lake;
    readonly string _folder;
    readonly LocalStore _copy;
    readonly PullRequest _request;

    /// <summary>The views that pulls have brought: what else lies beside them was made in the copy, and is its user's.</summary>
    readonly SortedSet<string> _views = new(StringComparer.Ordinal);

    Pull(ObjectStore lake, string folder, PullRequest request) => (_lake, _folder, _copy, _request) = (lake, folder, LocalStore.OpenLake(folder), request);

    /// <summary>Copies.</summary>
    /// <param name="folder">Empty, new, or an earlier copy of the same lake.</param>
    /// <exception cref="LakeException">It is something else, or the copy would be larger than the limit.</exception>
    public static PullSummary Run(ObjectStore lake, string folder, PullRequest request)
    {
        var pull = new Pull(lake, folder, request);
        pull.RequireCopy();
        return pull.Run();
    }

    PullSummary Run()
    {
        var clock = Stopwatch.StartNew();
        var (copied, bytes) = (0L, 0L);
        for (var attempt = 1; ; attempt++)
        {
            _request.Progress.Begin("listing", "files");
            var there = Listed();
            var wanted = _request.Choose([.. there.Select(file => file.Key)]) is { } chosen ? there.FindAll(file => chosen.Contains(file.Key)) : there;
            var changed = wanted.FindAll(IsChanged);
            var total = changed.Sum(file => file.SizeBytes);
            if (_request.Limit is { } limit && total > limit.Bytes)
                throw new LakeException($"{_lake.Root}: expected at most {limit.Bytes:N0} bytes to fetch, found {total:N0} in {changed.Count:N0} files; nothing was fetched. {limit.Advice}");
            _views.UnionWith(wanted.Select(file => file.Key).Where(IsView));
            WriteMark();
            _request.Progress.Begin("fetching", "files", changed.Count, total);
            var stale = CopyAll(changed, mayBeStale: attempt < MaxAttempts);
            copied += changed.Count - stale.Count;
            bytes += total - stale.Sum(file => file.SizeBytes);
            if (stale.IsEmpty)
                return new(_lake.Root, _folder, wanted.Count, copied, bytes, Math.Max(0, wanted.Count - copied), DeleteGone(there), _lake.ListRequests, clock.Elapsed.TotalSeconds);
        }
    }

    /// <summary>Copies files; returns those that a run has replaced or removed since they were listed.</summary>
    ConcurrentBag<StoredObject> CopyAll(List<StoredObject> files, bool mayBeStale)
    {
        var stale = new ConcurrentBag<StoredObject>();
        Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = Math.Min(_lake.Parallelism, MaxAtOnce), CancellationToken = _request.Cancel }, async (file, cancel) =>
        {
            try
            {
                await CopyAsync(file, cancel);
                _request.Progress.Add(1, 0, file.SizeBytes);
            }
            catch (StoreException e) when (e.IsStale && mayBeStale)
            {
                stale.Add(file);
            }
        }).GetAwaiter().GetResult();
        return stale;
    }

    void RequireCopy()
    {
        if (File.Exists(_folder))
            throw new LakeException($"{_folder}: expected a folder to copy into, found a file; name another.");
        if (!Directory.Exists(_folder) || !Directory.EnumerateFileSystemEntries(_folder).Any())
            return;
        var mark = File.Exists(Path.Join(_folder, Mark)) ? Read(Path.Join(_folder, Mark)) : null;
        if (mark?.Lake != _lake.Place)
            throw new LakeException($"{_folder}: expected an empty folder or an earlier copy of {_lake.Root}, found {(mark is null ? "other files" : $"a copy of {mark.Lake}")}; nothing was copied. Name another folder.");
        _views.UnionWith(mark.Views ?? []);
    }

    void WriteMark() => _copy.Write(Mark, JsonSerializer.SerializeToUtf8Bytes(new PullMark(_lake.Place, [.. _views]), PullJson.Default.PullMark));

    static PullMark? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), PullJson.Default.PullMark);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    List<StoredObject> Listed()
    {
        var folders = LakeFolders.All.Where(IsAskedFor).SelectMany(folder => folder == LakeFolders.Notes ? [folder + "/"] : Services(folder)).ToList();
        var found = new List<StoredObject>[folders.Count];
        WaitingThreads.Run(_lake.Parallelism, folders.Count, i => found[i] = [.. _lake.List(folders[i]).Where(file => folders[i][0] == '_' ? IsWantedNote(file.Key) : IsWanted(file.Key))], _request.Cancel);
        return [.. found.SelectMany(files => files)];
    }

    bool IsAskedFor(string folder) => _request.Folders.Count == 0 || _request.Folders.Contains(folder);

    // What belongs to a process that runs is of no use to a copy.
    static bool IsWantedNote(string key) => !key.StartsWith(RunReport.UnderWayFolder + "/", StringComparison.Ordinal) && !key.StartsWith(LakeLock.Folder + "/", StringComparison.Ordinal) && key != Mark;

    static bool IsView(string key) => key.StartsWith(LakeViews.Folder + "/", StringComparison.Ordinal);

    IEnumerable<string> Services(string table) =>
        _lake.ListFolder(table + "/").Where(item => item.Object is null && item.Key.StartsWith($"{table}/service=", StringComparison.Ordinal)
            && (_request.Services.Count == 0 || _request.Services.Contains(PartitionPlace.ValueOf(item.Key.TrimEnd('/'))))).Select(item => item.Key);

    bool IsWanted(string key) => PartitionPlace.TryParse(key, out var partition, out var name) && name.EndsWith(".parquet", StringComparison.Ordinal) && _request.Takes(partition);

    bool IsChanged(StoredObject file) =>
        new FileInfo(Path.Join(_folder, file.Key)) is not { Exists: true } copy || copy.Length != file.SizeBytes || copy.LastWriteTimeUtc != file.LastModified;

    async Task CopyAsync(StoredObject file, CancellationToken cancel)
    {
        using (var write = _copy.BeginWrite(file.Key))
        {
            if (file.SizeBytes <= HeldBytes)
            {
                var content = new byte[file.SizeBytes];
                await _lake.ReadAsync(file, content, cancel);
                write.Append(content);
            }
            else
                await Task.Run(() => CopyInPieces(file, write, cancel), cancel);
            write.Commit();
        }
        File.SetLastWriteTimeUtc(Path.Join(_folder, file.Key), file.LastModified);
    }

    void CopyInPieces(StoredObject file, ObjectWrite write, CancellationToken cancel)
    {
        using var stored = _lake.OpenRead(file.Key);
        var (piece, length) = (new byte[1 << 20], 0L);
        while (stored.Read(piece) is > 0 and var read)
        {
            cancel.ThrowIfCancellationRequested();
            write.Append(piece.AsSpan(0, read));
            length += read;
        }
        if (length != file.SizeBytes)
            throw new StoreException($"{_lake.Locate(file.Key)}: expected {file.SizeBytes} bytes, found {length}; it was replaced meanwhile: run again.") { IsStale = true };
    }

    long DeleteGone(List<StoredObject> listed)
    {
        var there = listed.Select(file => file.Key).ToHashSet(StringComparer.Ordinal);
        var (deleted, views) = (0L, _views.Count);
        foreach (var folder in LakeFolders.All.Where(IsAskedFor))
        {
            foreach (var file in _copy.List(folder + "/").Where(file => !there.Contains(file.Key) && (!IsView(file.Key) || _views.Contains(file.Key)) && (folder == LakeFolders.Notes ? IsWantedNote(file.Key) : IsWanted(file.Key))).ToList())
            {
                _copy.Delete(file.Key);
                _views.Remove(file.Key);
                deleted++;
            }
        }
        if (_views.Count < views)
            WriteMark();
        return deleted;
    }
}

/// <summary>What a folder is a copy of, and the views that came with it; null in copies that were made before these were noted.</summary>
sealed record PullMark(string Lake, IReadOnlyList<string>? Views = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PullMark))]
[JsonSerializable(typeof(PullSummary))]
sealed partial class PullJson : JsonSerializerContext;
