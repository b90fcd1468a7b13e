using System.Text.Json;
using TrailLake.CloudTrail;
using TrailLake.Parquet;

namespace TrailLake.Lake;

/// <summary>The two lists that are derived from <c>resources</c>: the ARNs in their order, and the types, each once.</summary>
/// <remarks>Worked out once for each distinct text of a row group, not for each row.</remarks>
sealed class ResourceLists : IDisposable
{
    readonly NativeArena _unescaped = new(1 << 16);
    readonly List<ByteSlice> _elements = []; // distinct
    readonly Dictionary<ulong, int> _byHash = [];
    readonly List<int> _members = []; // places in _elements, list after list, one list for each distinct resources text
    readonly List<(int Start, int Count)> _lists = [];
    int[] _lengths = [], _rowMembers = [];
    int _memberCount;

    /// <summary>The distinct elements.</summary>
    public ReadOnlySpan<ByteSlice> Elements => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_elements);

    /// <summary>The length of each row's list, -1 for null.</summary>
    public ReadOnlySpan<int> Lengths => _lengths;

    /// <summary>The rows' elements, as places among <see cref="Elements"/>.</summary>
    public ReadOnlySpan<int> Members => _rowMembers.AsSpan(0, _memberCount);

    /// <summary>Takes a row group's <c>resources</c>.</summary>
    /// <param name="texts">Its distinct texts.</param>
    /// <param name="places">For each row the place of its text, or -1.</param>
    /// <param name="wantsTypes">The types; else the ARNs.</param>
    public void Take(ReadOnlySpan<ByteSlice> texts, ReadOnlySpan<int> places, bool wantsTypes)
    {
        _unescaped.Reset();
        _elements.Clear();
        _byHash.Clear();
        _members.Clear();
        _lists.Clear();
        foreach (var text in texts)
            AddList(text.Span, wantsTypes);
        Spread(places);
    }

    public void Dispose() => _unescaped.Dispose();

    void AddList(ReadOnlySpan<byte> resources, bool wantsTypes)
    {
        var start = _members.Count;
        var reader = new Utf8JsonReader(resources, new JsonReaderOptions { MaxDepth = RecordReader.MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            _lists.Add((start, -1)); // a text or an object instead of an array: nothing is listed
            return;
        }
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
                AddElement(ref reader, start, wantsTypes);
            else
                reader.Skip();
        }
        _lists.Add((start, _members.Count - start));
    }

    void AddElement(ref Utf8JsonReader reader, int listStart, bool wantsTypes)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // The key is spelt ARN; a few tools write arn.
            var isWanted = wantsTypes ? reader.ValueTextEquals("type"u8) : reader.ValueTextEquals("ARN"u8) || reader.ValueTextEquals("arn"u8);
            reader.Read();
            if (!isWanted || reader.TokenType != JsonTokenType.String)
                reader.Skip();
            else if (PlaceOf(ref reader) is var place && place >= 0 && !(wantsTypes && _members.IndexOf(place, listStart) >= 0))
                _members.Add(place);
        }
    }

    int PlaceOf(ref Utf8JsonReader reader)
    {
        var text = reader.ValueSpan;
        if (reader.ValueIsEscaped && !TryUnescape(ref reader, out text))
            return -1;
        var hash = TextRef.HashOf(text);
        if (_byHash.TryGetValue(hash, out var place) && _elements[place].Span.SequenceEqual(text))
            return place;
        _byHash[hash] = _elements.Count;
        _elements.Add(ByteSlice.OfFixed(text));
        return _elements.Count - 1;
    }

    bool TryUnescape(scoped ref Utf8JsonReader reader, out ReadOnlySpan<byte> text)
    {
        var room = _unescaped.Take(reader.ValueSpan.Length);
        try
        {
            text = room[..reader.CopyString(room)];
            return true;
        }
        catch (InvalidOperationException) // a lone surrogate is no text
        {
            text = default;
            return false;
        }
    }

    void Spread(ReadOnlySpan<int> places)
    {
        _lengths = _lengths.Length == places.Length ? _lengths : new int[places.Length];
        _memberCount = 0;
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
