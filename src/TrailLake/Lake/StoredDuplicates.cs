using System.Runtime.InteropServices;
using TrailLake.CloudTrail;
using TrailLake.Parquet;

namespace TrailLake.Lake;

/// <summary>Rows that several files of a partition have: what shards and crossing runs may leave.</summary>
/// <remarks>Two rows are the same as <see cref="RowIdentity"/> says; that of the earlier file stays. Within one file there are none.</remarks>
sealed class StoredDuplicates
{
    readonly record struct Place(int File, int Group, int Row);

    readonly record struct Known(ulong Hash, Place Place);

    record struct Pair(Place Left, Place Right, bool SaysTheSame);

    /// <summary>Rows whose identities are held at once, in 24 bytes each; of more the columns are read several times.</summary>
    const int UsualRows = 2_000_000;

    readonly Dictionary<(int File, int Group), HashSet<int>> _dropped = [];

    /// <summary>How many rows are to be dropped.</summary>
    public long Count => _dropped.Values.Sum(rows => (long)rows.Count);

    /// <summary>The rows to drop of a row group; null where there are none.</summary>
    public IReadOnlySet<int>? Of(int file, int group) => _dropped.GetValueOrDefault((file, group));

    /// <summary>True where rows of a file are to be dropped.</summary>
    public bool AreIn(int file) => _dropped.Keys.Any(key => key.File == file);

    /// <summary>Compares files of one partition; by their ids first, and the other columns only where ids meet.</summary>
    /// <param name="rowsAtOnce">About so many are held.</param>
    /// <exception cref="OperationCanceledException">It was asked to end, between two row groups or columns.</exception>
    public static StoredDuplicates Find(TableLayout layout, IReadOnlyList<ParquetReader> files, CancellationToken cancel, int rowsAtOnce = UsualRows)
    {
        using var left = new ColumnValues();
        using var right = new ColumnValues();
        var parts = files.Sum(file => file.Rows) / rowsAtOnce + 1;
        var pairs = new List<Pair>();
        for (var part = 0L; part < parts; part++)
            AddPairs(Hashes(layout, files, left, right, hash => PartOf(hash, parts) == part, cancel), pairs);
        pairs.Sort(static (a, b) => Compare(a.Left, b.Left) is not 0 and var order ? order : Compare(a.Right, b.Right));
        for (var i = 0; i < layout.Columns.Length && pairs.Count > 0; i++)
        {
            cancel.ThrowIfCancellationRequested();
            if (StoredMatches.IsContent(layout, i) || i == layout.EventId)
                Compare(layout, files, i, pairs, left, right);
            pairs.RemoveAll(pair => !pair.SaysTheSame);
        }
        // Where neither has an id, only the very place makes them one.
        foreach (var i in new[] { layout.SourceObject, layout.SourceIndex })
            Compare(layout, files, i, pairs, left, right, onlyWithoutId: true);
        var found = new StoredDuplicates();
        foreach (var pair in pairs.Where(pair => pair.SaysTheSame))
        {
            if (!found.Has(pair.Left)) // that of which it is the twin stays
                (CollectionsMarshal.GetValueRefOrAddDefault(found._dropped, (pair.Right.File, pair.Right.Group), out _) ??= []).Add(pair.Right.Row);
        }
        return found;
    }

    // Rows that are the same are in one.
    static long PartOf(ulong hash, long parts) => (long)Math.BigMul(hash, (ulong)parts, out _);

    bool Has(Place place) => _dropped.TryGetValue((place.File, place.Group), out var rows) && rows.Contains(place.Row);

