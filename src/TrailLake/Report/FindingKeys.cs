using System.Runtime.InteropServices;
using TrailLake.Parquet.Buffers;

namespace TrailLake.Report;

/// <summary>Counts rows by what stands in their cells, and notes when the last was: of a thousand refusals of one caller's retries one row is left.</summary>
sealed class FindingKeys : IDisposable
{
    readonly TextDictionary _keys = new(); // of the cells' bytes
    long[] _events = new long[1024], _last = new long[1024];

    public int Count => _keys.Texts.Length;

    /// <summary>The cells of a row by its number.</summary>
    public ReadOnlySpan<int> Cells(int number) => MemoryMarshal.Cast<byte, int>(_keys.Texts[number].Span);

    /// <summary>How many rows are so.</summary>
    public long Events(int number) => _events[number];

    /// <summary>The latest time of them.</summary>
    public long Last(int number) => _last[number];

    /// <summary>Counts a row.</summary>
    public void Add(ReadOnlySpan<int> cells, long time)
    {
        var number = _keys.Find(MemoryMarshal.AsBytes(cells));
        if (number == _events.Length)
        {
            Array.Resize(ref _events, number * 2);
            Array.Resize(ref _last, number * 2);
        }
        _last[number] = _events[number]++ == 0 ? time : Math.Max(_last[number], time);
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _events.AsSpan(0, Count).Clear();
        _keys.Clear();
    }

    public void Dispose() => _keys.Dispose();
}
