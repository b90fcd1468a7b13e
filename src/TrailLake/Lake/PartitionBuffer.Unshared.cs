using TrailLake.CloudTrail;

namespace TrailLake.Lake;

// How rows outlive an epoch: what they share becomes their buffer's own. A row grows by that, so it is for a few rows, where the others
// would be a row group of a handful.
sealed unsafe partial class PartitionBuffer
{
    /// <summary>True where a text of its own may be a shared one, too.</summary>
    public bool HasUnshared { get; private set; }

    /// <summary>Copies all rows of another buffer in, so that they name nothing that is shared.</summary>
    public void TakeUnshared(PartitionBuffer other, SharedValues shared)
    {
        HasUnshared = true;
        var rows = new nint[other.RowCount];
        other.CopyRows(rows);
        foreach (var row in rows)
        {
            var header = (RowHeader*)row;
            var cells = new ReadOnlySpan<Cell>((uint*)header + RowHeader.Words, header->CellCount);
            var count = 0;
            foreach (var cell in cells)
                count += cell.IsFragment ? shared.Fragments[cell.Id].Cells.Length : 1;
            var target = (uint*)Take(ref _rows, (RowHeader.Words + count) * sizeof(uint));
            *(RowHeader*)target = *header with { CellCount = checked((ushort)count) };
            target += RowHeader.Words;
            foreach (var cell in cells)
            {
                foreach (var single in cell.IsFragment ? shared.Fragments[cell.Id].Cells : [cell])
                    *target++ = Own(single, other, shared).Bits;
            }
            RowCount++;
        }
    }

    Cell Own(Cell cell, PartitionBuffer other, SharedValues shared) => Columns.All[cell.Column].Type is ColumnType.Boolean or ColumnType.BooleanText
        ? cell // its number is its value
        : Cell.Of(cell.Column, IdOf(cell.IsLocal ? other.Text(cell.Id) : shared.Texts[cell.Id]), isLocal: true);
}
