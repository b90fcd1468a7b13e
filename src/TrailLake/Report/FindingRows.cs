using System.Numerics;
using System.Text;
using TrailLake.CloudTrail;
using TrailLake.DuckDb;
using TrailLake.Lake;
using TrailLake.Parquet;
using TrailLake.Parquet.Buffers;

namespace TrailLake.Report;

/// <summary>Picks the rows out of a scan that the views of the CIS set may find something among, with the columns that their conditions are about: few rows,
/// but nearly every file has some, so that to ask the views of the files would be to open all of them again.</summary>
sealed class FindingRows : IDisposable
{
    readonly ScanTables _tables;
    readonly TextDictionary _texts;
    readonly ILookup<string, Picked> _rules; // by service, the empty one for all
    readonly IReadOnlyList<Column> _columns;
    readonly FindingKeys _keys = new();
    readonly ColumnValues _values = new();
    readonly List<int> _rows = [];
    readonly bool[] _isWanted;
    bool[] _isPicked = [], _isNamed = [];
    byte[] _isRoot = [];
    int[] _names = [], _cells = []; // of each row that was picked its service, and its columns: a text's number, or 0 or 1; -1 for null

    public FindingRows(IReadOnlyList<FindingRule> rules, TextDictionary texts, ScanTables tables)
    {
        (_texts, _tables, _columns) = (texts, tables, ColumnsOf(rules));
        _rules = rules.ToLookup(rule => rule.Service ?? "", rule => new Picked(rule, [.. Enumerable.Range(0, _columns.Count).Where(place => rule.Columns.Contains(_columns[place]))]));
        _isWanted = new bool[_columns.Count];
    }

    sealed record Picked(FindingRule Rule, int[] Places);

    /// <summary>The columns that rows are picked with.</summary>
    public static IReadOnlyList<Column> ColumnsOf(IReadOnlyList<FindingRule> rules) => [.. rules.SelectMany(rule => rule.Columns).Distinct()];

    /// <summary>How many have come together that differ.</summary>
    public int Count => _keys.Count;

    /// <summary>Picks rows of a row group.</summary>
    public void Pick(PartitionPlace place, ScannedGroup group, ScannedRows rows)
    {
        if (_isPicked.Length < rows.Count)
            (_isPicked, _isRoot, _names) = (new bool[rows.Count], new byte[rows.Count], new int[rows.Count]);
        _isPicked.AsSpan(0, rows.Count).Clear();
        _isWanted.AsSpan().Clear();
        var isAny = false;
        foreach (var picked in _rules[""])
            isAny |= Want(picked, picked.Rule.IsRoot ? PickRoot(group, rows.Count) : PickErrors(picked.Rule, rows.ErrorCodes));
        if (_rules.Contains(place.Service) && group.ReadTexts("event_name", _texts, _names.AsSpan(0, rows.Count)))
        {
            foreach (var picked in _rules[place.Service])
                isAny |= Want(picked, PickNames(picked.Rule, rows.Count));
        }
        if (isAny)
            Add(place, group, rows);
    }

    bool Want(Picked picked, bool isAny)
    {
        foreach (var place in isAny ? picked.Places : [])
            _isWanted[place] = true;
        return isAny;
    }

    bool PickRoot(ScannedGroup group, int rows)
    {
        var isRoot = _isRoot.AsSpan(0, rows);
        group.ReadBooleans("is_root", isRoot);
        if (!isRoot.Contains((byte)1))
            return false;
        for (var row = 0; row < rows; row++)
            _isPicked[row] |= isRoot[row] == 1;
        return true;
    }

    bool PickErrors(FindingRule rule, ReadOnlySpan<int> errorCodes)
    {
        var (isAny, last, isMeant) = (false, -1, false);
        for (var row = 0; row < errorCodes.Length; row++)
        {
            if (errorCodes[row] < 0)
                continue;
            if (errorCodes[row] != last)
            {
                last = errorCodes[row];
                isMeant = HasWord(_texts.Texts[last].Span, rule.ErrorWords);
            }
            _isPicked[row] |= isMeant;
            isAny |= isMeant;
        }
        return isAny;
    }

