using TrailLake.CloudTrail;

namespace TrailLake.Lake;

/// <summary>The rows of a buffer in the order in which they will stand, and their values by column.</summary>
/// <param name="rows">The addresses of their headers, in time order; at least one.</param>
/// <param name="buffer">Where they wait.</param>
/// <param name="texts">Finds their texts.</param>
/// <param name="sources">Names their files.</param>
readonly unsafe ref struct WaitingRows(Span<nint> rows, PartitionBuffer buffer, DistinctTexts texts, SourceObjects sources)
{
    readonly Span<nint> _rows = rows;

    public int Count => _rows.Length;

    public long FirstTime => Header(0)->Time;

    public long LastTime => Header(Count - 1)->Time;

    public RowHeader* Header(int row) => (RowHeader*)_rows[row];

    /// <summary>The key of a row's file.</summary>
    public ReadOnlySpan<byte> SourceObject(int row) => sources[Header(row)->ObjectOrdinal].Span;

    /// <summary>A row's cells.</summary>
    public ReadOnlySpan<Cell> Cells(int row) => new((uint*)Header(row) + RowHeader.Words, Header(row)->CellCount);

    /// <summary>A cell's text.</summary>
    public ReadOnlySpan<byte> Text(Cell cell) => texts.TextOf(DistinctTexts.Number(cell), buffer).Span;

    /// <summary>The cell of a column, an ordinal among all columns; false where it is NULL.</summary>
    public bool TryCell(int row, int column, out Cell cell)
    {
        foreach (var candidate in Cells(row))
        {
            if (candidate.IsFragment ? TryFind(texts.FragmentOf(candidate).Cells, column, out cell) : TryFind([candidate], column, out cell))
                return true;
        }
        cell = default;
        return false;
    }

    /// <summary>Adds a row's cells to a list, those of its fragments one by one.</summary>
    public void Expand(int row, List<Cell> target)
    {
        foreach (var cell in Cells(row))
        {
            if (cell.IsFragment)
                target.AddRange(texts.FragmentOf(cell).Cells);
            else
                target.Add(cell);
        }
    }

    static bool TryFind(ReadOnlySpan<Cell> cells, int column, out Cell found)
    {
        foreach (var cell in cells)
        {
            if (cell.Column == column)
            {
                found = cell;
                return true;
            }
        }
        found = default;
        return false;
    }

    /// <summary>Keeps a row at another, earlier place.</summary>
    public void Move(int from, int to) => _rows[to] = _rows[from];
}
