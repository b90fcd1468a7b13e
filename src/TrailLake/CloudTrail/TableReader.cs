using System.Text;
using System.Text.Json;

namespace TrailLake.CloudTrail;

/// <summary>Reads records as rows of one table.</summary>
sealed class TableReader
{
    /// <summary>A shared text is at most this long; a longer one is hardly ever met again.</summary>
    public const int MaxSharedBytes = 1024;

    /// <summary>What reading a record came to.</summary>
    /// <param name="IsOtherTable">The record belongs to another table.</param>
    /// <param name="Problem">Why there is no row.</param>
    public readonly record struct Outcome(bool IsOtherTable, RecordProblem? Problem);

    readonly LakeTable _table;
    readonly RowBatch _batch;
    readonly PathMatcher _root;
    readonly ExtraWriter _extra = new();
    readonly List<string> _empty = []; // the paths of empty objects
    readonly EnvelopeFacts _facts;
    readonly UnknownNames _unknown = new();
    readonly int _eventId, _requestId, _time, _service, _region, _type, _category, _extraColumn, _emptyColumn;
    bool _isOtherTable;

    public TableReader(LakeTable table, RowBatch batch)
    {
        (_table, _batch, _root) = (table, batch, PathMatcher.Of(table));
        _facts = new EnvelopeFacts();
        _time = Columns.All.IndexOf(Columns.TimeOf(table));
        _eventId = Columns.OrdinalNamed(table, "event_id");
        _requestId = table == LakeTable.Events ? Columns.OrdinalNamed(table, "request_id") : -1;
        _service = Columns.OrdinalNamed(table, table == LakeTable.Insights ? "insight_event_source" : "event_source");
        _region = Columns.OrdinalNamed(table, "aws_region");
        _type = Columns.OrdinalNamed(table, "event_type");
        _category = Columns.OrdinalNamed(table, "event_category");
        _extraColumn = Columns.OrdinalNamed(table, "extra");
        _emptyColumn = Columns.OrdinalNamed(table, "empty_objects");
    }

    int _serviceId, _regionId;
    bool _hasTime;
    RecordProblem? _problem;

