using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TrailLake.CloudTrail;

namespace TrailLake.Lake;

/// <summary>A column of a row group: a number for each row (<see cref="DistinctTexts.Number"/>, or a boolean's 0 or 1), -1 for null.</summary>
/// <param name="Numbers">By row or, where there are fragments, by fragment.</param>
/// <param name="Fragments">By row the place of its fragment, -1 for none; empty where the numbers are by row.</param>
readonly ref struct ColumnNumbers(ReadOnlySpan<int> numbers, ReadOnlySpan<int> fragments)
{
    public ReadOnlySpan<int> Numbers { get; } = numbers;

    public ReadOnlySpan<int> Fragments { get; } = fragments;

    /// <summary>The number of a row.</summary>
    public int this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Fragments.IsEmpty ? Numbers[row] : Fragments[row] < 0 ? -1 : Numbers[Fragments[row]];
    }
}

/// <summary>The rows of a row group turned into columns.</summary>
/// <remarks>What comes from fragments is resolved once for each distinct fragment and not for each row. A column that no row has is never
/// touched, so wide tables cost nothing where they are empty.</remarks>
sealed unsafe class RowGroupColumns(DistinctTexts texts) : IDisposable
{
    /// <summary>More than there are properties that a fragment can begin with, which a test counts: one bit each.</summary>
    public const int MaxSlots = 64;

    /// <summary>Rows that there is room for from the start: address space, of which only what is used becomes memory.</summary>
    const int FirstCapacity = 1 << 17;

    static readonly int ColumnCount = CloudTrail.Columns.All.Length;

    // Fragments that begin with the same column never meet in a row: they share a slot, which says of each row which one it has.
    readonly int[] _slotOfColumn = new int[ColumnCount];
    readonly ulong[] _slotsWith = new ulong[ColumnCount]; // by column the slots that fill it, as bits
    readonly bool[] _hasRows = new bool[ColumnCount]; // by column: rows say it themselves
    readonly int[][] _byFragment = new int[ColumnCount][]; // by column, then by fragment
    readonly int[] _known = new int[ColumnCount]; // by column: up to which fragment
    ulong[] _places = new ulong[1024]; // by fragment id: stamp, 32 bits | slot, 8 bits | place, 24 bits
    ulong _stamp;
    int* _slots, _numbers; // rows of slots, rows of columns; memory that is not used is not touched
    int _slotCount, _fragmentCount, _rows, _capacity;

    /// <summary>True where a row has a value in this column (an ordinal among all columns).</summary>
    public bool IsUsed(int column) => _hasRows[column] || _slotsWith[column] != 0;

    /// <summary>A column's numbers.</summary>
    public ColumnNumbers this[int column] => _hasRows[column]
        ? new ColumnNumbers(Rows(column), default)
        : new ColumnNumbers(_byFragment[column].AsSpan(0, _fragmentCount), Slot(BitOperations.TrailingZeroCount(_slotsWith[column])));

    /// <summary>Takes rows by the addresses of their headers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Take(ReadOnlySpan<nint> rows)
    {
        Begin(rows.Length);
        for (var row = 0; row < rows.Length; row++)
        {
            var header = (RowHeader*)rows[row];
            foreach (var cell in new ReadOnlySpan<Cell>((uint*)header + RowHeader.Words, header->CellCount))
            {
                if (cell.IsFragment)
                    SetFragment(cell, row);
                else
                    Set(cell, row);
            }
        }
        for (var column = 0; column < ColumnCount; column++)
        {
            Know(column, _fragmentCount);
            if (_hasRows[column] ? _slotsWith[column] != 0 : !BitOperations.IsPow2(_slotsWith[column]) && _slotsWith[column] != 0)
                Join(column);
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(_slots);
        NativeMemory.Free(_numbers);
        _slots = _numbers = null;
    }

    void Begin(int rows)
    {
        if (_capacity < rows)
        {
            Dispose();
            _capacity = Math.Max(FirstCapacity, (int)BitOperations.RoundUpToPowerOf2((uint)rows));
            _slots = (int*)NativeMemory.Alloc((nuint)_capacity * MaxSlots, sizeof(int));
            _numbers = (int*)NativeMemory.Alloc((nuint)_capacity * (nuint)ColumnCount, sizeof(int));
        }
        (_rows, _slotCount, _fragmentCount) = (rows, 0, 0);
        _stamp++;
        Array.Fill(_slotOfColumn, -1);
        Array.Clear(_slotsWith);
        Array.Clear(_hasRows);
        Array.Clear(_known);
    }

    Span<int> Slot(int slot) => new(_slots + (long)slot * _capacity, _rows);

    Span<int> Rows(int column) => new(_numbers + (long)column * _capacity, _rows);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Set(Cell cell, int row)
    {
        if (!_hasRows[cell.Column])
            UseRows(cell.Column);
        _numbers[(long)cell.Column * _capacity + row] = DistinctTexts.Number(cell);
    }

    void UseRows(int column)
    {
        _hasRows[column] = true;
        Rows(column).Fill(-1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void SetFragment(Cell cell, int row)
    {
        if (cell.Id >= _places.Length)
            Array.Resize(ref _places, (int)BitOperations.RoundUpToPowerOf2((uint)cell.Id + 1));
        ref var entry = ref _places[cell.Id];
        if (entry >> 32 != _stamp)
            entry = (_stamp << 32) | Meet(texts.FragmentOf(cell).Cells);
        _slots[(long)((uint)entry >> 24) * _capacity + row] = (int)(entry & 0xFF_FFFF);
    }

    /// <summary>Gives a fragment that is new in this row group its slot and its place.</summary>
    uint Meet(ReadOnlySpan<Cell> cells)
    {
        ref var slot = ref _slotOfColumn[cells.IsEmpty ? 0 : cells[0].Column];
        if (slot < 0)
        {
            slot = _slotCount++; // never beyond the slots
            Slot(slot).Fill(-1);
        }
        var place = _fragmentCount++;
        foreach (var cell in cells)
        {
            Know(cell.Column, place + 1);
            _byFragment[cell.Column][place] = DistinctTexts.Number(cell);
            _slotsWith[cell.Column] |= 1UL << slot;
        }
        return ((uint)slot << 24) | (uint)place;
    }

    /// <summary>Makes a column known for the fragments before a place: null for those that did not say it.</summary>
    void Know(int column, int places)
    {
        ref var numbers = ref _byFragment[column];
        if (numbers is null || numbers.Length < places)
            Array.Resize(ref numbers, Math.Max(64, (int)BitOperations.RoundUpToPowerOf2((uint)places)));
        if (_known[column] < places)
            numbers.AsSpan(_known[column], places - _known[column]).Fill(-1);
        _known[column] = Math.Max(_known[column], places);
    }

    /// <summary>Brings a column of several sources to rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Join(int column)
    {
        if (!_hasRows[column])
            UseRows(column);
        var target = Rows(column);
        var numbers = _byFragment[column];
        for (var slots = _slotsWith[column]; slots != 0; slots &= slots - 1)
        {
            var places = Slot(BitOperations.TrailingZeroCount(slots));
            for (var row = 0; row < places.Length; row++)
            {
                if (places[row] >= 0 && numbers[places[row]] is var number and >= 0)
                    target[row] = number;
            }
        }
    }
}
