using System.Runtime.InteropServices;
using System.Text.Json;
using TrailLake.CloudTrail;
using TrailLake.Parquet;

namespace TrailLake.Lake;

/// <summary>The two lists that are derived from <c>resources</c>: the ARNs in their order, and the types, each once.</summary>
/// <remarks>Worked out once for each distinct text of a row group, not for each row.</remarks>
sealed class ResourceLists : IDisposable
{
    readonly NativeArena _unescaped = new(1 << 16);

    /// <summary>The ARNs of each row's resources.</summary>
    public ResourceList Arns { get; } = new();

    /// <summary>Their types.</summary>
    public ResourceList Types { get; } = new();

    /// <summary>Takes a row group's <c>resources</c>.</summary>
    /// <param name="texts">Its distinct texts.</param>
    /// <param name="places">For each row the place of its text, or -1.</param>
    public void Take(ReadOnlySpan<ByteSlice> texts, ReadOnlySpan<int> places)
    {
        _unescaped.Reset();
        Arns.Clear();
        Types.Clear();
        foreach (var text in texts)
            Read(text.Span);
        Arns.Spread(places);
        Types.Spread(places);
    }

    public void Dispose() => _unescaped.Dispose();

    void Read(ReadOnlySpan<byte> resources)
    {
        var reader = new Utf8JsonReader(resources, new JsonReaderOptions { MaxDepth = RecordReader.MaxDepth });
        var isArray = reader.Read() && reader.TokenType == JsonTokenType.StartArray;
        Arns.Begin();
        Types.Begin();
        while (isArray && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
                ReadResource(ref reader);
            else
                reader.Skip();
        }
        Arns.End(isArray); // a text or an object instead of an array: nothing is listed
        Types.End(isArray);
    }

    void ReadResource(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // The key is spelt ARN; a few tools write arn. (The reader's own comparison throws where a name has half a letter.)
            var isArn = JsonText.IsSpeltOut(reader.ValueSpan, "ARN"u8) || JsonText.IsSpeltOut(reader.ValueSpan, "arn"u8);
            var isType = !isArn && JsonText.IsSpeltOut(reader.ValueSpan, "type"u8);
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                reader.Skip();
            else if (isArn || isType)
                Add(reader.ValueSpan, reader.ValueIsEscaped, isType);
        }
    }

    void Add(ReadOnlySpan<byte> text, bool isEscaped, bool isType)
    {
        if (!isEscaped || EscapedText.TryUnescape(_unescaped, ref text)) // a lone surrogate is no text, and is not listed
            (isType ? Types : Arns).Add(text, isOnce: isType);
    }
}

/// <summary>A list of texts for each row of a row group, told apart as a Parquet dictionary wants it.</summary>
sealed class ResourceList
{
    readonly List<ByteSlice> _elements = []; // distinct
    readonly Dictionary<ulong, int> _byHash = [];
    readonly List<int> _members = []; // places in _elements, list after list, one list for each distinct text
    readonly List<(int Start, int Count)> _lists = [];
    int[] _lengths = [], _rowMembers = [];
    int _rows, _memberCount, _start;

    /// <summary>The distinct elements.</summary>
    public ReadOnlySpan<ByteSlice> Elements => CollectionsMarshal.AsSpan(_elements);

    /// <summary>The length of each row's list, -1 for null.</summary>
    public ReadOnlySpan<int> Lengths => _lengths.AsSpan(0, _rows);

    /// <summary>The rows' elements, as places among <see cref="Elements"/>.</summary>
    public ReadOnlySpan<int> Members => _rowMembers.AsSpan(0, _memberCount);

    public void Clear()
    {
        _elements.Clear();
        _byHash.Clear();
        _members.Clear();
        _lists.Clear();
    }

    /// <summary>Begins the list of the next distinct text.</summary>
    public void Begin() => _start = _members.Count;

    /// <summary>Adds an element to it.</summary>
    /// <param name="text">In memory that does not move until the next <see cref="Clear"/>.</param>
    /// <param name="isOnce">Leaves it out where the list has it.</param>
    public void Add(ReadOnlySpan<byte> text, bool isOnce)
    {
        var hash = TextRef.HashOf(text);
        if (!_byHash.TryGetValue(hash, out var place) || !_elements[place].Span.SequenceEqual(text))
        {
            _byHash[hash] = place = _elements.Count;
            _elements.Add(ByteSlice.OfFixed(text));
        }
        if (!isOnce || _members.IndexOf(place, _start) < 0)
            _members.Add(place);
    }

    /// <summary>Ends the list; it is null where there was none.</summary>
    public void End(bool isList) => _lists.Add((_start, isList ? _members.Count - _start : -1));

    /// <summary>Gives each row the list of its text.</summary>
    public void Spread(ReadOnlySpan<int> places)
    {
        if (_lengths.Length < places.Length)
            _lengths = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)places.Length)];
        (_rows, _memberCount) = (places.Length, 0);
        for (var row = 0; row < places.Length; row++)
        {
            var (start, count) = places[row] < 0 ? (0, -1) : _lists[places[row]];
            _lengths[row] = count;
            for (var i = 0; i < count; i++)
            {
                if (_memberCount == _rowMembers.Length)
                    Array.Resize(ref _rowMembers, Math.Max(256, _memberCount * 2));
                _rowMembers[_memberCount++] = _members[start + i];
            }
        }
    }
}
