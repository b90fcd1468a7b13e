using System.Text;
using TrailLake.CloudTrail;
using TrailLake.DuckDb;
using TrailLake.Lake;
using TrailLake.Parquet;
using TrailLake.Parquet.Buffers;

namespace TrailLake.Report;

/// <summary>Takes the rows out of a scan that the views of the CIS set may find something among, with the columns that their conditions are about: few rows,
/// but nearly every file has some, so that to ask the views of the files would be to open all of them again.</summary>
sealed class FindingRows(IReadOnlyList<FindingRule> rules, TextDictionary texts, ScanTables tables) : IDisposable
{
    readonly IReadOnlyList<Column> _columns = ColumnsOf(rules);
    readonly FindingPicks _picks = new(rules, ColumnsOf(rules), texts);
    readonly FindingKeys _keys = new();
    readonly ColumnValues _values = new();
    int[] _cells = []; // of each row that was picked its service, and its columns: a text's number, or 0 or 1; -1 for null

    /// <summary>The columns of the rules.</summary>
    public static IReadOnlyList<Column> ColumnsOf(IReadOnlyList<FindingRule> rules) => [.. rules.SelectMany(rule => rule.Columns).Distinct()];

    /// <summary>How many have come together that differ.</summary>
    public int Count => _keys.Count;

    /// <summary>Takes rows of a row group.</summary>
    public void Add(PartitionPlace place, ScannedGroup group, ScannedRows rows)
    {
        _picks.Pick(place.Service, group, rows);
        var (count, width) = (_picks.Rows.Count, 1 + _columns.Count);
        if (count == 0)
            return;
        if (_cells.Length < count * width)
            _cells = new int[count * width];
        _cells.AsSpan(0, count * width).Fill(-1);
        var service = texts.Find(Encoding.UTF8.GetBytes(place.Service));
        for (var i = 0; i < count; i++)
            _cells[i * width] = service;
        for (var i = 0; i < _columns.Count; i++)
        {
            if (_picks.IsWanted(i))
                Fill(_columns[i], i + 1, width, group, rows);
        }
        for (var i = 0; i < count; i++)
            _keys.Add(_cells.AsSpan(i * width, width), rows.TimeAt(_picks.Rows[i], long.MinValue));
    }

    void Fill(Column column, int cell, int width, ScannedGroup group, ScannedRows rows)
    {
        if (rows.TryGet(column.Name, out var numbers))
        {
            foreach (var row in _picks.Rows)
            {
                _cells[cell] = numbers[row];
                cell += width;
            }
        }
        else if (!group.TryRead(column.Name, TableLayout.TypeOf(column.Type), _values))
        {
            return; // all are null
        }
        else if (IsBoolean(column))
        {
            foreach (var row in _picks.Rows)
            {
                _cells[cell] = _values.IsNull(row) ? -1 : _values.Booleans[row];
                cell += width;
            }
        }
        else
        {
            var (last, number) = (-1, -1);
            foreach (var row in _picks.Rows)
            {
                var index = _values.Indexes[row];
                if (index != last)
                    (last, number) = (index, index < 0 ? -1 : texts.Find(_values.Texts[index].Span));
                _cells[cell] = number;
                cell += width;
            }
        }
    }

    static bool IsBoolean(Column column) => column.Type is ColumnType.Boolean or ColumnType.BooleanText;

    /// <summary>Hands the rows of a day over.</summary>
    public void HandOver(string day)
    {
        var dayText = Encoding.UTF8.GetBytes(day);
        lock (tables.Lock)
        {
            for (var number = 0; number < _keys.Count; number++)
            {
                var cells = _keys.Cells(number);
                tables.Findings.Text(dayText);
                ScanTables.Text(tables.Findings, texts, cells[0]);
                for (var i = 0; i < _columns.Count; i++)
                    Append(tables.Findings, _columns[i], cells[i + 1]);
                tables.Findings.Int64(_keys.Events(number));
                ScanTables.Time(tables.Findings, _keys.Last(number));
                tables.Findings.EndRow();
            }
        }
        _keys.Clear();
    }

    void Append(DuckDbAppender target, Column column, int cell)
    {
        if (cell >= 0 && IsBoolean(column))
            target.Boolean(cell == 1);
        else
            ScanTables.Text(target, texts, cell);
    }

    public void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
    }
}
