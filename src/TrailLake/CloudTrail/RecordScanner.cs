using static TrailLake.CloudTrail.JsonScanner;

namespace TrailLake.CloudTrail;

/// <summary>
/// Goes through a window from item to item. Three containers nest: the file (documents one after the other), a
/// wrapper (<c>{"Records":…}</c>) and an array of items. What is inside a record is not looked at; only its extent is found.
/// </summary>
/// <remarks>
/// No decision depends on where a window ends: whatever needs to see more than is at hand waits for it. So any window
/// size gives the same records and the same problems.
/// </remarks>
sealed unsafe partial class RecordScanner(LogWindow window, long maxObjectBytes) : IDisposable
{
    const int MaxNesting = 64;
    const string Notification = "expected records of CloudTrail, found notifications (their eventSource begins with aws:)";

    readonly List<Container> _open = [];
    readonly ProblemLog _problems = new(window);
    readonly LookupTexts _texts = new();
    byte* _item; // the extent of the item that was given last
    byte* _itemEnd;
    bool _wasFirst;
    bool _isFirst; // of its container: the one that is looked at for what they all are

    enum Container
    {
        Wrapper,
        Items,
        ForeignItems,
    }

    enum Found
    {
        /// <summary>A record, to be given.</summary>
        Record,

        /// <summary>Something that is now behind us.</summary>
        Other,

        /// <summary>Something that more bytes must complete.</summary>
        Nothing,
    }

    public IReadOnlyList<Problem> Problems => _problems.All;
    public LogKind? PassedOver { get; private set; }
    public bool IsDone { get; private set; }

    /// <summary>Records given and records quarantined so far.</summary>
    public long Count => _problems.Count;

    public void Begin()
    {
        _open.Clear();
        _problems.Begin();
        PassedOver = null;
        _isFirst = true;
        IsDone = false;
        BeginBroken();
    }

    public void BeginWindow()
    {
        _problems.BeginWindow();
        _texts.BeginWindow();
        _item = null;
        _mark = _markFrom = null;
    }

    public bool Next(out LogRecord record)
    {
        record = default;
        while (!IsDone)
        {
            var at = SkipSeparators(window.Next);
            window.Next = at;
            if (at == window.End)
            {
                if (window.IsFinal)
                {
                    Finish();
                }
                return false;
            }
            switch (Step(at, out record))
            {
                case Found.Record:
                    return true;
                case Found.Nothing:
                    return false;
            }
        }
        return false;
    }

    Found Step(byte* at, out LogRecord record)
    {
        record = default;
        if (_open.Count > 0 && _open[^1] == Container.Wrapper)
        {
            return Member(at);
        }
        switch (*at)
        {
            case (byte)'{':
                return Object(at, out record);
            case (byte)'[' when _open.Count == 0:
                return Enter(Container.Items, at + 1);
            case (byte)']' when _open.Count > 0:
                return Leave(at + 1);
            case (byte)']' or (byte)'}' when Count > 0 || _open.Count > 0:
                return Pass(at + 1); // one too many: it holds nothing
            default:
                return _open.Count > 0 ? NotAnObject(at) : Garbage(at);
        }
    }

