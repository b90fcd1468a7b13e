using System.Runtime.InteropServices;
using TrailLake.CloudTrail;
using TrailLake.Parquet;

namespace TrailLake.Lake;

/// <summary>Columns of a new row group, put together from those of stored ones: in the order of time, file and place in it.</summary>
sealed class MergedColumns : IDisposable
{
    readonly record struct Row(int Source, int Number);

    readonly List<ColumnValues> _values = [], _objects = [], _indexes = [];
    readonly List<ByteSlice> _distinct = [];
    readonly Dictionary<ulong, int> _byHash = [];
    int[][] _places = []; // by source, then by its text: where among the distinct ones, or -1
    TableLayout _layout = null!;
    IReadOnlyList<FileMerge.Source> _sources = [];
    Row[] _rows = [];
    bool[] _isThere = []; // by source: its file has the column that is being read

    /// <summary>The new row group's rows.</summary>
    public int Rows => _rows.Length;

    /// <summary>Takes row groups; false where no row of them is to stay.</summary>
    public bool Begin(TableLayout layout, IReadOnlyList<FileMerge.Source> sources)
    {
        (_layout, _sources) = (layout, sources);
        _isThere = new bool[sources.Count];
        _places = new int[sources.Count][];
        _rows = [.. sources.SelectMany((source, number) => Enumerable.Range(0, source.Facts.Rows).Where(row => source.Dropped?.Contains(row) != true).Select(row => new Row(number, row)))];
        Read(layout.Time, _values);
        Read(layout.SourceObject, _objects);
        Read(layout.SourceIndex, _indexes);
        for (var i = 1; i < _rows.Length; i++)
        {
            if (Compare(_rows[i - 1], _rows[i]) > 0)
            {
                Array.Sort(_rows, Compare);
                break;
            }
        }
        return _rows.Length > 0;
    }

    /// <summary>Writes a column by its place in the layout.</summary>
    public void Write(int i, RowGroupEncoder encoder)
    {
        Read(i, _values);
        var column = _layout.Schema.Columns[i];
        if (!_isThere.Contains(true))
            encoder.WriteNulls();
        else if (column.IsList)
            WriteLists(encoder);
        else if (column.Type == ParquetType.Text)
            WriteTexts(encoder, isUnique: column.NeverDictionary);
        else if (column.Type == ParquetType.Boolean)
            encoder.WriteBooleans(Array.ConvertAll(_rows, row => _isThere[row.Source] ? _values[row.Source].Booleans[row.Number] : byte.MaxValue));
        else
        {
            encoder.WriteInt64(
                Array.ConvertAll(_rows, row => _isThere[row.Source] ? _values[row.Source].Int64s[row.Number] : 0),
                Array.ConvertAll(_rows, row => _isThere[row.Source] ? _values[row.Source].Present[row.Number] : (byte)0));
        }
    }

    public void Dispose()
    {
        foreach (var values in _values.Concat(_objects).Concat(_indexes))
            values.Dispose();
    }

    // A file of an older release may lack the column: it is NULL there.
    void Read(int i, List<ColumnValues> into)
    {
        while (into.Count < _sources.Count)
            into.Add(new ColumnValues());
        for (var source = 0; source < _sources.Count; source++)
        {
            var place = _sources[source].Reader.Schema.IndexOf(_layout.Schema.Columns[i].Name);
            _isThere[source] = place >= 0;
            if (place >= 0)
                _sources[source].Reader.Read(_sources[source].Group, place, into[source]);
        }
    }

    int Compare(Row left, Row right)
    {
        var byTime = _values[left.Source].Int64s[left.Number].CompareTo(_values[right.Source].Int64s[right.Number]);
        if (byTime != 0)
            return byTime;
        var byObject = _objects[left.Source].Utf8(left.Number).SequenceCompareTo(_objects[right.Source].Utf8(right.Number));
        return byObject != 0 ? byObject : _indexes[left.Source].Int64s[left.Number].CompareTo(_indexes[right.Source].Int64s[right.Number]);
    }

    void WriteTexts(RowGroupEncoder encoder, bool isUnique)
    {
        BeginTexts();
        var indexes = Array.ConvertAll(_rows, row => _isThere[row.Source] ? PlaceOf(row.Source, _values[row.Source].Indexes[row.Number], isUnique) : -1);
        encoder.WriteText(CollectionsMarshal.AsSpan(_distinct), indexes);
    }

    void WriteLists(RowGroupEncoder encoder)
    {
        BeginTexts();
        var lengths = Array.ConvertAll(_rows, row => _isThere[row.Source] ? _values[row.Source].Lengths[row.Number] : -1);
        var elements = new List<int>();
        foreach (var row in _rows.Where(row => _isThere[row.Source]))
        {
            foreach (var element in _values[row.Source].Elements(row.Number))
                elements.Add(PlaceOf(row.Source, element, isUnique: false));
        }
        encoder.WriteTextList(CollectionsMarshal.AsSpan(_distinct), lengths, CollectionsMarshal.AsSpan(elements));
    }

    void BeginTexts()
    {
        _distinct.Clear();
        _byHash.Clear();
        for (var source = 0; source < _sources.Count; source++)
        {
            _places[source] = new int[_isThere[source] ? _values[source].Texts.Length : 0];
            Array.Fill(_places[source], -1);
        }
    }

    /// <summary>A source's text among the new distinct ones, of which each is used by a row.</summary>
    int PlaceOf(int source, int text, bool isUnique)
    {
        if (text < 0)
            return -1;
        ref var place = ref _places[source][text];
        if (place >= 0)
            return place;
        var slice = _values[source].Texts[text];
        var hash = isUnique ? 0 : TextRef.HashOf(slice.Span);
        if (!isUnique && _byHash.TryGetValue(hash, out var known) && _distinct[known].Span.SequenceEqual(slice.Span))
            return place = known;
        place = _distinct.Count;
        _distinct.Add(slice);
        if (!isUnique)
            _byHash.TryAdd(hash, place);
        return place;
    }
}