    /// <summary>Reads one record into the row that the batch has begun.</summary>
    public Outcome Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        Begin();
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return new Outcome(false, new RecordProblem(Reasons.RecordNotAnObject, "expected a JSON object"));
        var seen = ReadContainer(ref reader, json, _root);
        if (_isOtherTable || _problem is not null)
            return new Outcome(_isOtherTable, _problem);
        reader.Read(); // nothing may follow the object; the reader throws if something does
        if (!_hasTime)
            return new Outcome(false, _problem ?? MissingTime());
        AddAbsent(seen);
        _extra.End();
        if (!_extra.Json.IsEmpty)
            _batch.AddLocal(_extraColumn, _batch.Keep(_extra.Json));
        AddEmptyObjects();
        _batch.Header().Flags |= _facts.Flags;
        _batch.Finish(_table, _serviceId, _regionId);
        return default;
    }

    /// <summary>Reads a part of a record, in braces of its own, into the row that the batch has begun.</summary>
    /// <returns>False where the row's cells and flags do not say all of it.</returns>
    public bool TryReadFragment(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, out Fragment fragment)
    {
        Begin();
        fragment = default;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return false;
        fragment.Properties = ReadContainer(ref reader, json, _root);
        if (_isOtherTable || _problem is not null || _hasTime || !_extra.Json.IsEmpty || reader.Read())
            return false;
        AddEmptyObjects();
        (fragment.ServiceId, fragment.RegionId, fragment.HasEmptyObjects) = (_serviceId, _regionId, _empty.Count > 0);
        _batch.Header().Flags |= _facts.Flags;
        return (_batch.Header().Flags & (RowFlags.HasEventId | RowFlags.HasRequestId)) == 0;
    }

    void Begin()
    {
        (_serviceId, _regionId, _hasTime, _isOtherTable, _problem) = (-1, -1, false, false, null);
        _extra.Clear();
        _empty.Clear();
        _facts.Clear();
        _unknown.Clear();
    }

    RecordProblem MissingTime() => new(Reasons.EventTimeMissing, $"no {Columns.TimeOf(_table).Path}");

    /// <summary>Reads the properties of a container; returns which of its known children were there, as bits.</summary>
    ulong ReadContainer(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, PathMatcher container)
    {
        var seen = 0UL;
        var unknown = _unknown.Mark();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = NameOf(ref reader, out var isEscaped);
            var child = container.Find(name);
            var isTwice = child is null ? !_unknown.Add(name, unknown) : (seen & (1UL << child.Ordinal)) != 0;
            if (isTwice)
            {
                _problem ??= new RecordProblem(Reasons.DuplicateKey, $"the name {Encoding.UTF8.GetString(name)} stands twice in {(container.Path.Length == 0 ? "the record" : container.Path)}");
                return seen;
            }
            reader.Read();
            if (child is null)
                _extra.Add(name, Compact(ref reader, json), isEscaped);
            else
            {
                seen |= 1UL << child.Ordinal;
                ReadKnown(ref reader, json, child);
            }
            if (_isOtherTable || _problem is not null)
                return seen;
        }
        _unknown.Release(unknown);
        return seen;
    }

    /// <summary>The property's name, unescaped unless it holds a lone surrogate, which no text can.</summary>
    ReadOnlySpan<byte> NameOf(ref Utf8JsonReader reader, out bool isEscaped)
    {
        isEscaped = reader.ValueIsEscaped;
        var name = reader.ValueSpan;
        isEscaped = isEscaped && !_batch.TryUnescape(ref name);
        return name;
    }

    void ReadKnown(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, PathMatcher child)
    {
        if (!child.IsContainer)
            ReadColumn(ref reader, json, child);
        else if (reader.TokenType != JsonTokenType.StartObject)
            _extra.Add(child.Name, Compact(ref reader, json));
        else if (IsEmptyObject(reader))
        {
            reader.Read();
            _empty.Add(child.Path);
        }
        else
        {
            _extra.Enter(child);
            _facts.Enter(child);
            ReadContainer(ref reader, json, child);
            _extra.Leave();
        }
    }

    /// <summary>Names the empty objects, in an order of their own, so that the order of keys makes no difference.</summary>
    void AddEmptyObjects()
    {
        if (_empty.Count == 0)
            return;
        _empty.Sort(StringComparer.Ordinal);
        _batch.AddShared(_emptyColumn, Encoding.UTF8.GetBytes(string.Join(' ', _empty)));
    }

    static bool IsEmptyObject(Utf8JsonReader copy) => copy.Read() && copy.TokenType == JsonTokenType.EndObject;

    void ReadColumn(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, PathMatcher place)
    {
        var column = Columns.All[place.ColumnOrdinal];
        var isExact = column.Type switch
        {
            ColumnType.Text => ReadText(ref reader, place.ColumnOrdinal, column),
            ColumnType.Boolean => ReadBoolean(ref reader, place.ColumnOrdinal, isText: false),
            ColumnType.BooleanText => ReadBoolean(ref reader, place.ColumnOrdinal, isText: true),
            ColumnType.Timestamp => ReadTime(ref reader, place.ColumnOrdinal),
            _ => ReadJson(ref reader, json, place.ColumnOrdinal, column),
        };
        if (!isExact)
            _extra.Add(place.Name, Compact(ref reader, json));
    }

    bool ReadText(ref Utf8JsonReader reader, int ordinal, Column column)
    {
        if (reader.TokenType != JsonTokenType.String)
            return false;
        var text = reader.ValueSpan;
        if (reader.ValueIsEscaped && !_batch.TryUnescape(ref text))
            return false; // a lone surrogate is no text; its escape stays in extra
        _facts.See(ordinal, text);
        if (ordinal == _type || ordinal == _category)
            _isOtherTable |= BelongsElsewhere(text);
        ref var header = ref _batch.Header();
        if (ordinal == _eventId && Uuid.TryParse(text, out header.EventId))
            header.Flags |= RowFlags.HasEventId;
        else if (ordinal == _requestId && Uuid.TryParse(text, out header.RequestId))
            header.Flags |= RowFlags.HasRequestId;
        else if (ordinal == _service)
            _serviceId = AddNeeded(ordinal, text);
        else if (ordinal == _region)
            _regionId = AddNeeded(ordinal, text);
        else if (column.IsUnique || column.IsMostlyOwn || text.Length > MaxSharedBytes)
            _batch.AddLocal(ordinal, text);
        else
            _batch.AddShared(ordinal, text);
        return true;
    }

    int AddNeeded(int ordinal, ReadOnlySpan<byte> text) => _batch.AddShared(ordinal, text, isNeeded: true);

    /// <summary>Insights before aggregates before events, where a record claims several.</summary>
    bool BelongsElsewhere(ReadOnlySpan<byte> text) =>
        (_table != LakeTable.Insights && (text.SequenceEqual("Insight"u8) || text.SequenceEqual("AwsCloudTrailInsight"u8)))
        || (_table == LakeTable.Events && (text.SequenceEqual("Aggregated"u8) || text.SequenceEqual("AwsAggregatedEvent"u8)));

    bool ReadBoolean(ref Utf8JsonReader reader, int ordinal, bool isText)
    {
        bool? value = reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.String when JsonText.IsSpeltOut(reader.ValueSpan, "true"u8) => true,
            JsonTokenType.String when JsonText.IsSpeltOut(reader.ValueSpan, "false"u8) => false,
            _ => null,
        };
        if (value is { } known)
            _batch.AddBoolean(ordinal, known);
        return value is not null && isText == (reader.TokenType == JsonTokenType.String);
    }

    bool ReadTime(ref Utf8JsonReader reader, int ordinal)
    {
        var text = reader.ValueSpan;
        var isText = reader.TokenType == JsonTokenType.String && (!reader.ValueIsEscaped || _batch.TryUnescape(ref text));
        var isExact = EventTime.TryParseCanonical(text, out var millis) && isText;
        if (!isExact && !(isText && EventTime.TryParse(text, out millis))
            && !(reader.TokenType == JsonTokenType.Number && EventTime.TryParseNumber(text, out millis)))
        {
            if (ordinal == _time)
                _problem = new RecordProblem(Reasons.EventTimeUnreadable, $"{Columns.All[ordinal].Path} is {Shorten(reader.ValueSpan)}; expected a time such as 2024-01-31T23:59:59Z");
            return false;
        }
        if (ordinal == _time)
        {
            _hasTime = true;
            _batch.Header().Time = millis;
        }
        else
            _batch.AddTime(ordinal, millis);
        return isExact;
    }

    bool ReadJson(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, int ordinal, Column column)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return column.NullIsJsonNull;
        var value = Compact(ref reader, json);
        if (column.IsNested && value.Length <= MaxSharedBytes) // part of an identity, so met again
            _batch.AddShared(ordinal, value);
        else
            _batch.AddLocal(ordinal, value);
        return true;
    }

    void AddAbsent(ulong seen)
    {
        var isFirst = true;
        foreach (var child in _root.Children)
        {
            if (child.IsContainer || !Columns.All[child.ColumnOrdinal].NullIsJsonNull || (seen & (1UL << child.Ordinal)) != 0)
                continue;
            _extra.AddAbsent(child, isFirst);
            isFirst = false;
        }
        if (!isFirst)
            _extra.EndAbsent();
    }

    /// <summary>The value that the reader stands on, as JSON without white space between tokens; the reader ends on its last token.</summary>
    ReadOnlySpan<byte> Compact(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        var value = json[start..(int)reader.BytesConsumed];
        if (!JsonWhiteSpace.IsIn(value))
            return value;
        var room = _batch.Scratch(value.Length);
        var length = JsonWhiteSpace.Remove(value, room);
        _batch.ReturnScratch(room.Length - length);
        return room[..length];
    }

    /// <summary>A value for a message: its first 80 bytes, in quotes.</summary>
    static string Shorten(ReadOnlySpan<byte> value) =>
        "'" + Encoding.UTF8.GetString(value[..Math.Min(value.Length, 80)]) + (value.Length > 80 ? "…'" : "'");
}
