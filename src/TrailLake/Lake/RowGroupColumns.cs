using System.Runtime.CompilerServices;
using TrailLake.CloudTrail;

namespace TrailLake.Lake;

/// <summary>The rows of a row group turned into columns: for each column that has a value, one number a row.</summary>
/// <remarks>A number is a boolean (0, 1) or names a text (<see cref="DistinctTexts.Number"/>); -1 is null. A column that no row has is never
/// touched, so wide tables cost nothing where they are empty.</remarks>
sealed class RowGroupColumns(DistinctTexts texts)
{
    readonly int[]?[] _numbers = new int[CloudTrail.Columns.All.Length][];
    readonly bool[] _isUsed = new bool[CloudTrail.Columns.All.Length];
    int _rows;

    /// <summary>True where a row has a value in this column (an ordinal among all columns).</summary>
    public bool IsUsed(int column) => _isUsed[column];

    /// <summary>A column's numbers, one a row.</summary>
    public ReadOnlySpan<int> this[int column] => _numbers[column].AsSpan(0, _rows);

    /// <summary>Takes rows by the addresses of their headers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public unsafe void Take(ReadOnlySpan<nint> rows)
    {
        Array.Clear(_isUsed);
        _rows = rows.Length;
        for (var row = 0; row < rows.Length; row++)
        {
            var header = (RowHeader*)rows[row];
            foreach (var cell in new ReadOnlySpan<Cell>((uint*)header + RowHeader.Words, header->CellCount))
            {
                if (!cell.IsFragment)
                    Set(cell, row);
                else
                {
                    foreach (var inner in texts.FragmentOf(cell).Cells)
                        Set(inner, row);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Set(Cell cell, int row)
    {
        if (!_isUsed[cell.Column])
            Use(cell.Column);
        _numbers[cell.Column]![row] = DistinctTexts.Number(cell);
    }

    void Use(int column)
    {
        _isUsed[column] = true;
        if (_numbers[column] is not { } numbers || numbers.Length < _rows)
            _numbers[column] = numbers = new int[Math.Max(256, _rows)];
        numbers.AsSpan(0, _rows).Fill(-1);
    }
}
