using System.Text;
using TrailLake.Storage;

namespace TrailLake.Lake;

/// <summary>The keys of the source objects that a lake has taken in, whatever became of the objects since.</summary>
sealed class LedgerKeys
{
    readonly HashSet<UInt128> _keys = []; // hashes, so that a million take 32 MB

    /// <summary>Reads the whole ledger of a lake.</summary>
    /// <exception cref="LakeException">A file of it is damaged.</exception>
    public LedgerKeys(ObjectStore lake, CancellationToken cancel)
    {
        var files = LakeFile.List(lake, Ledger.Folder).ToArray();
        WaitingThreads.Run(Ledger.ReadAtOnce, files.Length, i => LedgerFile.Read(lake, files[i], ["object_key"], values => Take(values[0])), cancel);
    }

    /// <summary>True where the lake has taken in an object of this key.</summary>
    public bool Has(string key) => _keys.Contains(Ledger.HashOf(Encoding.UTF8.GetBytes(key)));

    void Take(Parquet.ColumnValues keys)
    {
        lock (_keys)
        {
            for (var row = 0; row < keys.Rows; row++)
                _keys.Add(Ledger.HashOf(keys.Utf8(row)));
        }
    }
}
