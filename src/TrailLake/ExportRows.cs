using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using TrailLake.CloudTrail;
using TrailLake.DuckDb;

namespace TrailLake;

/// <summary>Turns the rows of one table, as DuckDB answers them, into records.</summary>
sealed class ExportRows
{
    readonly RecordWriter _record;
    readonly List<(DuckDbColumn Values, ColumnType Type, int Ordinal)> _columns = [];
    readonly DuckDbColumn _extra;
    readonly DuckDbColumn _emptyObjects;
    readonly DuckDbColumn _object;
    readonly DuckDbColumn _index;

    public ExportRows(LakeTable table, ImmutableArray<DuckDbColumn> result)
    {
        _record = new RecordWriter(table);
        for (var ordinal = 0; ordinal < _record.TableColumns.Length; ordinal++)
        {
            var column = _record.TableColumns[ordinal];
            if (!column.IsDerived)
                _columns.Add((result.Single(found => found.Name == column.Name), column.Type, ordinal));
        }
        _extra = result.Single(found => found.Name == "extra");
        _emptyObjects = result.Single(found => found.Name == "empty_objects");
        _object = result.Single(found => found.Name == "source_object");
        _index = result.Single(found => found.Name == "source_index");
    }

    /// <summary>Appends a row of the current chunk as a JSON object.</summary>
    /// <exception cref="CloudTrailException">Its <c>extra</c> is no JSON object.</exception>
    public void Write(int row, IBufferWriter<byte> output)
    {
        foreach (var (values, type, ordinal) in _columns)
        {
            if (!values.IsNull(row))
                Set(values, row, type, ordinal);
        }
        if (!_extra.IsNull(row))
            SetExtra(row);
        if (!_emptyObjects.IsNull(row))
            _record.SetEmptyObjects(_emptyObjects.GetBytes(row));
        _record.Write(output);
    }

    void Set(DuckDbColumn values, int row, ColumnType type, int ordinal)
    {
        switch (type)
        {
            case ColumnType.Text:
                _record.SetText(ordinal, values.GetBytes(row));
                break;
            case ColumnType.Json:
                _record.SetJson(ordinal, values.GetBytes(row));
                break;
            case ColumnType.Boolean or ColumnType.BooleanText:
                _record.SetBoolean(ordinal, values.GetBoolean(row));
                break;
            case ColumnType.Timestamp:
                _record.SetTimestamp(ordinal, values.GetInt64(row));
                break;
            default:
                throw new InvalidOperationException($"{type} is a derived column's type and has no place in a record.");
        }
    }

    void SetExtra(int row)
    {
        try
        {
            _record.SetExtra(_extra.GetBytes(row));
        }
        catch (JsonException e)
        {
            throw new CloudTrailException($"{_object.GetText(row)}, record {_index.GetText(row)}: expected a JSON object in the column extra, found none: {e.Message} The lake's file is damaged; the export stopped here.", e);
        }
    }
}
