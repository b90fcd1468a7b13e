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
    readonly ColumnValues[] _values;
    readonly bool[] _isWanted, _isThere;
    readonly List<int> _rows = [];
    bool[] _isPicked = [], _isNamed = [];
    byte[] _isRoot = [];
    int[] _names = [];

    public FindingRows(IReadOnlyList<FindingRule> rules, TextDictionary texts, ScanTables tables)
    {
        (_texts, _tables, _columns) = (texts, tables, ColumnsOf(rules));
        _rules = rules.ToLookup(rule => rule.Service ?? "", rule => new Picked(rule, [.. Enumerable.Range(0, _columns.Count).Where(place => rule.Columns.Contains(_columns[place]))]));
        _values = [.. _columns.Select(_ => new ColumnValues())];
        (_isWanted, _isThere) = (new bool[_columns.Count], new bool[_columns.Count]);
    }

    sealed record Picked(FindingRule Rule, int[] Places);

    /// <summary>The columns that rows are picked with; service, event_date and region stand before them.</summary>
    public static IReadOnlyList<Column> ColumnsOf(IReadOnlyList<FindingRule> rules) => [.. rules.SelectMany(rule => rule.Columns).Distinct()];

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
            HandOver(place, group, rows.Count);
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
            _isNamed = new bool[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)_texts.Texts.Length)];
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

    void HandOver(PartitionPlace place, ScannedGroup group, int rows)
    {
        _rows.Clear();
        for (var row = 0; row < rows; row++)
        {
            if (_isPicked[row])
                _rows.Add(row);
        }
        for (var i = 0; i < _columns.Count; i++)
            _isThere[i] = _isWanted[i] && group.TryRead(_columns[i].Name, TableLayout.TypeOf(_columns[i].Type), _values[i]);
        var (service, day, region) = (Encoding.UTF8.GetBytes(place.Service), Encoding.UTF8.GetBytes(place.Day), Encoding.UTF8.GetBytes(place.Region));
        lock (_tables.Lock)
        {
            var target = _tables.Findings;
            foreach (var row in _rows)
            {
                target.Text(service);
                target.Text(day);
                target.Text(region);
                for (var i = 0; i < _columns.Count; i++)
                    Append(target, _columns[i].Type, _isThere[i] ? _values[i] : null, row);
                target.EndRow();
            }
        }
    }

    static void Append(DuckDbAppender target, ColumnType type, ColumnValues? values, int row)
    {
        if (values is null || values.IsNull(row))
            target.Null();
        else if (type is ColumnType.Boolean or ColumnType.BooleanText)
            target.Boolean(values.Booleans[row] == 1);
        else if (type == ColumnType.Timestamp)
            target.Timestamp(values.Int64s[row] * 1000);
        else
            target.Text(values.Utf8(row));
    }

    public void Dispose()
    {
        foreach (var values in _values)
            values.Dispose();
    }
}
