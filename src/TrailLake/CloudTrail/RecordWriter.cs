using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text.Json;

namespace TrailLake.CloudTrail;

/// <summary>Writes rows of a lake as the CloudTrail records that they came from: the same fields and values, in the order of
/// <see cref="Columns"/>, fields without a column behind the others of their object.</summary>
/// <remarks>Say a row's values with the <c>Set</c> methods, then <see cref="Write"/> it. Text stays UTF-8; JSON passes as it
/// is, so numbers keep their spelling and escapes of lone surrogates stay escapes.</remarks>
/// <example><code>
/// var writer = new RecordWriter(LakeTable.Events);
/// writer.SetText(writer.OrdinalOf("event_name"), "CreateCollection"u8);
/// writer.Write(output); // {"eventName":"CreateCollection","requestParameters":null,"responseElements":null}
/// </code></example>
public sealed class RecordWriter
{
    readonly ImmutableArray<Column> _columns;
    readonly PathMatcher _record;
    readonly ExtraFields _extra;
    readonly int[] _placeOf; // by ordinal among all columns, the place in the table
    readonly Range?[] _values; // by column: its JSON in _json, or null where the column is NULL
    readonly ArrayBufferWriter<byte> _json = new();

    public RecordWriter(LakeTable table)
    {
        _columns = Columns.Of(table);
        _values = new Range?[_columns.Length];
        _record = PathMatcher.Of(table);
        _extra = new(_record);
        _placeOf = [.. Columns.All.Select(column => _columns.IndexOf(column))];
    }

    /// <summary>The columns of the table; a column's place is the ordinal that the <c>Set</c> methods take.</summary>
    public ImmutableArray<Column> TableColumns => _columns;

    /// <summary>The ordinal of a column by its name.</summary>
    public int OrdinalOf(string name)
    {
        for (var ordinal = 0; ordinal < _columns.Length; ordinal++)
        {
            if (_columns[ordinal].Name == name)
                return ordinal;
        }
        throw new ArgumentException($"the table has no column {name}.", nameof(name));
    }

    /// <summary>Sets a column of type <see cref="ColumnType.Text"/>.</summary>
    public void SetText(int ordinal, ReadOnlySpan<byte> utf8)
    {
        var start = _json.WrittenCount;
        JsonText.AppendString(_json, utf8);
        _values[ordinal] = start.._json.WrittenCount;
    }

    /// <summary>Sets a column of type <see cref="ColumnType.Json"/>.</summary>
    public void SetJson(int ordinal, ReadOnlySpan<byte> json) => Append(ordinal, json);

    /// <summary>Sets a column of type <see cref="ColumnType.Boolean"/> or <see cref="ColumnType.BooleanText"/>.</summary>
    public void SetBoolean(int ordinal, bool value)
    {
        var isText = _columns[ordinal].Type == ColumnType.BooleanText;
        Append(ordinal, (value, isText) switch
        {
            (true, false) => "true"u8,
            (false, false) => "false"u8,
            (true, true) => "\"true\""u8,
            (false, true) => "\"false\""u8,
        });
    }

    /// <summary>Sets a column of type <see cref="ColumnType.Timestamp"/>, from milliseconds since 1970 in UTC.</summary>
    public void SetTimestamp(int ordinal, long millis)
    {
        Span<byte> text = stackalloc byte["yyyy-MM-ddTHH:mm:ssZ".Length];
        DateTime.UnixEpoch.AddMilliseconds(millis).TryFormat(text, out _, "yyyy-MM-ddTHH:mm:ssZ");
        SetText(ordinal, text);
    }

    /// <summary>Sets the row's <c>extra</c>.</summary>
    /// <exception cref="JsonException">It is not a JSON object.</exception>
    public void SetExtra(ReadOnlySpan<byte> json) => _extra.Read(json);

    /// <summary>Sets the row's <c>empty_objects</c>.</summary>
    public void SetEmptyObjects(ReadOnlySpan<byte> paths) => _extra.ReadEmptyObjects(paths);

    /// <summary>Appends the row as one JSON object, and begins the next row: every column is NULL again.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        WriteObject(output, _record);
        Array.Clear(_values);
        _extra.Clear();
        _json.ResetWrittenCount();
    }

    void Append(int ordinal, ReadOnlySpan<byte> json)
    {
        var start = _json.WrittenCount;
        _json.Write(json);
        _values[ordinal] = start.._json.WrittenCount;
    }

    void WriteObject(IBufferWriter<byte> output, PathMatcher container)
    {
        var before = "{"u8;
        foreach (var field in container.Children)
        {
            if (!HasValue(field))
                continue;
            output.Write(before);
            JsonText.AppendString(output, field.Name);
            output.Write(":"u8);
            WriteValue(output, field);
            before = ","u8;
        }
        foreach (var (owner, name, value) in _extra.Unknown)
        {
            if (owner != container.Id)
                continue;
            output.Write(before);
            output.Write("\""u8);
            output.Write(_extra.Text(name));
            output.Write("\":"u8);
            output.Write(_extra.Text(value));
            before = ","u8;
        }
        output.Write(before[0] == '{' ? "{}"u8 : "}"u8);
    }

    void WriteValue(IBufferWriter<byte> output, PathMatcher field)
    {
        if (_extra.TryGetValue(field, out var json))
            output.Write(json);
        else if (field.IsContainer)
            WriteObject(output, field);
        else if (_values[_placeOf[field.ColumnOrdinal]] is { } value)
            output.Write(_json.WrittenSpan[value]);
        else
            output.Write("null"u8);
    }

    bool HasValue(PathMatcher field)
    {
        if (_extra.TryGetValue(field, out _))
            return true;
        if (!field.IsContainer)
            return _values[_placeOf[field.ColumnOrdinal]] is not null || (field.NullIsJsonNull && !_extra.IsAbsent(field));
        if (_extra.IsObject(field))
            return true;
        foreach (var inner in field.Children)
        {
            if (HasValue(inner))
                return true;
        }
        return false;
    }
}
