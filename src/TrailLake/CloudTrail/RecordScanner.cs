using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TrailLake.Storage;
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
sealed unsafe class RecordScanner(LogWindow window, long maxObjectBytes) : IDisposable
{
    const int GarbageBytes = 1024 * 1024; // what is looked through for the way back, at a time
    const int HeadBytes = 256;            // what a report shows of a file that is none of ours
    const int MaxNesting = 64;

    readonly List<Container> _open = [];
    byte* _text; // what CloudTrailEvent texts stand for, until the next window
    int _textCapacity;
    int _textLength;
    byte* _item; // the extent of the item that was given last
    byte* _itemEnd;
    bool _isFirst;
    bool _wasUnclosed; // the container's end went with a broken record

    enum Container
    {
        Wrapper,
        Items,
        ForeignItems,
    }

    public List<Problem> Problems { get; } = [];
    public LogKind? PassedOver { get; private set; }
    public bool IsDone { get; private set; }

    /// <summary>Records given and records quarantined so far.</summary>
    public long Count { get; private set; }

    public void Begin()
    {
        _open.Clear();
        Problems.Clear();
        PassedOver = null;
        Count = 0;
        _isFirst = true;
        IsDone = _wasUnclosed = false;
    }

    public void BeginWindow()
    {
        Problems.Clear();
        _textLength = 0;
        _item = null;
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

    enum Found
    {
        /// <summary>A record, to be given.</summary>
        Record,

        /// <summary>Something that is now behind us.</summary>
        Other,

        /// <summary>Something that more bytes must complete.</summary>
        Nothing,
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
        var value = at;
        var end = window.End;
        var shape = Shape.Record;
        if (_isFirst || !new ReadOnlySpan<byte>(at, 15).SequenceEqual("{\"eventVersion\""u8))
        {
            shape = LogShape.Of(at, end, _isFirst, out value);
            if (shape == Shape.Incomplete && !window.IsFinal)
            {
                return Unfinished(at);
            }
            if (shape == Shape.Incomplete)
            {
                shape = LogShape.Of(at, end, false, out value);
            }
            switch (shape)
            {
                case Shape.Wrapper:
                    return Wrapper(at, value);
                case Shape.Digest or Shape.Config when Count == 0 && _open.Count == 0:
                    PassedOver = shape == Shape.Digest ? LogKind.Digest : LogKind.Config;
                    return Stop();
                case Shape.Foreign:
                    return Foreign(at);
            }
        }
        if (_open.Count > 0 && _open[^1] == Container.ForeignItems)
        {
            var skipped = FindClose(at, end, (byte)'{', (byte)'}');
            return skipped == null ? Unfinished(at) : Pass(skipped);
        }
        var close = FindClose(at, end, (byte)'{', (byte)'}');
        if (close == null)
        {
            return Unfinished(at);
        }
        if (!IsFollowedWell(close) && IsClosedEarly(close, out var hasToWait))
        {
            return hasToWait ? Unfinished(at) : ClosedEarly(at, close);
        }
        if (shape == Shape.Unknown && _open.Count == 0)
        {
            return Unknown(at, close);
        }
        window.Next = close;
        _item = at;
        _itemEnd = close;
        _isFirst = false;
        if (shape is Shape.Envelope or Shape.Lookup)
        {
            return Inner(shape, value, out record);
        }
        record = new(at, (int)(close - at), Count++, window.OffsetOf(at));
        return Found.Record;
    }

    // The record of an envelope or of LookupEvents.
    Found Inner(Shape shape, byte* value, out LogRecord record)
    {
        record = default;
        if (shape == Shape.Envelope)
        {
            record = new(value, (int)(FindClose(value, window.End, (byte)'{', (byte)'}') - value), Count++, window.OffsetOf(value));
            return Found.Record;
        }
        if (*value != '"')
        {
            Report(Reasons.RecordNotAnObject, "expected CloudTrailEvent to be a text, found something else", _item, _itemEnd, isRecord: true);
            return Found.Other;
        }
        var escaped = new ReadOnlySpan<byte>(value + 1, (int)(FindStringEnd(value, window.End) - value) - 2);
        var text = ReserveText(escaped.Length);
        var length = EscapedText.Unescape(escaped, text);
        var start = length < 0 ? null : SkipSpace(text, text + length);
        if (length < 0 || start == text + length || *start != '{')
        {
            Report(length < 0 ? Reasons.BadString : Reasons.RecordNotAnObject, length < 0
                ? "CloudTrailEvent holds an escape that stands for no letter"
                : "expected an object in the text of CloudTrailEvent", _item, _itemEnd, isRecord: true);
            return Found.Other;
        }
        _textLength += length;
        record = new(start, (int)(text + length - start), Count++, window.OffsetOf(value));
        return Found.Record;
    }

    Found Wrapper(byte* at, byte* value)
    {
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
        Report(Reasons.RecordsNotAnArray, $"expected an array under Records, found {Show(value, end)}", value, end, isRecord: false);
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
        if (*value == '[' && (key.SequenceEqual("Records"u8) || key.SequenceEqual("Events"u8)))
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
            Report(Reasons.RecordNotAnObject, $"expected a record, found {Show(at, end)}", at, end, isRecord: true);
        }
        return Pass(end);
    }