    Found Object(byte* at, out LogRecord record)
    {
        record = default;
        byte* close;
        var value = at;
        var shape = Shape.Record;
        if (_isFirst || !new ReadOnlySpan<byte>(at, 15).SequenceEqual("{\"eventVersion\""u8))
        {
            shape = Look(at, out value, out close);
        }
        else
        {
            close = Close(at);
        }
        switch (shape)
        {
            case Shape.Wrapper:
                return Wrapper(at, value);
            case Shape.Digest or Shape.Config when Count == 0 && _open.Count == 0:
                PassedOver = shape == Shape.Digest ? LogKind.Digest : LogKind.Config;
                return Stop();
        }
        if (close == null)
        {
            return Unfinished(at);
        }
        if (shape == Shape.Foreign || (_open.Count > 0 && _open[^1] == Container.ForeignItems))
        {
            return Foreign(at, close);
        }
        if (!IsFollowedWell(close) && IsClosedEarly(close, out var hasToWait))
        {
            return hasToWait ? Found.Nothing : ClosedEarly(at, close);
        }
        if (shape is Shape.Envelope or Shape.Lookup && IsBrokenAround(at, close))
        {
            return Found.Other;
        }
        if (shape == Shape.Unknown && _open.Count == 0)
        {
            return Unknown(at, close);
        }
        window.Next = close;
        _item = at;
        _itemEnd = close;
        _wasFirst = _isFirst;
        _isFirst = false;
        if (shape is Shape.Envelope or Shape.Lookup)
        {
            return Inner(shape, value, out record);
        }
        record = new(at, (int)(close - at), _problems.Count++, window.OffsetOf(at));
        return Found.Record;
    }

    byte* Close(byte* at) => _isWary ? FindCloseWarily(at, window.End) : FindClose(at, window.End, (byte)'{', (byte)'}');

    // Some shapes show before the end of the object, and it may be long. But only what is before its close is its own.
    Shape Look(byte* at, out byte* value, out byte* close)
    {
        var shape = LogShape.Of(at, window.End, _isFirst, out value);
        var isDecided = shape is Shape.Wrapper or Shape.Digest or Shape.Config;
        close = isDecided ? FindClose(at, value, (byte)'{', (byte)'}') : Close(at);
        if (close == null)
        {
            return isDecided ? shape : Shape.Incomplete;
        }
        shape = LogShape.Of(at, close, _isFirst, out value);
        return shape == Shape.Incomplete ? Shape.Broken : shape;
    }

    // The record of an envelope or of LookupEvents.
    Found Inner(Shape shape, byte* value, out LogRecord record)
    {
        record = default;
        if (shape == Shape.Envelope)
        {
            record = new(value, (int)(FindClose(value, window.End, (byte)'{', (byte)'}') - value), _problems.Count++, window.OffsetOf(value));
            return Found.Record;
        }
        if (*value != '"')
        {
            _problems.Report(Reasons.RecordNotAnObject, "expected CloudTrailEvent to be a text, found something else", _item, _itemEnd, isRecord: true);
            return Found.Other;
        }
        var escaped = new ReadOnlySpan<byte>(value + 1, (int)(FindStringEnd(value, window.End) - value) - 2);
        var text = _texts.Add(escaped, window.CapacityBytes, out var length);
        var start = length < 0 ? null : SkipSpace(text, text + length);
        if (length < 0 || start == text + length || *start != '{')
        {
            _problems.Report(length < 0 ? Reasons.BadString : Reasons.RecordNotAnObject, length < 0
                ? "CloudTrailEvent holds an escape that stands for no letter"
                : "expected an object in the text of CloudTrailEvent", _item, _itemEnd, isRecord: true);
            return Found.Other;
        }
        record = new(start, (int)(text + length - start), _problems.Count++, window.OffsetOf(value));
        return Found.Record;
    }

    Found Wrapper(byte* at, byte* value)
    {
        if (_isWary)
        {
            _open.Clear(); // what was not closed before took the ends of its arrays along: this is another file
        }
        if (_open.Count >= MaxNesting)
        {
            return Unfinished(at);
        }
        if (*value == '[')
        {
            _open.Add(Container.Wrapper);
            return Enter(Container.Items, value + 1);
        }
        var end = FindValueEnd(value, window.End);
        if (end == null)
        {
            return Unfinished(at);
        }
        if (HasSwallowed(at, end))
        {
            return Found.Other;
        }
        _problems.Report(Reasons.RecordsNotAnArray, $"expected an array under Records, found {ProblemLog.Show(value, end)}", value, end, isRecord: false);
        _open.Add(Container.Wrapper);
        return Pass(Max(end, value + 1));
    }

