using System.Runtime.InteropServices;
using TrailLake.CloudTrail;
using TrailLake.Parquet;

namespace TrailLake.Lake;

/// <summary>Finds waiting rows that a stored row group has: by event id first, then column by column, one column in memory at a time.</summary>
sealed unsafe class StoredMatches : IDisposable
{
    readonly ColumnValues _values = new(), _objects = new(), _indexes = new(), _times = new();
    readonly List<Pair> _pairs = [];

    /// <summary>A stored row and a waiting one with its id.</summary>
    record struct Pair(int Stored, int Waiting, bool SaysTheSame);

    /// <summary>Compares a row group with the waiting rows, and tells the filter.</summary>
    public void Find(ParquetReader reader, int group, TableLayout layout, DuplicateFilter filter, WaitingRows rows)
    {
        _pairs.Clear();
        PairById(reader, group, layout, filter, rows);
        if (_pairs.Count == 0)
            return;
        for (var i = 0; i < layout.Columns.Length; i++)
        {
            if (IsContent(layout, i))
                CompareColumn(reader, group, layout, i, rows);
        }
        foreach (var pair in _pairs)
            filter.Judge(rows, pair.Waiting, pair.SaysTheSame);
    }

    public void Dispose()
    {
        _values.Dispose();
        _objects.Dispose();
        _indexes.Dispose();
        _times.Dispose();
    }

    void PairById(ParquetReader reader, int group, TableLayout layout, DuplicateFilter filter, WaitingRows rows)
    {
        reader.Read(group, PlaceOf(reader, layout, layout.EventId), _values);
        if (filter.HasCrowds)
            reader.Read(group, PlaceOf(reader, layout, layout.Time), _times);
        var hasOthers = false;
        for (var row = 0; row < _values.Rows; row++)
        {
            if (_values.IsNull(row))
            {
                hasOthers = true;
                continue;
            }
            var id = _values.Utf8(row);
            var candidates = filter.HasCrowds ? filter.WithHash(RowIdentity.HashOf(id), _times.Int64s[row]) : filter.WithHash(RowIdentity.HashOf(id));
            for (var waiting = candidates.Next(); waiting >= 0; waiting = candidates.Next())
            {
                if (RowIdentity.HasId(rows, waiting, id))
                    _pairs.Add(new Pair(row, waiting, true));
            }
        }
        if (hasOthers)
            PairByPlace(reader, group, layout, filter, rows);
    }

    // Of the rows without an id only: one that has an id and stood at the place was another record, in a file that was replaced since.
    void PairByPlace(ParquetReader reader, int group, TableLayout layout, DuplicateFilter filter, WaitingRows rows)
    {
        reader.Read(group, PlaceOf(reader, layout, layout.SourceObject), _objects);
        reader.Read(group, PlaceOf(reader, layout, layout.SourceIndex), _indexes);
        for (var row = 0; row < _values.Rows; row++)
        {
            if (!_values.IsNull(row))
                continue;
            var source = _objects.Utf8(row);
            var index = _indexes.Int64s[row];
            var candidates = filter.WithHash(RowIdentity.HashOf(source, index));
            for (var waiting = candidates.Next(); waiting >= 0; waiting = candidates.Next())
            {
                if (RowIdentity.StoodAt(rows, waiting, source, index))
                    _pairs.Add(new Pair(row, waiting, true));
            }
        }
    }

    /// <summary>Derived columns follow from the others, and where a row came from is not what it says.</summary>
    public static bool IsContent(TableLayout layout, int i) =>
        !layout.Columns[i].IsDerived || layout.Columns[i].CompletesRecord;

    void CompareColumn(ParquetReader reader, int group, TableLayout layout, int i, WaitingRows rows)
    {
        // A file of an older release may lack the column: it is NULL there.
        var place = reader.Schema.IndexOf(layout.Columns[i].Name);
        if (place >= 0)
            reader.Read(group, place, _values);
        foreach (ref var pair in CollectionsMarshal.AsSpan(_pairs))
            pair.SaysTheSame = pair.SaysTheSame && IsEqual(place >= 0, pair, layout, i, rows);
    }

    bool IsEqual(bool isInFile, Pair pair, TableLayout layout, int i, WaitingRows rows)
    {
        var header = rows.Header(pair.Waiting);
        var isNull = !isInFile || _values.IsNull(pair.Stored);
        if (i == layout.Time)
            return !isNull && _values.Int64s[pair.Stored] == header->Time;
        if (i == layout.EventId)
            return true; // that is how the pair was found
        if (i == layout.RequestId && header->Has(RowFlags.HasRequestId))
            return !isNull && Uuid.TryParse(_values.Utf8(pair.Stored), out var uuid) && uuid == header->RequestId;
        if (!rows.TryCell(pair.Waiting, layout.Ordinals[i], out var cell) || isNull)
            return isNull && !rows.TryCell(pair.Waiting, layout.Ordinals[i], out _);
        return layout.Columns[i].Type switch
        {
            ColumnType.Boolean or ColumnType.BooleanText => _values.Booleans[pair.Stored] == cell.Id,
            ColumnType.Timestamp => _values.Int64s[pair.Stored] == MemoryMarshal.Read<long>(rows.Text(cell)),
            ColumnType.Json => JsonContent.AreEqual(_values.Utf8(pair.Stored), rows.Text(cell)),
            _ => _values.Utf8(pair.Stored).SequenceEqual(rows.Text(cell)),
        };
    }

    // Every file has these: they are looked for when it is opened.
    static int PlaceOf(ParquetReader reader, TableLayout layout, int column) => reader.Schema.IndexOf(layout.Columns[column].Name);
}
