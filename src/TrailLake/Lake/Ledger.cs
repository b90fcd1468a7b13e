using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake.Lake;

/// <summary>Which source objects the lake has: one Parquet file a run in <c>_traillake/ledger</c>, one row an object. It is written last,
/// so what it names is surely there.</summary>
/// <remarks>A run that looks at the last days reads only the files of runs that began since then, and a shard none of the others': no earlier run has read what was
/// delivered later, but for one that waited days for the lock, whose objects are read again then, which doubles no event. So a lake of years costs a night no more than one of days. The files before are read for the first object whose key names no day.</remarks>
sealed class Ledger
{
    /// <summary>The folder of these files.</summary>
    public const string Folder = LakeFolders.Notes + "/ledger";

    /// <summary>Days for which a run's clock may be behind the one that named the objects, and midnight while it lists.</summary>
    const int ClockDays = 2;

    /// <summary>Files that are read at once, where that may wait for a network.</summary>
    internal const int ReadAtOnce = 8;

    readonly DateOnly? _since;
    readonly UInt128[] _recent;
    readonly Lazy<UInt128[]> _older;

    /// <summary>Opens the ledger of a lake; one without any is empty.</summary>
    /// <param name="since">The first day of delivery that the run looks at; null for all.</param>
    /// <param name="shard">The run's.</param>
    /// <param name="cancel">Ends the reading, which of years of hourly runs takes a while.</param>
    /// <exception cref="LakeException">A file of it is damaged.</exception>
    public Ledger(ObjectStore lake, DateOnly? since, Shard? shard, CancellationToken cancel)
    {
        _since = since;
        var files = LakeFile.List(lake, Folder).Where(file => Shard.MayRead(shard, file.Key)).ToLookup(file => IsOfRunBefore(file.Key, since));
        _recent = Read(lake, [.. files[false]], cancel);
        _older = new(() => Read(lake, [.. files[true]], cancel));
    }

    /// <summary>True where the lake has this very object: same key, size and ETag.</summary>
    /// <param name="delivered">The day that its key names, if any.</param>
    /// <exception cref="LakeException">A file that had to be read is damaged.</exception>
    public bool Has(StoredObject source, DateOnly? delivered)
    {
        var isInRecent = delivered >= _since;
        if (_recent.Length == 0 && (isInRecent || _older.Value.Length == 0))
            return false;
        var fingerprint = Fingerprint(Encoding.UTF8.GetBytes(source.Key), source.SizeBytes, Encoding.UTF8.GetBytes(source.ETag));
        return IsIn(_recent, fingerprint) || (!isInRecent && IsIn(_older.Value, fingerprint));
    }

    /// <summary>True where a run came so far that the objects of its part are in the ledger.</summary>
    public static bool Has(ObjectStore lake, string runId, int part) => lake.Exists(PathOf(PartName.Of(runId, part)));

    /// <summary>Writes a part of what a run read, to be committed when all that it names is safe; null where that is nothing.</summary>
    public static ObjectWrite? Begin(ObjectStore lake, string runId, int part, DateTimeOffset now, IReadOnlyList<LedgerEntry> entries)
    {
        if (entries.Count == 0)
            return null;
        var write = lake.BeginWrite(PathOf(PartName.Of(runId, part)));
        try
        {
            LedgerFile.Write(write, runId, now, entries);
            return write;
        }
        catch
        {
            write.Dispose();
            throw;
        }
    }

    static string PathOf(string name) => $"{Folder}/{name}.parquet";

    static bool IsOfRunBefore(string key, DateOnly? since) =>
        since is { } day && RunIds.DayOf(key[(Folder.Length + 1)..]) is { } began && began.DayNumber + ClockDays < day.DayNumber;

    // In order, and 16 bytes an object, so that a million objects stay small.
    static UInt128[] Read(ObjectStore lake, StoredObject[] files, CancellationToken cancel)
    {
        var ofFile = new UInt128[files.Length][];
        WaitingThreads.Run(ReadAtOnce, files.Length, i => ofFile[i] = Read(lake, files[i]), cancel);
        var (all, end) = (new UInt128[ofFile.Sum(some => some.Length)], 0);
        foreach (var some in ofFile)
        {
            some.CopyTo(all, end);
            end += some.Length;
        }
        Array.Sort(all);
        return all;
    }

    static UInt128[] Read(ObjectStore lake, StoredObject file)
    {
        var found = new List<UInt128>();
        LedgerFile.Read(lake, file, ["object_key", "size_bytes", "etag"], values =>
        {
            for (var row = 0; row < values[0].Rows; row++)
                found.Add(Fingerprint(values[0].Utf8(row), values[1].Int64s[row], values[2].Utf8(row)));
        });
        return [.. found];
    }

    static bool IsIn(UInt128[] sorted, UInt128 fingerprint) => Array.BinarySearch(sorted, fingerprint) >= 0;

    static UInt128 Fingerprint(ReadOnlySpan<byte> key, long size, ReadOnlySpan<byte> etag) => HashOf([.. key, 0, .. BitConverter.GetBytes(size), .. etag]);

    /// <summary>The begin of a hash that no two differing texts share.</summary>
    internal static UInt128 HashOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
