using System.Text;
using TrailLake.CloudTrail;
using TrailLake.Lake;
using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake;

/// <summary>What a run has to do: the source's objects that the lake does not have, by day of delivery, first those of its first hour, and in
/// path order within these.</summary>
/// <remarks>In path order the files of one account and region come one after the other in time, so that rows nearly fall into place. Day
/// by day, the partitions of days gone by can be closed, so that many days take no more memory than one; and as soon as a day's first hour
/// is read, since that is when the last events of the day before come.</remarks>
sealed class WorkList : IDisposable
{
    readonly NativeArena _texts = new(1 << 20);
    readonly Lock _keeping = new();
    LedgerEntry?[] _entries = [];
    long _listed, _passedOver, _alreadyIngested;
    readonly HashSet<string> _unreadFolders = new(StringComparer.Ordinal);

    /// <summary>Objects under the source.</summary>
    public long Listed => _listed;

    /// <summary>Objects that are known to hold no records.</summary>
    public long PassedOver => _passedOver;

    /// <summary>Objects that the lake has.</summary>
    public long AlreadyIngested => _alreadyIngested;

    /// <summary>What the listed log files' keys name.</summary>
    public Coverage Coverage { get; } = new();

    /// <summary>Objects to read.</summary>
    public ObjectList New { get; private set; } = null!;

    /// <summary>Folders and links that could not be listed: they cost only themselves.</summary>
    public List<ListProblem> Unlisted { get; } = [];

    /// <summary>Lists a source.</summary>
    public static WorkList Of(SourceListing listing, Ledger ledger, SourceFilter filter)
    {
        var work = new WorkList();
        var found = listing.List(item => work.Take(item, listing, ledger, filter), work.Unlisted.Add);
        // Listed in path order, and a stable sort keeps that within a day.
        if (found.Exists(item => item.Delivered != found[0].Delivered))
            found = [.. found.OrderBy(item => item.Delivered).ThenBy(item => !item.IsOfFirstHour)];
        work.New = new ObjectList(found, work._texts);
        work._entries = new LedgerEntry?[work.New.Count];
        return work;
    }

    /// <summary>Where the objects end that were delivered in the first hour of this one's day, or in the rest of it, as this one was.</summary>
    public int EndOfStep(int ordinal)
    {
        var (day, isOfFirstHour) = (New[ordinal].Delivered, New[ordinal].IsOfFirstHour);
        while (ordinal < New.Count && New[ordinal].Delivered == day && (!isOfFirstHour || New[ordinal].IsOfFirstHour))
            ordinal++;
        return ordinal;
    }

    /// <summary>What will be known of an object, from now on.</summary>
    public LedgerEntry Begin(int ordinal) => _entries[ordinal] = new LedgerEntry(New[ordinal]);

    /// <summary>What is known of one of them.</summary>
    public LedgerEntry Entry(int ordinal) => _entries[ordinal]!;

    /// <summary>What is known of objects that were begun and not forgotten.</summary>
    public ReadOnlySpan<LedgerEntry> Entries(int first, int end) => _entries.AsSpan(first, end - first)!;

    public void Dispose() => New.Dispose();

    /// <summary>The days' folders in which an object could not be read.</summary>
    public IReadOnlySet<string> UnreadFolders()
    {
        for (var i = 0; i < _entries.Length; i++)
            SeeUnread(i);
        return _unreadFolders;
    }

    /// <summary>Leaves the objects from one on to the next run.</summary>
    public void Cut(int first) => New.Cut(first);

    /// <summary>Lets go of objects that the run is done with.</summary>
    public void Forget(int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            SeeUnread(i);
            _entries[i] = null;
        }
        New.Forget(end);
    }

    void SeeUnread(int ordinal)
    {
        if (_entries[ordinal] is { Outcome: LedgerEntry.Unreadable, IsArchived: false, Source.Delivered: not null } entry)
            _unreadFolders.Add(LogFolder.PathOf(entry.Key));
    }

    // Called by many at once.
    SourceObject? Take(StoredObject item, SourceListing listing, Ledger ledger, SourceFilter filter)
    {
        var key = listing.KeyOf(item.Key);
        Interlocked.Increment(ref _listed);
        if (key.Kind != LogKind.Log)
            Interlocked.Increment(ref _passedOver);
        else if (filter.Takes(item.Key, key))
        {
            if (!(key.Day < filter.Since)) // the days between would seem to be missing
                Coverage.See(key);
            var known = listing.Known(item);
            if (!ledger.Has(known, key.Day))
                return Keep(item.Key, known.ETag, item.SizeBytes, key.Day);
            Interlocked.Increment(ref _alreadyIngested);
        }
        return null;
    }

    SourceObject Keep(string key, string etag, long sizeBytes, DateOnly? delivered)
    {
        var length = Encoding.UTF8.GetByteCount(key);
        Span<byte> texts;
        lock (_keeping)
            texts = _texts.Take(length + Encoding.UTF8.GetByteCount(etag));
        Encoding.UTF8.GetBytes(key, texts);
        Encoding.UTF8.GetBytes(etag, texts[length..]);
        return new(ByteSlice.OfFixed(texts[..length]), ByteSlice.OfFixed(texts[length..]), sizeBytes, delivered);
    }
}
