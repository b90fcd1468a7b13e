using System.Text.Json;

namespace TrailLake.Sql;

/// <summary>What stands at one JSON path: how often, and as which kinds of value.</summary>
sealed class SeenField
{
    /// <summary>Records that have a value here, which is not null and no object that was looked into.</summary>
    public long Values { get; set; }

    /// <summary>Records that have an object here whose fields were looked into.</summary>
    public long Objects { get; set; }

    /// <summary>Records whose value a column shows: objects are in the columns of their fields, and whole only beside other JSON.</summary>
    public long Shown => Values + (HasJson ? Objects : 0);

    public bool HasText { get; set; }

    public bool HasBoolean { get; set; }

    /// <summary>Numbers without fraction and exponent.</summary>
    public bool HasInteger { get; set; }

    public bool HasFraction { get; set; }

    /// <summary>Arrays, and objects that are not looked into.</summary>
    public bool HasJson { get; set; }

    public bool HasNull { get; set; }

    /// <summary>True where a column can be made of it; an object alone is in the columns of its fields.</summary>
    public bool IsColumn => HasText || HasBoolean || HasInteger || HasFraction || HasJson || HasNull;
}

/// <summary>The fields of many JSON objects, gathered one object after the other.</summary>
/// <remarks>Keys may be anything that a caller could put into a request (tags, headers), so their number is bounded; so is the depth. A key that has no spelling
/// in a JSON path on both engines is left out.</remarks>
sealed class SeenFields
{
    /// <summary>Keys from the top of the object to the field; what is deeper stays together as JSON.</summary>
    public const int DeepestPath = 4;

    const int MostFields = 20_000, LongestKey = 128;

    readonly Dictionary<string, SeenField> _fields = new(StringComparer.Ordinal);

    /// <summary>Fields by their path, spelt <c>$["key"]["key"]</c>.</summary>
    public IReadOnlyDictionary<string, SeenField> Fields => _fields;

    /// <summary>Values that were passed over for their keys, and documents that were for their text.</summary>
    public long PassedOver { get; private set; }

    /// <summary>Adds one document; anything but an object has no fields.</summary>
    /// <param name="json">A JSON value in UTF-8; empty for none.</param>
    public void Add(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1_000 });
        try
        {
            if (!json.IsEmpty && reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                AddObject(ref reader, "$", depth: 1);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // half a surrogate pair in a key is the latter
        {
            PassedOver++;
        }
    }

    void AddObject(ref Utf8JsonReader reader, string path, int depth)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (IsSpeakable(key) && FieldAt($"{path}[\"{key}\"]") is var (own, field))
            {
                AddValue(ref reader, own, field, depth);
                continue;
            }

            PassedOver++;
            reader.Skip();
        }
    }

    void AddValue(ref Utf8JsonReader reader, string path, SeenField field, int depth)
    {
        if (reader.TokenType == JsonTokenType.StartObject && depth < DeepestPath && !IsEmpty(reader))
        {
            field.Objects++;
            AddObject(ref reader, path, depth + 1);
            return;
        }

        field.Values += reader.TokenType == JsonTokenType.Null ? 0 : 1;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                field.HasJson = true;
                reader.Skip();
                break;
            case JsonTokenType.String:
                field.HasText = true;
                break;
            case JsonTokenType.Number:
                var isInteger = reader.TryGetInt64(out _);
                field.HasInteger |= isInteger;
                field.HasFraction |= !isInteger;
                break;
            case JsonTokenType.Null:
                field.HasNull = true;
                break;
            default:
                field.HasBoolean = true;
                break;
        }
    }

    (string Path, SeenField Field)? FieldAt(string path)
    {
        if (_fields.TryGetValue(path, out var field))
            return (path, field);
        if (_fields.Count >= MostFields)
            return null;
        _fields.Add(path, field = new());
        return (path, field);
    }

    // Utf8JsonReader is a struct: this looks ahead on a copy.
    static bool IsEmpty(Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.EndObject;

    // Neither engine's paths have a spelling for a quote within quotes that the other one knows.
    static bool IsSpeakable(string key) => key.Length is > 0 and <= LongestKey && !key.Any(letter => letter is '"' or '\\' or '*' || char.IsControl(letter) || char.IsSurrogate(letter));
}