    static List<Known> Hashes(TableLayout layout, IReadOnlyList<ParquetReader> files, ColumnValues ids, ColumnValues objects, Func<ulong, bool> isOfPart, CancellationToken cancel)
    {
        var known = new List<Known>();
        using ColumnValues indexes = new(), times = new();
        for (var file = 0; file < files.Count; file++)
        {
            for (var group = 0; group < files[file].RowGroups.Length; group++)
            {
                cancel.ThrowIfCancellationRequested();
                Read(layout, files[file], group, layout.EventId, ids);
                Read(layout, files[file], group, layout.SourceObject, objects);
                Read(layout, files[file], group, layout.SourceIndex, indexes);
                Read(layout, files[file], group, layout.Time, times);
                for (var row = 0; row < ids.Rows; row++)
                {
                    // With the time: of a placeholder that thousands have for an id not all need be compared.
                    var identity = ids.IsNull(row) ? RowIdentity.HashOf(objects.Utf8(row), indexes.Int64s[row]) : RowIdentity.HashOf(ids.Utf8(row));
                    var hash = RowIdentity.WithTime(identity, times.Int64s[row]);
                    if (isOfPart(hash))
                        known.Add(new(hash, new(file, group, row)));
                }
            }
        }
        known.Sort(static (a, b) => a.Hash != b.Hash ? a.Hash.CompareTo(b.Hash) : Compare(a.Place, b.Place));
        return known;
    }

    static int Compare(Place a, Place b) =>
        a.File != b.File ? a.File.CompareTo(b.File) : a.Group != b.Group ? a.Group.CompareTo(b.Group) : a.Row.CompareTo(b.Row);

    /// <summary>Rows of different files whose ids have the same hash.</summary>
    static void AddPairs(List<Known> known, List<Pair> pairs)
    {
        for (var first = 0; first < known.Count; first++)
        {
            for (var next = first + 1; next < known.Count && known[next].Hash == known[first].Hash; next++)
            {
                if (known[next].Place.File != known[first].Place.File)
                    pairs.Add(new(known[first].Place, known[next].Place, true));
            }
        }
    }

    static void Compare(TableLayout layout, IReadOnlyList<ParquetReader> files, int i, List<Pair> pairs, ColumnValues left, ColumnValues right, bool onlyWithoutId = false)
    {
        using var ids = new ColumnValues();
        (int, int) inLeft = (-1, -1), inRight = (-1, -1);
        bool isLeft = false, isRight = false;
        // By row groups, so that each is read once for all pairs of two of them.
        foreach (var number in Enumerable.Range(0, pairs.Count).OrderBy(number => (pairs[number].Left.File, pairs[number].Left.Group, pairs[number].Right.File, pairs[number].Right.Group)).ToArray())
        {
            ref var pair = ref CollectionsMarshal.AsSpan(pairs)[number];
            if (inLeft != (pair.Left.File, pair.Left.Group))
            {
                isLeft = Read(layout, files[pair.Left.File], pair.Left.Group, i, left);
                if (onlyWithoutId)
                    Read(layout, files[pair.Left.File], pair.Left.Group, layout.EventId, ids);
                inLeft = (pair.Left.File, pair.Left.Group);
            }
            if (inRight != (pair.Right.File, pair.Right.Group))
            {
                isRight = Read(layout, files[pair.Right.File], pair.Right.Group, i, right);
                inRight = (pair.Right.File, pair.Right.Group);
            }
            if (!onlyWithoutId || ids.IsNull(pair.Left.Row))
                pair.SaysTheSame = pair.SaysTheSame && AreEqual(layout.Columns[i].Type, isLeft ? left : null, pair.Left.Row, isRight ? right : null, pair.Right.Row);
        }
    }

    static bool AreEqual(ColumnType type, ColumnValues? left, int leftRow, ColumnValues? right, int rightRow)
    {
        var (isLeft, isRight) = (left?.IsNull(leftRow) == false, right?.IsNull(rightRow) == false);
        if (!isLeft || !isRight)
            return isLeft == isRight;
        return type switch
        {
            ColumnType.Boolean or ColumnType.BooleanText => left!.Booleans[leftRow] == right!.Booleans[rightRow],
            ColumnType.Timestamp or ColumnType.Int64 => left!.Int64s[leftRow] == right!.Int64s[rightRow],
            ColumnType.Json => JsonContent.AreEqual(left!.Utf8(leftRow), right!.Utf8(rightRow)),
            _ => left!.Utf8(leftRow).SequenceEqual(right!.Utf8(rightRow)),
        };
    }

    static bool Read(TableLayout layout, ParquetReader file, int group, int column, ColumnValues into)
    {
        var place = file.Schema.IndexOf(layout.Columns[column].Name);
        if (place >= 0)
            file.Read(group, place, into);
        return place >= 0;
    }
}
