using System.Numerics;
using System.Runtime.CompilerServices;
using TrailLake.CloudTrail;

namespace TrailLake.Lake;

/// <summary>When two rows are the same event, and when they only share its id.</summary>
/// <remarks>Two deliveries of an event have the same id and say the same. The same id with other content is met too (placeholders,
/// anonymised sets: 319 of 29,068 public records): both are kept. A record without an id has no duplicates; only its very place, the same
/// file and position, read again after a crash, is the same row.</remarks>
sealed unsafe class RowIdentity
{
    static readonly int EventId = Columns.OrdinalNamed(LakeTable.Events, "event_id"), AggregateId = Columns.OrdinalNamed(LakeTable.Aggregates, "event_id");

    readonly List<Cell> _left = [], _right = [];

    /// <summary>A hash of what tells a row from others: its event id or, without one, its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong HashOf(WaitingRows rows, int row)
    {
        var header = rows.Header(row);
        if (header->Has(RowFlags.HasEventId))
            return HashOf(header->EventId);
        return TryIdText(rows, row, out var id) ? HashOf(id) : HashOf(rows.SourceObject(row), header->Index);
    }

    /// <summary>The hash of an event id by its text.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> id) => Uuid.TryParse(id, out var uuid) ? HashOf(uuid) : TextRef.HashOf(id);

    /// <summary>The hash of a place.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> sourceObject, long index) => BitOperations.RotateLeft(TextRef.HashOf(sourceObject), 17) ^ ((ulong)index * 0x9E37_79B9_7F4A_7C15);

    /// <summary>The hash of an identity with a time, which twins have in common.</summary>
    public static ulong WithTime(ulong identity, long time) => identity ^ ((ulong)time * 0x9E37_79B9_7F4A_7C15);

    static ulong HashOf(Uuid id) => id.High ^ (BitOperations.RotateLeft(id.Low, 32) * 0x9E37_79B9_7F4A_7C15);

    /// <summary>True where the row has this event id.</summary>
    public static bool HasId(WaitingRows rows, int row, ReadOnlySpan<byte> id) =>
        rows.Header(row)->Has(RowFlags.HasEventId)
            ? Uuid.TryParse(id, out var uuid) && uuid == rows.Header(row)->EventId
            : TryIdText(rows, row, out var text) && text.SequenceEqual(id);

    /// <summary>True where the row has no event id and stood at this place.</summary>
    public static bool StoodAt(WaitingRows rows, int row, ReadOnlySpan<byte> sourceObject, long index) =>
        !rows.Header(row)->Has(RowFlags.HasEventId) && !TryIdText(rows, row, out _)
        && rows.Header(row)->Index == index && rows.SourceObject(row).SequenceEqual(sourceObject);

    /// <summary>True where both have the same event id.</summary>
    public static bool HaveSameId(WaitingRows rows, int left, int right)
    {
        if (rows.Header(left)->Has(RowFlags.HasEventId))
            return rows.Header(right)->Has(RowFlags.HasEventId) && rows.Header(left)->EventId == rows.Header(right)->EventId;
        return TryIdText(rows, left, out var a) && TryIdText(rows, right, out var b) && a.SequenceEqual(b);
    }

    /// <summary>True where both say the same; file and position aside.</summary>
    public bool SayTheSame(WaitingRows rows, int left, int right)
    {
        RowHeader* a = rows.Header(left), b = rows.Header(right);
        if (a->Time != b->Time || a->Flags != b->Flags || a->RequestId != b->RequestId)
            return false;
        if (rows.Cells(left).SequenceEqual(rows.Cells(right)))
            return true;
        // Other numbers may still be the same texts, and the same properties may stand in another order.
        Sort(rows, left, _left);
        Sort(rows, right, _right);
        if (_left.Count != _right.Count)
            return false;
        for (var i = 0; i < _left.Count; i++)
        {
            if (!AreEqual(rows, _left[i], _right[i]))
                return false;
        }
        return true;
    }

    /// <summary>The row's event id where it is no plain UUID.</summary>
    static bool TryIdText(WaitingRows rows, int row, out ReadOnlySpan<byte> id)
    {
        var hasId = rows.TryCell(row, EventId, out var cell) || rows.TryCell(row, AggregateId, out cell);
        id = hasId ? rows.Text(cell) : default;
        return hasId;
    }

    static void Sort(WaitingRows rows, int row, List<Cell> target)
    {
        target.Clear();
        rows.Expand(row, target);
        target.Sort(static (a, b) => a.Column.CompareTo(b.Column));
    }

    static bool AreEqual(WaitingRows rows, Cell left, Cell right)
    {
        if (left == right)
            return true;
        return left.Column == right.Column && Columns.All[left.Column].Type switch
        {
            ColumnType.Boolean or ColumnType.BooleanText => false,
            ColumnType.Json => JsonContent.AreEqual(rows.Text(left), rows.Text(right)),
            _ => rows.Text(left).SequenceEqual(rows.Text(right)),
        };
    }
}
