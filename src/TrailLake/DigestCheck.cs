using System.Globalization;
using System.Security.Cryptography;
using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake;

/// <summary>What CloudTrail's digests proved; part of what <c>traillake verify --json</c> prints.</summary>
/// <param name="Chains">Trails, each counted for every account and region that it writes digests of.</param>
/// <param name="DigestsUnproven">Digests whose signature nothing tells: in a copy on a disk the newest of each chain.</param>
/// <param name="From">The begin of the first hour that they tell of, in UTC, as they write it.</param>
/// <param name="Until">The end of the last one.</param>
/// <param name="LogFiles">Files that they name, and that are as they were delivered.</param>
/// <param name="LogFilesOnlyInLake">Files that they name, that are in the lake, and in the source no more.</param>
/// <param name="BytesRead">Of digests and log files, as they lie in the source.</param>
public sealed record DigestReport(string Source, int Chains, long Digests, long DigestsUnproven, string? From, string? Until, long LogFiles, long LogFilesOnlyInLake, long BytesRead);

/// <summary>Checks a source by CloudTrail's digests, and the lake by what they name: no log file altered, none removed, none that the lake has not read.</summary>
/// <param name="lake">What the lake has.</param>
/// <param name="keysOf">Public keys by fingerprint of a region, of digests from one time to another.</param>
/// <param name="complain">Told a key, a kind of problem, and a message; called from several threads at once.</param>
sealed class DigestCheck(
    ObjectStore source, LedgerKeys lake, Func<string, DateTime, DateTime, IReadOnlyDictionary<string, byte[]>> keysOf, int threads, WorkProgress progress, Action<string, string, string> complain, CancellationToken cancel)
{
    /// <summary>A digest of 100,000 files has 40 MB.</summary>
    const int MaxDigestBytes = 256 << 20;

    /// <summary>Objects that are read at once: each is held whole.</summary>
    const int MostThreads = 32;

    /// <summary>Digests come each hour, also where nothing was delivered; a chain that ends so long before another has ended.</summary>
    static readonly TimeSpan Late = TimeSpan.FromDays(1);

    /// <summary>Where a key was replaced just when the last digest ended, the one that it is signed with may begin later.</summary>
    static readonly TimeSpan AroundKeys = TimeSpan.FromHours(2);

    long _logFiles, _onlyInLake, _bytes;

    int Threads => Math.Clamp(source.Parallelism, threads, Math.Max(threads, MostThreads));

    /// <summary>Runs it.</summary>
    /// <param name="filter">The days, accounts and regions of the digests.</param>
    public DigestReport Run(SourceFilter filter, DateOnly today)
    {
        progress.Begin("listing digests", "objects");
        var listing = new SourceListing(source, filter, today, progress, cancel, isOfDigests: true);
        var found = listing.List<StoredObject>(item => listing.KeyOf(item.Key) is { Kind: LogKind.Digest } key && filter.Takes(item.Key, key) ? item : null, problem => complain(problem.Key, "damaged", problem.Message));
        if (found.Count == 0)
            complain("", "missing", $"expected digests of CloudTrail below …/{LogKey.DigestFolder}/, found none{(filter is { Since: null, Until: null, Accounts.Count: 0, Regions.Count: 0 } ? "" : " of those days, accounts and regions")}: SOURCE is another place, or the trail has no log file validation (`aws cloudtrail update-trail --enable-log-file-validation`).");
        progress.Begin("reading digests", "digests", found.Count);
        var digests = new DigestFile[found.Count];
        WaitingThreads.Run(Threads, found.Count, i => digests[i] = Read(found[i].Key, listing.KeyOf(found[i].Key).Region ?? ""), cancel);
        var chains = digests.GroupBy(digest => digest.Chain).Select(chain => chain.OrderBy(digest => digest.Key, StringComparer.Ordinal).ToList()).ToList();
        var unproven = CheckChains(chains, digests, today);
        var told = digests.Where(digest => digest is { IsGood: true, Digest: { Start: not null, End: not null } }).Select(digest => digest.Digest!).ToList();
        var (first, last) = (told.MinBy(digest => digest.Start), told.MaxBy(digest => digest.End));
        CheckEnds(chains, last?.End);
        progress.Begin("reading log files", "files");
        WaitingThreads.Run(Threads, digests.Length, i => CheckLogFiles(digests[i]), cancel);
        return new(source.Root, chains.Count, digests.Length, unproven, first?.DigestStartTime, last?.DigestEndTime, _logFiles, _onlyInLake, _bytes);
    }

    long CheckChains(List<List<DigestFile>> chains, DigestFile[] digests, DateOnly today)
    {
        // Not yet proven, they may say what they like; CloudTrail would refuse to be asked for the keys of another age.
        var (earliest, latest) = (SourceListing.BeforeCloudTrail.ToDateTime(default, DateTimeKind.Utc), today.AddDays(1).ToDateTime(default, DateTimeKind.Utc));
        var times = digests.SelectMany(digest => new[] { digest.Digest?.Start, digest.Digest?.End }).Where(time => time > earliest && time < latest).ToList();
        var (from, until) = (times.Min() ?? earliest, (times.Max() ?? latest) + AroundKeys);
        var keys = new Dictionary<string, IReadOnlyDictionary<string, byte[]>>();
        var unproven = 0L;
        foreach (var chain in chains)
        {
            cancel.ThrowIfCancellationRequested();
            var checking = new DigestChain(chain, key => source.MetadataOf(key, "signature"), SourceListing.IsOnDisk(source.Place), KeysOf, complain);
            checking.Check();
            unproven += checking.Unproven;
        }
        return unproven;

        IReadOnlyDictionary<string, byte[]> KeysOf(string region) => keys.TryGetValue(region, out var known) ? known : keys[region] = keysOf(region, from, until);
    }

    // That the newest digests are gone nobody can tell by those that are left, but by those of others.
    void CheckEnds(List<List<DigestFile>> chains, DateTime? until)
    {
        foreach (var chain in chains)
        {
            if (chain.FindLast(digest => digest.IsGood) is { IsBackfill: false, Digest.End: { } end } last && until - end > Late)
                complain(last.Key, "gap", $"expected digests until {until:yyyy-MM-dd'T'HH:mm'Z'}, as others of this source have them, found this one to be the last of its trail, account and region: the trail or its log file validation was turned off, or digests were removed.");
        }
    }

    DigestFile Read(string key, string region)
    {
        cancel.ThrowIfCancellationRequested();
        progress.Add(1);
        var file = new DigestFile(key, region, null, "", null);
        if (Whole(key) is not { } content)
            return file;
        try
        {
            var digest = Digest.Parse(content);
            var names = DigestNames.Of(source, key, digest);
            if (names is null)
                complain(key, "moved", $"expected a digest of this place, found that of s3://{digest.DigestS3Bucket}/{digest.DigestS3Object}. What it names is not checked.");
            return file with { Digest = digest with { LogFiles = [] }, Hash = Digest.HashOf(content), Names = names }; // the files are read again: of a year's digests they would fill the memory
        }
        catch (CloudTrailException e)
        {
            complain(key, "damaged", $"{e.Message}.");
            return file;
        }
    }

    byte[]? Whole(string key)
    {
        using var content = new MemoryStream();
        try
        {
            if (TryUnzip(key, Take, out var wrong))
                return content.ToArray();
            complain(key, "damaged", $"expected a digest, found {wrong}.");
        }
        catch (StoreException e) when (!e.IsOfPlace)
        {
            complain(key, "damaged", e.Message);
        }
        return null;

        void Take(ReadOnlySpan<byte> bytes)
        {
            if (content.Length + bytes.Length > MaxDigestBytes)
                throw new StoreException($"{source.Locate(key)}: expected a digest of at most {MaxDigestBytes} bytes, found more.");
            content.Write(bytes);
        }
    }

    void CheckLogFiles(DigestFile file)
    {
        if (!file.IsGood || Whole(file.Key) is not { } content)
            return;
        if (Digest.HashOf(content) != file.Hash)
        {
            complain(file.Key, "altered", "expected the same digest twice, found another the second time; it was replaced meanwhile.");
            return;
        }
        foreach (var log in Digest.Parse(content).LogFiles!)
            CheckLogFile(file, log);
    }

    void CheckLogFile(DigestFile digest, DigestedFile? log)
    {
        cancel.ThrowIfCancellationRequested();
        if (log is not { S3Object: { } name, HashAlgorithm: Digest.Sha256, HashValue: { } expected } || digest.Names!.KeyOf(log.S3Bucket, name) is not { } key)
        {
            complain(digest.Key, "unknown", $"expected a log file of this source with its {Digest.Sha256}, found s3://{log?.S3Bucket}/{log?.S3Object} with {log?.HashAlgorithm ?? "none"}: it is not checked.");
            return;
        }
        progress.Add(1);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            if (!TryUnzip(key, hash.AppendData, out var wrong))
                complain(key, "altered", $"expected the log file that {Path.GetFileName(digest.Key)} names, found {wrong}.");
            else if (Convert.ToHexStringLower(hash.GetHashAndReset()) is var found && found != expected)
                complain(key, "altered", $"expected the {Digest.Sha256} {expected} that {Path.GetFileName(digest.Key)} names, found {found}: it is not what CloudTrail delivered.");
            else if (!lake.Has(key))
                complain(key, "not_ingested", $"expected the lake to have this log file, found that no run has read it. `traillake ingest {source.Root} LAKE --since {DayOf(key)}` reads it.");
            else
                Interlocked.Increment(ref _logFiles);
        }
        catch (StoreException e) when (e.IsStale)
        {
            if (lake.Has(key))
                Interlocked.Increment(ref _onlyInLake);
            else
                complain(key, "missing", $"expected the log file that {Path.GetFileName(digest.Key)} names, found none, neither here nor in the lake: it was removed before it was ingested.");
        }
        catch (StoreException e) when (!e.IsOfPlace)
        {
            complain(key, "damaged", e.Message); // archived, say, or not to be read
        }
    }

    string DayOf(string key) => LogKey.Parse(SourceListing.ContextOf(source.Place) + key).Day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "DAY";

    /// <summary>Hands on what an object has unzipped; false where it is damaged.</summary>
    /// <exception cref="StoreException">It is not there, or nothing can be read there.</exception>
    bool TryUnzip(string key, TakeBytes take, out string wrong)
    {
        using var stream = source.OpenRead(key);
        using var gunzip = Gunzip.Create();
        gunzip.Open(stream);
        var (piece, whole) = (new byte[64 << 10], 0L);
        for (int count; (count = gunzip.Read(piece)) > 0; whole += count)
            take(piece.AsSpan(0, count));
        Interlocked.Add(ref _bytes, gunzip.StoredBytes);
        wrong = gunzip.Fault != GunzipFault.None ? $"damaged gzip ({gunzip.Fault})" : gunzip.HasTrailingData ? $"{gunzip.TrailingBytes} bytes after its gzip" : "";
        return wrong.Length == 0;
    }

    delegate void TakeBytes(ReadOnlySpan<byte> bytes);
}
