using System.Numerics;
using TrailLake.CloudTrail;
using TrailLake.Parquet.Buffers;

namespace TrailLake.Report;

/// <summary>Finds the rows of a row group that some rule is about, and the columns that those rules' conditions need.</summary>
sealed class FindingPicks
{
    readonly TextDictionary _texts;
    readonly ILookup<string, Picked> _rules; // by service, the empty one for all
    readonly bool[] _isWanted;
    readonly List<int> _rows = [];
    bool[] _isPicked = [], _isNamed = [];
    byte[] _isRoot = [];
    int[] _names = [];

    public FindingPicks(IReadOnlyList<FindingRule> rules, IReadOnlyList<Column> columns, TextDictionary texts)
    {
        _texts = texts;
        _rules = rules.ToLookup(rule => rule.Service ?? "", rule => new Picked(rule, [.. Enumerable.Range(0, columns.Count).Where(place => rule.Columns.Contains(columns[place]))]));
        _isWanted = new bool[columns.Count];
    }

    sealed record Picked(FindingRule Rule, int[] Places);

    /// <summary>The rows that were picked.</summary>
    public IReadOnlyList<int> Rows => _rows;

    /// <summary>Whether a column is needed, by its place among all columns of the rules.</summary>
    public bool IsWanted(int column) => _isWanted[column];

    /// <summary>Picks rows of a row group.</summary>
    public void Pick(string service, ScannedGroup group, ScannedRows rows)
    {
        if (_isPicked.Length < rows.Count)
            (_isPicked, _isRoot, _names) = (new bool[rows.Count], new byte[rows.Count], new int[rows.Count]);
        _isPicked.AsSpan(0, rows.Count).Clear();
        _isWanted.AsSpan().Clear();
        _rows.Clear();
        var isAny = false;
        foreach (var picked in _rules[""])
            isAny |= Want(picked, picked.Rule.IsRoot ? PickRoot(group, rows.Count) : PickErrors(picked.Rule, rows.ErrorCodes));
        if (_rules.Contains(service) && group.ReadTexts("event_name", _texts, _names.AsSpan(0, rows.Count)))
        {
            foreach (var picked in _rules[service])
                isAny |= Want(picked, PickNames(picked.Rule, rows.Count));
        }
        for (var row = 0; isAny && row < rows.Count; row++)
        {
            if (_isPicked[row])
                _rows.Add(row);
        }
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
}
