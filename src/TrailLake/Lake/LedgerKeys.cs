using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake.Lake;

/// <summary>The keys of the source objects that a lake has taken in, whatever became of the objects since.</summary>
sealed class LedgerKeys
{
    const int ReadAtOnce = 8;

    readonly HashSet<UInt128> _keys = []; // of each the begin of its hash, so that a million take 32 MB

    /// <summary>Reads the whole ledger of a lake.</summary>
    /// <exception cref="LakeException">A file of it is damaged.</exception>
    public LedgerKeys(ObjectStore lake, CancellationToken cancel)
    {
        var files = LakeFile.List(lake, Ledger.Folder).ToArray();
        WaitingThreads.Run(ReadAtOnce, files.Length, i => Read(lake, files[i]), cancel);
    }

    /// <summary>True where the lake has taken in an object of this key.</summary>
    public bool Has(string key) => _keys.Contains(HashOf(Encoding.UTF8.GetBytes(key)));

    void Read(ObjectStore lake, StoredObject file)
    {
        try
        {
            var column = LedgerFile.Schema.IndexOf("object_key");
            using var reader = LakeFile.Open(lake, file, LedgerFile.Schema, column);
            using var keys = new ColumnValues();
            var place = reader.Schema.IndexOf("object_key");
            for (var group = 0; group < reader.RowGroups.Length; group++)
            {
                reader.Read(group, place, keys);
                lock (_keys)
                {
                    for (var row = 0; row < keys.Rows; row++)
                        _keys.Add(HashOf(keys.Utf8(row)));
                }
            }
        }
        catch (ParquetException e)
        {
            throw new LakeException($"{e.Message} Restore the file from a backup, or remove it: its objects are then read again, and no event is kept twice.");
        }
    }

    static UInt128 HashOf(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
