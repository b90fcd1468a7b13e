using System.Runtime.CompilerServices;

namespace TrailLake.CloudTrail;

/// <summary>Flattens the ordinary event: compact, with the properties that we know, each of its usual type. All else it declines, and the
/// <see cref="TableReader"/> reads it: slower, and judge of this one in the tests.</summary>
/// <remarks>It is fast by not looking twice: properties are guessed from the one before, runs of properties that came before are found by
/// their bytes, and only what is the record's own is walked.</remarks>
sealed unsafe class FastReader(RowBatch batch) : IDisposable
{
    readonly PropertyGuesses _properties = new();
    readonly FragmentReader _fragments = new(batch.Shared);
    readonly (TextRef Bytes, int Id, int LastProperty)[] _guesses = new (TextRef, int, int)[64]; // by first property, the fragment that came last
    readonly (TextRef Bytes, int Id)[] _last = new (TextRef, int)[Columns.All.Length]; // by column, the shared text that came last
    readonly byte[] _lastDay = new byte[11]; // date and T of the record before
    long _lastMidnight;
    ulong _seen;
    bool _hasEmptyObjects;
    int _serviceId, _regionId;
    byte* _runStart, _runEnd; // properties that wait to become one fragment
    int _runFirst, _runLast;

    /// <summary>Adds the record's row to the batch; false, with nothing added, where it is no ordinary event.</summary>
    /// <param name="json">Valid UTF-8; readable for 128 bytes behind its end.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryRead(ReadOnlySpan<byte> json, int objectOrdinal, long index)
    {
        fixed (byte* start = json)
        {
            var close = TryBegin(start, start + json.Length, objectOrdinal, index);
            if (close != start + json.Length)
                return Drop();
        }
        Keep();
        return true;
    }

    /// <summary>Reads the record that begins at a place, wherever it ends: the place behind it, or null where it is no ordinary event. Its row is then in
    /// the making: <see cref="Keep"/> it, or <see cref="Drop"/> it.</summary>
    /// <param name="start">Valid UTF-8 up to the limit, and readable for 128 bytes more, which hold a zero.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public byte* TryBegin(byte* start, byte* limit, int objectOrdinal, long index)
    {
        batch.Begin(objectOrdinal, index);
        (_seen, _serviceId, _regionId, _hasEmptyObjects) = (0, -1, -1, false);
        _runStart = null;
        return limit - start > 2 && *start == '{' ? Walk(start + 1, limit) : null;
    }

    /// <summary>Keeps the row in the making.</summary>
    public void Keep() => batch.Finish(LakeTable.Events, _serviceId, _regionId);

    /// <summary>Drops the row in the making; false.</summary>
    public bool Drop()
    {
        batch.Drop();
        return false;
    }

    /// <summary>Forgets all that came before, since a new epoch begins.</summary>
    public void ForgetShared()
    {
        _fragments.Clear();
        Array.Clear(_guesses);
        Array.Clear(_last);
    }

    public void Dispose() => _fragments.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    byte* Walk(byte* at, byte* end)
    {
        var hasTime = false;
        for (var number = 0; ; at++)
        {
            number = _properties.At(at, number);
            if (number == 0)
                return null;
            ref var property = ref _properties[number];
            if (property.Kind <= PropertyKind.Container && TryGuess(number, property.Kind, at, end))
            {
                ref var guess = ref _guesses[number];
                if (!EndRun() || !TakeFragment(guess.Id))
                    return null;
                at += guess.Bytes.Length;
                number = guess.LastProperty;
            }
            else
            {
                at = property.Kind == PropertyKind.Run ? TakeRun(number, at, at + property.Length) : TakeSingle(number, ref property, at, end);
                if (at == null)
                    return null;
                hasTime |= property.Kind == PropertyKind.Time;
            }
            if (*at != ',')
                break;
        }
        return at < end && *at == '}' && EndRun() && hasTime && (_seen & _properties.Required) == _properties.Required ? at + 1 : null;
    }

    /// <summary>True where the fragment stands that began with this property last time: it need be neither walked nor looked up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    bool TryGuess(int number, PropertyKind kind, byte* at, byte* end)
    {
        ref var bytes = ref _guesses[number].Bytes;
        return bytes.Length != 0 && bytes.Length <= end - at && (_runStart == null || kind == PropertyKind.Container)
            && bytes.Span.SequenceEqual(new ReadOnlySpan<byte>(at, bytes.Length));
    }