    // Within a wrapper, beside its array.
    Found Member(byte* at)
    {
        if (*at == '}')
        {
            return Leave(at + 1);
        }
        if (*at == ']')
        {
            return Pass(at + 1);
        }
        if (!LogShape.ReadKey(at, window.End, out var key, out var value))
        {
            if (value == null)
            {
                return window.IsFinal ? Pass(window.End) : Found.Nothing; // cut off, but no record
            }
            _open.RemoveAt(_open.Count - 1); // what follows is looked at as a document of its own
            return Found.Other;
        }
        if (LogShape.IsFieldOfRecordsOnly(key))
        {
            _open.RemoveAt(_open.Count - 1);
            return Garbage(at); // the rest of a torn record: as a neighbour of Records it would be passed over without a word
        }
        if (LogShape.HasItems(key, value, window.End))
        {
            return Enter(Container.Items, value + 1);
        }
        var end = FindValueEnd(value, window.End);
        return end != null ? Pass(Max(end, value + 1)) : window.IsFinal ? Pass(window.End) : Found.Nothing;
    }

    // Null, a number, a text or an array where a record belongs.
    Found NotAnObject(byte* at)
    {
        var end = FindValueEnd(at, window.End);
        if (end == at)
        {
            return Garbage(at);
        }
        var next = end == null ? window.End : SkipSpace(end, window.End);
        if (next == window.End && !window.IsFinal)
        {
            return Found.Nothing;
        }
        if (next == window.End || *next is not ((byte)',' or (byte)']' or (byte)'{' or (byte)'}'))
        {
            return Garbage(at);
        }
        if (_open[^1] == Container.Items)
        {
            _problems.Report(Reasons.RecordNotAnObject, $"expected a record, found {ProblemLog.Show(at, end)}", at, end, isRecord: true);
        }
        return Pass(end);
    }

    // A file of notifications ends the scan; behind records they are quarantined one by one, as their neighbours' bytes are gone.
    Found Foreign(byte* at, byte* close)
    {
        if (HasSwallowed(at, close))
        {
            return Found.Other;
        }
        var isWholeFile = Count == 0;
        _problems.Report(Reasons.NotCloudTrail, Notification, at, close, isRecord: !isWholeFile);
        if (isWholeFile)
        {
            return Stop();
        }
        if (_open.Count > 0)
        {
            _open[^1] = Container.ForeignItems;
        }
        _isFirst = false;
        return Pass(close);
    }

    Found Unknown(byte* at, byte* close)
    {
        if (HasSwallowed(at, close))
        {
            return Found.Other;
        }
        var isWholeFile = Count == 0;
        _problems.Report(Reasons.NotCloudTrail, "expected Records or a record of CloudTrail, found an object with neither", at, close, isRecord: !isWholeFile);
        return Pass(close);
    }

    Found Enter(Container container, byte* next)
    {
        _open.Add(container);
        _isFirst = true;
        return Pass(next);
    }

    Found Leave(byte* next)
    {
        _open.RemoveAt(_open.Count - 1);
        return Pass(next);
    }

    Found Pass(byte* next)
    {
        window.Next = next;
        return Found.Other;
    }

    Found Stop()
    {
        IsDone = true;
        return Found.Nothing;
    }

    byte* SkipSeparators(byte* at)
    {
        var end = window.End;
        while (at < end && (*at == ',' || IsSpace(*at) || *at == 0x1e || IsByteOrderMark(at)))
        {
            at += *at == 0xef ? 3 : 1;
        }
        return at;
    }

    // Files that were joined have one at each seam.
    static bool IsByteOrderMark(byte* at) => at[0] == 0xef && at[1] == 0xbb && at[2] == 0xbf;

    static byte* Max(byte* left, byte* right) => left > right ? left : right;

    public void Dispose() => _texts.Dispose();
}
