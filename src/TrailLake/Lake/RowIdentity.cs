using TrailLake.CloudTrail;

namespace TrailLake.Lake;

/// <summary>When two waiting rows are the same event, and when they only share its id.</summary>
/// <remarks>Two deliveries of an event have the same id and say the same. The same id with other content is met too (placeholders,
/// anonymised sets: 319 of 29,068 public records): both are kept.</remarks>
sealed unsafe class RowIdentity(DistinctTexts texts)
{
    readonly int _eventId = Columns.OrdinalNamed(LakeTable.Events, "event_id"), _aggregateId = Columns.OrdinalNamed(LakeTable.Aggregates, "event_id");
    readonly List<Cell> _left = [], _right = [];

    /// <summary>The cells of a row.</summary>
    public static ReadOnlySpan<Cell> Cells(RowHeader* row) => new((uint*)row + RowHeader.Words, row->CellCount);

    /// <summary>A hash of the row's event id; 0 when it has none, and so no duplicates.</summary>
    public ulong IdHash(RowHeader* row, PartitionBuffer buffer)
    {
        if (row->HasEventId)
            return HashOf(row->EventId);
        return TryIdText(row, buffer, out var id) ? HashOf(id) : 0;
    }

    /// <summary>The hash that an id's text has.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> id) => Uuid.TryParse(id, out var uuid) ? HashOf(uuid) : TextRef.HashOf(id) | 1;

    static ulong HashOf(Uuid id) => (id.High ^ System.Numerics.BitOperations.RotateLeft(id.Low, 32) * 0x9E37_79B9_7F4A_7C15) | 1;

    /// <summary>The row's event id where it is no plain UUID.</summary>
    public bool TryIdText(RowHeader* row, PartitionBuffer buffer, out ReadOnlySpan<byte> id)
    {
        foreach (var cell in Cells(row))
        {
            if (cell.Column == _eventId || cell.Column == _aggregateId)
            {
                id = texts.TextOf(DistinctTexts.Number(cell), buffer).Span;
                return true;
            }
        }
        id = default;
        return false;
    }

    /// <summary>True where both have the same event id.</summary>
    public bool HaveSameId(RowHeader* left, RowHeader* right, PartitionBuffer buffer)
    {
        if (left->HasEventId != right->HasEventId)
            return false;
        if (left->HasEventId)
            return left->EventId == right->EventId;
        return TryIdText(left, buffer, out var a) && TryIdText(right, buffer, out var b) && a.SequenceEqual(b);
    }

    /// <summary>True where both say the same; file and position aside.</summary>
    public bool SayTheSame(RowHeader* left, RowHeader* right, PartitionBuffer buffer)
    {
        if (left->Time != right->Time || left->CellCount != right->CellCount || left->HasRequestId != right->HasRequestId || left->RequestId != right->RequestId)
            return false;
        if (Cells(left).SequenceEqual(Cells(right)))
            return true;
        // Other numbers may still be the same texts, and the same properties may stand in another order.
        Sorted(Cells(left), _left);
        Sorted(Cells(right), _right);
        for (var i = 0; i < _left.Count; i++)
        {
            if (!AreEqual(_left[i], _right[i], buffer))
                return false;
        }
        return true;
    }

    static void Sorted(ReadOnlySpan<Cell> cells, List<Cell> target)
    {
        target.Clear();
        foreach (var cell in cells)
            target.Add(cell);
        target.Sort(static (a, b) => a.Column.CompareTo(b.Column));
    }

    bool AreEqual(Cell left, Cell right, PartitionBuffer buffer)
    {
        if (left == right)
            return true;
        return left.Column == right.Column && Columns.All[left.Column].Type is not (ColumnType.Boolean or ColumnType.BooleanText)
            && texts.TextOf(DistinctTexts.Number(left), buffer).Span.SequenceEqual(texts.TextOf(DistinctTexts.Number(right), buffer).Span);
    }
}