    /// <summary>Lengthens the run by a property whose value is a text or a word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    byte* TakeRun(int number, byte* name, byte* value)
    {
        if (_runStart == null)
        {
            _runStart = name;
            _runFirst = number;
        }
        _runLast = number;
        var hasEscapes = false;
        _runEnd = *value == '"' ? JsonWalker.StringEnd(value + 1, ref hasEscapes) : JsonWalker.ScalarEnd(value);
        if (_runEnd != null && *value == '"')
            _runEnd++;
        return _runEnd;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    byte* TakeSingle(int number, ref Property property, byte* name, byte* end)
    {
        if (!EndRun())
            return null;
        var value = name + property.Length;
        if (property.Kind == PropertyKind.Container)
            return TakeContainer(number, name, value, end);
        if ((_seen & property.Bit) != 0)
            return null;
        _seen |= property.Bit;
        if (property.Kind == PropertyKind.Json)
            return TakeJson(ref property, value);
        if (*value != '"')
            return null;
        var hasEscapes = false;
        var text = value + 1;
        var quote = JsonWalker.StringEnd(text, ref hasEscapes);
        if (quote == null)
            return null;
        var bytes = new ReadOnlySpan<byte>(text, (int)(quote - text));
        return (!hasEscapes || batch.TryUnescape(ref bytes)) && TakeText(property, bytes) ? quote + 1 : null;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    bool EndRun()
    {
        if (_runStart == null)
            return true;
        var run = new ReadOnlySpan<byte>(_runStart, (int)(_runEnd - _runStart));
        _runStart = null;
        return Find(run, _runFirst, _runLast);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    byte* TakeContainer(int number, byte* name, byte* value, byte* end)
    {
        if (*value != '{')
            return null;
        var close = JsonScanner.FindClose(value, end, (byte)'{', (byte)'}');
        return close != null && Find(new ReadOnlySpan<byte>(name, (int)(close - name)), number, number) ? close : null;
    }

    /// <summary>Takes the fragment of these bytes, which will be the guess where its first property comes again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    bool Find(ReadOnlySpan<byte> run, int first, int last)
    {
        var id = _fragments.IdOf(run);
        if (id < 0)
            return false;
        _guesses[first] = (batch.Shared.Fragments.Runs[id], id, last);
        return TakeFragment(id);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    bool TakeFragment(int id)
    {
        ref var fragment = ref batch.Shared.Fragments[id];
        if ((_seen & fragment.Properties) != 0 || (_hasEmptyObjects && fragment.HasEmptyObjects))
            return false;
        _hasEmptyObjects |= fragment.HasEmptyObjects;
        _seen |= fragment.Properties;
        batch.Header().Flags |= fragment.Flags;
        if (fragment.ServiceId >= 0)
            _serviceId = fragment.ServiceId;
        if (fragment.RegionId >= 0)
            _regionId = fragment.RegionId;
        batch.AddFragment(id);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    byte* TakeJson(ref Property property, byte* value)
    {
        if (JsonWalker.IsNull(value))
            return (property.Bit & _properties.Required) != 0 ? value + 4 : null;
        var end = JsonWalker.ValueEnd(value);
        if (end != null)
            batch.AddLocal(property.Column, new ReadOnlySpan<byte>(value, (int)(end - value)));
        return end;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    bool TakeText(in Property property, ReadOnlySpan<byte> text)
    {
        ref var header = ref batch.Header();
        switch (property.Kind)
        {
            case PropertyKind.Time:
                return TakeTime(text, out header.Time);
            case PropertyKind.EventId when Uuid.TryParse(text, out header.EventId):
                header.Flags |= RowFlags.HasEventId;
                return true;
            case PropertyKind.RequestId when Uuid.TryParse(text, out header.RequestId):
                header.Flags |= RowFlags.HasRequestId;
                return true;
            case PropertyKind.SharedText:
                return TakeShared(property.Column, text);
            default:
                header.Flags |= EnvelopeFacts.OfText(property.Column, text); // before the row grows, which may move it
                batch.AddLocal(property.Column, text);
                return true;
        }
    }

    /// <summary>Reads a time; its day is nearly always that of the record before.</summary>
    bool TakeTime(ReadOnlySpan<byte> text, out long millis)
    {
        if (text.Length == 20 && text[..11].SequenceEqual(_lastDay) && EventTime.TryParseClock(text[11..], out var clock))
        {
            millis = _lastMidnight + clock;
            return true;
        }
        if (!EventTime.TryParseCanonical(text, out millis))
            return false;
        text[..11].CopyTo(_lastDay);
        _lastMidnight = millis - (EventTime.TryParseClock(text[11..], out clock) ? clock : 0);
        return true;
    }

    /// <summary>Adds a shared text; the one that came last is compared before it is looked up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    bool TakeShared(int column, ReadOnlySpan<byte> text)
    {
        if (text.Length > TableReader.MaxSharedBytes) // for the careful reader to place
            return false;
        ref var last = ref _last[column];
        if (last.Bytes.Start != null && last.Bytes.Span.SequenceEqual(text))
        {
            batch.AddShared(column, last.Id);
            return true;
        }
        var id = batch.AddShared(column, text);
        if (id >= 0)
            last = (batch.Shared.Texts[id], id);
        return true;
    }
}
