using System.Text;

namespace TrailLake.Parquet;

/// <summary>A column of a row group as <see cref="ParquetReader.Read"/> gives it: arrays that are used again by the next read. Text comes as
/// values and indexes, just as <see cref="RowGroupEncoder.WriteText"/> takes it.</summary>
public sealed class ColumnValues : IDisposable
{
    readonly List<ByteBuffer> _pages = []; // what the texts point into
    long[] _numbers = [];
    byte[] _present = [];
    int[] _lengths = [];
    int[] _starts = []; // of a row's list among all elements
    int[] _indexes = [];
    ByteSlice[] _texts = [];
    double[] _doubles = [];
    byte[] _booleans = [];
    int _usedPages;
    int _textCount;
    int _indexCount;
    ParquetColumn? _column;

    /// <summary>The rows.</summary>
    public int Rows { get; private set; }

    /// <summary>By row 1, or 0 where the value (or the list) is null.</summary>
    public ReadOnlySpan<byte> Present => _present.AsSpan(0, Rows);

    /// <summary>Integers or timestamps by row; 0 where it is null.</summary>
    public ReadOnlySpan<long> Int64s => _numbers.AsSpan(0, Rows);

    /// <summary>Doubles by row; 0 where it is null.</summary>
    public ReadOnlySpan<double> Doubles => _doubles.AsSpan(0, Rows);

    /// <summary>Booleans by row: 0, 1, or 255 where it is null.</summary>
    public ReadOnlySpan<byte> Booleans => _booleans.AsSpan(0, Rows);

    /// <summary>The texts: a dictionary's values, or value by value where there is none. Valid until the next read.</summary>
    public ReadOnlySpan<ByteSlice> Texts => _texts.AsSpan(0, _textCount);

    /// <summary>Places in <see cref="Texts"/> by row, of a list by element; -1 where it is null.</summary>
    public ReadOnlySpan<int> Indexes => _indexes.AsSpan(0, _indexCount);

    /// <summary>Lengths of lists by row, -1 where the list is null.</summary>
    public ReadOnlySpan<int> Lengths => _lengths.AsSpan(0, Rows);

    /// <summary>Whether a row is null.</summary>
    public bool IsNull(int row) => Present[row] == 0;

    /// <summary>A row's text as UTF-8; empty where it is null.</summary>
    public ReadOnlySpan<byte> Utf8(int row) => Indexes[row] is var index and >= 0 ? Texts[index].Span : [];

    /// <summary>A row's text, or null.</summary>
    public string? Text(int row) => IsNull(row) ? null : Encoding.UTF8.GetString(Utf8(row));

    /// <summary>A row's list as places in <see cref="Texts"/>, -1 for a null element; empty where the list is null.</summary>
    public ReadOnlySpan<int> Elements(int row) => Indexes.Slice(_starts[row], Math.Max(0, Lengths[row]));

    /// <summary>A row's list, or null.</summary>
    public string?[]? TextList(int row)
    {
        if (IsNull(row))
        {
            return null;
        }
        var elements = Elements(row);
        var list = new string?[elements.Length];
        for (var i = 0; i < list.Length; i++)
        {
            list[i] = elements[i] is var index and >= 0 ? Encoding.UTF8.GetString(Texts[index].Span) : null;
        }
        return list;
    }

    /// <summary>The compressed bytes of the chunk.</summary>
    internal ByteBuffer Raw { get; } = new();

    /// <summary>Numbers, before they are told apart by type.</summary>
    internal Span<long> Numbers => _numbers;

    /// <summary>Makes room for a column's rows, all null.</summary>
    internal void Begin(ParquetColumn column, int rows)
    {
        (_column, Rows, _textCount, _indexCount, _usedPages) = (column, rows, 0, 0, 0);
        Room(ref _present, rows).AsSpan(0, rows).Clear();
        if (column.IsList)
        {
            Room(ref _lengths, rows);
        }
        else if (column.Physical != PhysicalType.ByteArray)
        {
            Room(ref _numbers, rows).AsSpan(0, rows).Clear();
        }
    }

    internal Span<byte> PresentRows => _present;

    internal Span<int> LengthRows => _lengths;

    /// <summary>Memory for one page, which stays where it is until the next read.</summary>
    internal ByteBuffer NextPage()
    {
        if (_usedPages == _pages.Count)
        {
            _pages.Add(new ByteBuffer());
        }
        var page = _pages[_usedPages++];
        page.Clear();
        return page;
    }

    /// <summary>Room for so many more indexes, which are then kept.</summary>
    internal Span<int> AddIndexes(int count)
    {
        Room(ref _indexes, _indexCount + count);
        _indexCount += count;
        return _indexes.AsSpan(_indexCount - count, count);
    }

    /// <summary>Keeps a text and returns its place.</summary>
    internal int AddText(ReadOnlySpan<byte> ofPage)
    {
        if (_textCount == _texts.Length)
        {
            Room(ref _texts, _textCount + 1);
        }
        _texts[_textCount] = ByteSlice.OfFixed(ofPage);
        return _textCount++;
    }

    /// <summary>Gives doubles and booleans their types, and lists their places.</summary>
    internal void Finish()
    {
        if (_column!.IsList)
        {
            Room(ref _starts, Rows);
            for (var (row, start) = (0, 0); row < Rows; start += Math.Max(0, _lengths[row++]))
            {
                _starts[row] = start;
            }
        }
        else if (_column.Physical == PhysicalType.Double)
        {
            Room(ref _doubles, Rows);
            for (var i = 0; i < Rows; i++)
            {
                _doubles[i] = BitConverter.Int64BitsToDouble(_numbers[i]);
            }
        }
        else if (_column.Physical == PhysicalType.Boolean)
        {
            Room(ref _booleans, Rows);
            for (var i = 0; i < Rows; i++)
            {
                _booleans[i] = _present[i] == 0 ? (byte)255 : (byte)_numbers[i];
            }
        }
    }

    static T[] Room<T>(ref T[] array, int count)
    {
        if (array.Length < count)
        {
            Array.Resize(ref array, Math.Max(count, array.Length * 2));
        }
        return array;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        Raw.Dispose();
        foreach (var page in _pages)
        {
            page.Dispose();
        }
        _pages.Clear();
        (_textCount, _indexCount, Rows) = (0, 0, 0);
    }
}
