using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake.Lake;

/// <summary>Which source objects the lake has: one Parquet file a run in <c>_traillake/ledger</c>, one row an object. It is written last,
/// so what it names is surely there.</summary>
sealed class Ledger
{
    /// <summary>The folder of these files.</summary>
    public const string Folder = "_traillake/ledger";

    readonly HashSet<UInt128> _known = []; // 16 bytes an object, so that a million objects stay small

    Ledger() { }

    /// <summary>Reads the ledger of a lake; one without any is empty.</summary>
    /// <exception cref="LakeException">A file of it is damaged.</exception>
    public static Ledger Load(ObjectStore lake)
    {
        var ledger = new Ledger();
        foreach (var file in LakeFile.List(lake, Folder))
        {
            try
            {
                ledger.Add(lake, file);
            }
            catch (ParquetException e)
            {
                throw new LakeException($"{e.Message} Restore the file from a backup, or remove it: its objects are then read again, and no event is kept twice.");
            }
        }
        return ledger;
    }

    /// <summary>True where the lake has this very object: same key, size and ETag.</summary>
    public bool Has(StoredObject source) => _known.Count > 0 && _known.Contains(Fingerprint(Encoding.UTF8.GetBytes(source.Key), source.SizeBytes, Encoding.UTF8.GetBytes(source.ETag)));

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

    void Add(ObjectStore lake, StoredObject file)
    {
        using var reader = LakeFile.Open(
            lake, file, LedgerFile.Schema, LedgerFile.Schema.IndexOf("object_key"), LedgerFile.Schema.IndexOf("size_bytes"), LedgerFile.Schema.IndexOf("etag"));
        using ColumnValues keys = new(), sizes = new(), etags = new();
        for (var group = 0; group < reader.RowGroups.Length; group++)
        {
            reader.Read(group, reader.Schema.IndexOf("object_key"), keys);
            reader.Read(group, reader.Schema.IndexOf("size_bytes"), sizes);
            reader.Read(group, reader.Schema.IndexOf("etag"), etags);
            for (var row = 0; row < keys.Rows; row++)
                _known.Add(Fingerprint(keys.Utf8(row), sizes.Int64s[row], etags.Utf8(row)));
        }
    }

    static UInt128 Fingerprint(ReadOnlySpan<byte> key, long size, ReadOnlySpan<byte> etag)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. key, 0, .. BitConverter.GetBytes(size), .. etag], hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