    static bool HasWord(ReadOnlySpan<byte> text, IReadOnlyList<byte[]> words)
    {
        foreach (var word in words)
        {
            if (text.IndexOf(word) >= 0)
                return true;
        }
        return false;
    }

    bool PickNames(FindingRule rule, int rows)
    {
        var numbers = rule.Names.Select(name => _texts.Find(name)).ToList();
        if (_isNamed.Length < _texts.Texts.Length)
            _isNamed = new bool[(int)BitOperations.RoundUpToPowerOf2((uint)_texts.Texts.Length)];
        numbers.ForEach(number => _isNamed[number] = true);
        var isAny = false;
        for (var row = 0; row < rows; row++)
        {
            var isMeant = _names[row] >= 0 && _isNamed[_names[row]];
            _isPicked[row] |= isMeant;
            isAny |= isMeant;
        }
        numbers.ForEach(number => _isNamed[number] = false);
        return isAny;
    }

    void Add(PartitionPlace place, ScannedGroup group, ScannedRows rows)
    {
        _rows.Clear();
        for (var row = 0; row < rows.Count; row++)
        {
            if (_isPicked[row])
                _rows.Add(row);
        }
        var width = 1 + _columns.Count;
        if (_cells.Length < _rows.Count * width)
            _cells = new int[_rows.Count * width];
        _cells.AsSpan().Fill(-1);
        var service = _texts.Find(Encoding.UTF8.GetBytes(place.Service));
        for (var i = 0; i < _rows.Count; i++)
            _cells[i * width] = service;
        for (var i = 0; i < _columns.Count; i++)
        {
            if (_isWanted[i])
                Fill(_columns[i], i + 1, width, group, rows);
        }
        for (var i = 0; i < _rows.Count; i++)
            _keys.Add(_cells.AsSpan(i * width, width), rows.TimeAt(_rows[i], long.MinValue));
    }

    void Fill(Column column, int cell, int width, ScannedGroup group, ScannedRows rows)
    {
        if (rows.TryGet(column.Name, out var numbers))
        {
            for (var i = 0; i < _rows.Count; i++)
                _cells[i * width + cell] = numbers[_rows[i]];
            return;
        }
        if (!group.TryRead(column.Name, TableLayout.TypeOf(column.Type), _values))
            return;
        if (TableLayout.TypeOf(column.Type) == ParquetType.Boolean)
        {
            for (var i = 0; i < _rows.Count; i++)
                _cells[i * width + cell] = _values.IsNull(_rows[i]) ? -1 : _values.Booleans[_rows[i]];
            return;
        }
        var (last, number) = (-1, -1);
        for (var i = 0; i < _rows.Count; i++)
        {
            var index = _values.Indexes[_rows[i]];
            if (index != last)
                (last, number) = (index, index < 0 ? -1 : _texts.Find(_values.Texts[index].Span));
            _cells[i * width + cell] = number;
        }
    }

    /// <summary>Hands the rows of a day over.</summary>
    public void HandOver(string day)
    {
        var dayBytes = Encoding.UTF8.GetBytes(day);
        lock (_tables.Lock)
        {
            for (var number = 0; number < _keys.Count; number++)
            {
                var cells = _keys.Cells(number);
                _tables.Findings.Text(dayBytes);
                _tables.Findings.Text(_texts.Texts[cells[0]].Span);
                for (var i = 0; i < _columns.Count; i++)
                    Append(_tables.Findings, _columns[i], cells[i + 1]);
                _tables.Findings.Int64(_keys.Events(number));
                if (_keys.Last(number) == long.MinValue)
                    _tables.Findings.Null();
                else
                    _tables.Findings.Timestamp(_keys.Last(number) * 1000);
                _tables.Findings.EndRow();
            }
        }
        _keys.Clear();
    }

    void Append(DuckDbAppender target, Column column, int cell)
    {
        if (cell < 0)
            target.Null();
        else if (TableLayout.TypeOf(column.Type) == ParquetType.Boolean)
            target.Boolean(cell == 1);
        else
            target.Text(_texts.Texts[cell].Span);
    }

    public void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
    }
}
