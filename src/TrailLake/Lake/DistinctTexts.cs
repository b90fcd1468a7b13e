using System.Runtime.CompilerServices;
using TrailLake.CloudTrail;
using TrailLake.Parquet;

namespace TrailLake.Lake;

/// <summary>Turns a column of text numbers, one a row, into what a Parquet dictionary is made of: its distinct texts, and for each row the
/// place of its text among them.</summary>
/// <remarks>Numbers are small and dense, so a table by number beats hashing; a stamp tells this column's entries from older ones, so the
/// tables are never cleared.</remarks>
sealed class DistinctTexts(SharedValues shared)
{
    const int LocalBit = 1 << 24;

    ulong[] _sharedPlaces = new ulong[1024], _localPlaces = new ulong[1024]; // stamp, 32 bits | place, 32 bits
    ulong _stamp;
    ByteSlice[] _texts = new ByteSlice[256];
    int[] _places = new int[1024], _fragmentPlaces = new int[1024];
    int _count, _rows;

    /// <summary>The number under which a cell's text is noted in a column.</summary>
    public static int Number(Cell cell) => cell.Id | (cell.IsLocal ? LocalBit : 0);

    /// <summary>What a fragment's cell stands for.</summary>
    public ref Fragment FragmentOf(Cell cell) => ref shared.Fragments[cell.Id];

    /// <summary>The text of a number.</summary>
    public ref TextRef TextOf(int number, PartitionBuffer rows) =>
        ref (number & LocalBit) != 0 ? ref rows.Text(number & (LocalBit - 1)) : ref shared.Texts[number];

    /// <summary>The distinct texts of the column, in the order of their first rows.</summary>
    public ReadOnlySpan<ByteSlice> Texts => _texts.AsSpan(0, _count);

    /// <summary>For each row the place of its text, or -1 for null.</summary>
    public ReadOnlySpan<int> Places => _places.AsSpan(0, _rows);

    /// <summary>Takes a column; -1 is null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Take(ColumnNumbers column, PartitionBuffer rows)
    {
        _stamp++;
        _count = 0;
        Map(column.Numbers, ref _places, rows);
        _rows = column.Numbers.Length;
        if (column.Fragments.IsEmpty)
            return;
        (_places, _fragmentPlaces) = (_fragmentPlaces, _places);
        _rows = column.Fragments.Length;
        Reserve(ref _places, _rows);
        for (var i = 0; i < column.Fragments.Length; i++)
            _places[i] = column.Fragments[i] < 0 ? -1 : _fragmentPlaces[column.Fragments[i]];
    }

    void Map(ReadOnlySpan<int> numbers, ref int[] places, PartitionBuffer rows)
    {
        Reserve(ref places, numbers.Length);
        for (var i = 0; i < numbers.Length; i++)
            places[i] = numbers[i] < 0 ? -1 : PlaceOf(numbers[i], rows);
    }

    static void Reserve(ref int[] places, int count)
    {
        if (places.Length < count)
            places = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count)];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    int PlaceOf(int number, PartitionBuffer rows)
    {
        ref var entry = ref Entry(number);
        if (entry >> 32 == _stamp)
            return (int)entry;
        if (rows.HasUnshared && (number & LocalBit) != 0 && shared.Texts.Find(rows.Text(number & (LocalBit - 1)).Span) is var twin and >= 0)
            return (int)(entry = (_stamp << 32) | (uint)PlaceOf(twin, rows)); // rows that came later may name it so
        if (_count == _texts.Length)
            Array.Resize(ref _texts, _count * 2);
        entry = (_stamp << 32) | (uint)_count;
        _texts[_count] = SliceOf(TextOf(number, rows));
        return _count++;
    }

    static unsafe ByteSlice SliceOf(in TextRef text) => new(text.Start, text.Length);

    ref ulong Entry(int number)
    {
        ref var places = ref (number & LocalBit) != 0 ? ref _localPlaces : ref _sharedPlaces;
        var id = number & (LocalBit - 1);
        if (id >= places.Length)
            Array.Resize(ref places, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)id + 1));
        return ref places[id];
    }
}