    Found Foreign(byte* at)
    {
        Report(Reasons.NotCloudTrail, "expected records of CloudTrail, found notifications (their eventSource begins with aws:)", at, HeadEnd(at), isRecord: false);
        if (Count == 0)
        {
            return Stop();
        }
        if (_open.Count > 0)
        {
            _open[^1] = Container.ForeignItems;
        }
        _isFirst = false;
        var close = FindClose(at, window.End, (byte)'{', (byte)'}');
        return Pass(close == null ? at : close);
    }

    Found Unknown(byte* at, byte* close)
    {
        var isWholeFile = Count == 0;
        Report(Reasons.NotCloudTrail, "expected Records or a record of CloudTrail, found an object with neither", at, close, isRecord: !isWholeFile);
        return Pass(close);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IsFollowedWell(byte* close) => (close[0] == ',' && close[1] == '{') || close[0] == ']';

    // An object that is followed by ,"key": was closed by a brace too many: its fields go on.
    bool IsClosedEarly(byte* close, out bool hasToWait)
    {
        var end = window.End;
        var next = SkipSpace(close, end);
        if (next < end && *next == ',')
        {
            next = SkipSpace(next + 1, end);
        }
        hasToWait = next == end && !window.IsFinal;
        if (next == end)
        {
            return hasToWait;
        }
        if (*next != '"')
        {
            return false;
        }
        var isKey = LogShape.ReadKey(next, end, out _, out var value);
        hasToWait = !isKey && value == null && !window.IsFinal;
        return isKey || hasToWait;
    }

    Found ClosedEarly(byte* at, byte* close)
    {
        var rest = FindClose(close, window.End, (byte)'{', (byte)'}', depth: 1);
        if (rest == null)
        {
            if (!window.IsFinal)
            {
                return Unfinished(at);
            }
            rest = window.End;
        }
        var mark = Resync.FindMark(close, rest, window.End);
        rest = mark == null ? rest : mark;
        Report(Reasons.BrokenRecord, "a brace too many closes it before its last field", at, rest, isRecord: true);
        return Pass(rest);
    }

    // An item that is not closed in what is at hand.
    Found Unfinished(byte* at)
    {
        if (!window.IsFinal && !(at == window.Next && window.IsFull))
        {
            return Found.Nothing;
        }
        var error = Resync.FirstError(at, window.End);
        var mark = error == null ? null : Resync.Find(at, window.End, window.End);
        if (mark != null)
        {
            Report(Reasons.BrokenRecord, $"not JSON at byte {window.OffsetOf(error)} of the file, and a brace or quote is missing", at, mark, isRecord: true);
            return Pass(mark);
        }
        return window.IsFinal ? Torso(at, error) : Found.Nothing;
    }

    // The last item of a file that ends within it.
    Found Torso(byte* at, byte* error)
    {
        _wasUnclosed = true;
        if (window.IsTooLarge)
        {
            return Pass(window.End);
        }
        var isRecord = _open.Count > 0 || LogShape.Of(at, window.End, isThorough: false, out _) is Shape.Record;
        var (reason, message) = Ending() ?? (error == null
            ? (Reasons.TruncatedJson, "the file ends within this record")
            : (Reasons.BrokenRecord, $"not JSON at byte {window.OffsetOf(error)} of the file, and nothing closes it"));
        Report(reason, message, at, window.End, isRecord);
        return Pass(window.End);
    }

    // Bytes that can be no item: to the next record, or the next line that begins with an object.
    Found Garbage(byte* at)
    {
        var limit = window.End - at > GarbageBytes ? at + GarbageBytes : window.End;
        var mark = Resync.FindMark(at + 1, limit, window.End);
        if (mark == null)
        {
            mark = _open.Count == 0 ? FindLine(at, limit) : null;
        }
        if (mark == null && !window.IsFinal && window.End - at <= GarbageBytes)
        {
            return Found.Nothing;
        }
        if (mark == null && Count == 0 && _open.Count == 0)
        {
            Report(Reasons.NotJson, $"expected JSON, found {Show(at, HeadEnd(at))}", at, HeadEnd(at), isRecord: false);
            return Stop();
        }
        _wasUnclosed |= mark == null;
        var end = mark == null ? limit : mark;
        Report(Reasons.NotJson, $"expected a record, found {Show(at, end)}", at, end, isRecord: true);
        return Pass(end);
    }

    static byte* FindLine(byte* at, byte* limit)
    {
        while (at < limit)
        {
            var line = new ReadOnlySpan<byte>(at, (int)(limit - at)).IndexOf((byte)'\n');
            if (line < 0)
            {
                return null;
            }
            at = SkipSpace(at + line, limit);
            if (at < limit && *at is (byte)'{' or (byte)'[')
            {
                return at;
            }
        }
        return null;
    }

    public bool TakeBack(in LogRecord record)
    {
        if (_item == null || record.Start < _item || record.Start >= _itemEnd)
        {
            return false; // an unescaped text, which cannot have neighbours
        }
        var error = Resync.FirstError(_item, _itemEnd);
        if (error == null)
        {
            return false;
        }
        var next = Resync.Find(_item, _itemEnd, window.End);
        if (next == null)
        {
            // The last record of all took the end of its array with it: ]}
            next = *error == ']' && window.IsFinal && _open.Count > 0 && _itemEnd == Max(SkipSpace(error + 1, window.End) + 1, error) ? error : null;
        }
        if (next == null)
        {
            _wasUnclosed = true;
            return false;
        }
        Count--;
        Report(Reasons.BrokenRecord, $"not JSON at byte {window.OffsetOf(error)} of the file; a brace or quote is missing, and the next record was part of it", _item, next, isRecord: true);
        window.Next = next;
        _item = null;
        return true;
    }

    void Finish()
    {
        IsDone = true;
        if (window.IsTooLarge)
        {
            Report(Reasons.ObjectTooLarge, $"expected at most {maxObjectBytes} bytes unzipped, found more; what came before is kept (see --max-object-size)", window.End, window.End, isRecord: false);
        }
        else if (window.EncodingFault.Length > 0)
        {
            Report(Reasons.UnsupportedEncoding, $"expected UTF-8 or UTF-16, found that {window.EncodingFault}", window.End, window.End, isRecord: false);
        }
        else if (window.Fault == GunzipFault.BadChecksum || (!_wasUnclosed && Ending() != null))
        {
            var (reason, message) = Ending() ?? (Reasons.BadChecksum, "the checksum of its gzip is wrong: what was read may be damaged");
            Report(reason, message, window.End, window.End, isRecord: false);
        }
        else if (_open.Count > 0 && !_wasUnclosed)
        {
            Report(Reasons.TruncatedJson, "the file ends before its last bracket; records may be missing", window.End, window.End, isRecord: false);
        }
    }

    (string Reason, string Message)? Ending() => window.Fault switch
    {
        GunzipFault.Truncated => (Reasons.TruncatedGzip, "its gzip is cut off; the complete records before are kept"),
        GunzipFault.Corrupt => (Reasons.CorruptGzip, "its gzip is damaged; the complete records before are kept"),
        _ => null,
    };

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

    void Report(string reason, string message, byte* start, byte* end, bool isRecord)
    {
        var length = end - start;
        var bytes = new ReadOnlySpan<byte>(start, (int)Math.Min(length, Problem.KeptBytes)).ToArray();
        Problems.Add(new(reason, message, window.OffsetOf(start), isRecord ? Count++ : -1, bytes, length));
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

    byte* ReserveText(int bytes)
    {
        if (_text == null || _textCapacity < window.CapacityBytes)
        {
            NativeMemory.Free(_text); // a window's texts fit into a window, so this happens before its first
            _textCapacity = window.CapacityBytes;
            _text = (byte*)NativeMemory.Alloc((nuint)_textCapacity + Padding);
        }
        System.Diagnostics.Debug.Assert(_textLength + bytes <= _textCapacity);
        return _text + _textLength;
    }

    byte* HeadEnd(byte* at) => window.End - at > HeadBytes ? at + HeadBytes : window.End;

    static string Show(byte* start, byte* end)
    {
        var text = new ReadOnlySpan<byte>(start, (int)Math.Min(end - start, 40));
        var shown = string.Create(text.Length, text, (letters, bytes) =>
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                letters[i] = bytes[i] is >= 0x20 and < 0x7f ? (char)bytes[i] : '.';
            }
        });
        return end - start > text.Length ? shown + "…" : shown;
    }

    static byte* Max(byte* left, byte* right) => left > right ? left : right;

    public void Dispose()
    {
        NativeMemory.Free(_text);
        _text = null;
    }
}
