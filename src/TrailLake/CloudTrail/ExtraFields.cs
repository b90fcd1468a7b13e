using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace TrailLake.CloudTrail;

// What a row's `extra` holds, a record with only what the columns cannot say:
//   {"newField":1,                      a field without a column, in its place
//    "readOnly":"true",                 the value that a column could not give back; it stands for the column's
//    "userIdentity":{"newField":1},     an object that has columns is merged; as {} it says only that it was there
//    "$absent":["requestParameters"],   fields whose NULL would say JSON null, and which were not there at all
//    "$$own":1}                         the record's own "$own"

/// <summary>The <c>extra</c> of one row, taken apart by the places of a record. Values stay bytes as they came.</summary>
sealed class ExtraFields
{
    static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    readonly PathMatcher _record;
    readonly Range?[] _values;
    readonly bool[] _isObject;
    readonly bool[] _isAbsent;
    readonly List<(int Container, Range Name, Range Value)> _unknown = [];
    readonly ArrayBufferWriter<byte> _json = new();
    bool _isRead;

    public ExtraFields(PathMatcher record)
    {
        _record = record;
        _values = new Range?[record.Count];
        _isObject = new bool[record.Count];
        _isAbsent = new bool[record.Count];
    }

    /// <summary>The fields without a column: where they belong, and their names and values for <see cref="Text"/>.</summary>
    public ReadOnlySpan<(int Container, Range Name, Range Value)> Unknown => CollectionsMarshal.AsSpan(_unknown);

    public bool IsAbsent(PathMatcher field) => _isAbsent[field.Id];

    public bool IsObject(PathMatcher field) => _isObject[field.Id];

    public ReadOnlySpan<byte> Text(Range range) => _json.WrittenSpan[range];

    /// <summary>Finds the JSON that stands in place of a field's columns.</summary>
    public bool TryGetValue(PathMatcher field, out ReadOnlySpan<byte> json)
    {
        var range = _values[field.Id];
        json = range is { } found ? Text(found) : default;
        return range is not null;
    }

    /// <summary>Forgets the row.</summary>
    public void Clear()
    {
        if (!_isRead)
            return;
        _isRead = false;
        Array.Clear(_values);
        Array.Clear(_isObject);
        Array.Clear(_isAbsent);
        _unknown.Clear();
        _json.ResetWrittenCount();
    }

    /// <summary>Takes a row's <c>extra</c> apart.</summary>
    /// <exception cref="JsonException">It is not a JSON object.</exception>
    public void Read(ReadOnlySpan<byte> json)
    {
        _isRead = true;
        _json.ResetWrittenCount();
        _json.Write(json);
        var reader = new Utf8JsonReader(_json.WrittenSpan, AnyDepth);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("extra: expected a JSON object, found another value.");
        ReadObject(ref reader, _record);
    }

    /// <summary>Takes a row's <c>empty_objects</c>: these containers were there.</summary>
    public void ReadEmptyObjects(ReadOnlySpan<byte> paths)
    {
        _isRead = true;
        foreach (var path in paths.Split((byte)' '))
        {
            var field = _record;
            foreach (var name in paths[path].Split((byte)'.'))
                field = field?.Find(paths[path][name]);
            if (field is { IsContainer: true })
                _isObject[field.Id] = true;
        }
    }

    void ReadObject(ref Utf8JsonReader reader, PathMatcher container)
    {
        _isObject[container.Id] = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = (int)reader.TokenStartIndex + 1;
            var nameEnd = name + reader.ValueSpan.Length;
            var isAbsent = container == _record && reader.ValueSpan.SequenceEqual("$absent"u8);
            if (container == _record && reader.ValueSpan.StartsWith("$"u8))
                name++;
            var field = container.FindEscaped(reader.ValueSpan);
            reader.Read();
            if (isAbsent)
                ReadAbsent(ref reader);
            else if (field is { IsContainer: true } && reader.TokenType == JsonTokenType.StartObject)
                ReadObject(ref reader, field);
            else
                Keep(container, field, name..nameEnd, SkipValue(ref reader));
        }
    }

    void Keep(PathMatcher container, PathMatcher? field, Range name, Range value)
    {
        if (field is null)
            _unknown.Add((container.Id, name, value));
        else
            _values[field.Id] = value;
    }

    static Range SkipValue(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }

    void ReadAbsent(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            if (_record.Find(reader.ValueSpan) is { } field)
                _isAbsent[field.Id] = true;
        }
    }
}
