using TrailLake.CloudTrail;
using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake.Lake;

/// <summary>What a partition holds already: the files of earlier runs, and those that this run writes.</summary>
/// <remarks>Waiting rows meet them before they are written. Only row groups whose times overlap are looked at, and of those only the event
/// ids; the other columns are read where ids meet. No file is open between two meetings: thousands of partitions wait at a time, and what
/// is known of an open file takes some 200 KB.</remarks>
sealed class StoredRows
{
    readonly Partition _partition;
    readonly List<StoredFile> _files = [];

    StoredRows(Partition partition) => _partition = partition;

    /// <summary>Finds the files of a partition.</summary>
    /// <param name="isNew">The lake has none.</param>
    /// <param name="shard">The run's: the files of others of its kind may go while it reads.</param>
    public static StoredRows Of(ObjectStore lake, Partition partition, bool isNew, Shard? shard)
    {
        var stored = new StoredRows(partition);
        foreach (var file in isNew ? [] : LakeFile.List(lake, partition.Path).Where(file => Shard.MayRead(shard, file.Key)))
            stored._files.Add(new StoredFile(lake, file, partition.Layout));
        return stored;
    }

    /// <summary>Compares waiting rows with what is stored.</summary>
    /// <param name="rows">In time order.</param>
    /// <param name="matches">Finds them; the worker's own.</param>
    public void Meet(DuplicateFilter filter, WaitingRows rows, StoredMatches matches)
    {
        foreach (var file in _files)
        {
            Meet(filter, rows, matches, file.Groups, file.Read);
            file.Close();
        }
        foreach (var file in _partition.Files)
        {
            ParquetReader? own = null; // opened only where ids meet
            Meet(filter, rows, matches, file.Groups, () => own ??= file.Open(_partition.Path));
            own?.Dispose();
        }
    }

    void Meet(DuplicateFilter filter, WaitingRows rows, StoredMatches matches, IReadOnlyList<RowGroupFacts> groups, Func<ParquetReader> open)
    {
        for (var group = 0; group < groups.Count; group++)
        {
            var facts = groups[group];
            if (facts.FirstTime <= rows.LastTime && facts.LastTime >= rows.FirstTime && (facts.Fingerprints is null || filter.MayHave(facts.Fingerprints)))
                matches.Find(open(), group, _partition.Layout, filter, rows);
        }
    }

    /// <summary>A file of an earlier run.</summary>
    sealed class StoredFile
    {
        readonly Func<ParquetReader> _open;
        ParquetReader? _reader;

        public StoredFile(ObjectStore lake, StoredObject file, TableLayout layout)
        {
            _open = () => LakeFile.Open(lake, file, layout.Schema, layout.Time, layout.EventId, layout.SourceObject, layout.SourceIndex);
            var reader = Read();
            var time = reader.Schema.IndexOf(layout.Schema.Columns[layout.Time].Name);
            Groups = [.. reader.RowGroups.Select(group => new RowGroupFacts(
                group.Rows,
                group.Chunks[time].LeastInt64 ?? long.MinValue,
                group.Chunks[time].GreatestInt64 ?? long.MaxValue))];
        }

        public IReadOnlyList<RowGroupFacts> Groups { get; }

        public ParquetReader Read() => _reader ??= _open();

        public void Close()
        {
            _reader?.Dispose();
            _reader = null;
        }
    }
}
