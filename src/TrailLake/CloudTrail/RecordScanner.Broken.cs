using System.Runtime.CompilerServices;
using TrailLake.Storage;
using static TrailLake.CloudTrail.JsonScanner;

namespace TrailLake.CloudTrail;

/// <summary>What is done with a file that is not as it should be, so that each fault costs only itself.</summary>
sealed unsafe partial class RecordScanner
{
    const int GarbageBytes = 1024 * 1024; // what is looked through for the way back, at a time

    const int LookAheadBytes = 64 * 1024; // what is looked through behind an item for what belongs to it

    bool _wasUnclosed; // the container's end went with a broken record
    bool _isCutTold;   // a record's own problem says already that the gzip ends within it
    bool _isWary;      // a record was not closed before: the next may not be, either
    byte* _markFrom;   // the last search for a record's begin, and what it found
    byte* _mark;

    void BeginBroken() => _wasUnclosed = _isCutTold = _isWary = false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IsFollowedWell(byte* close) => (close[0] == ',' && close[1] == '{') || close[0] == ']';

    // Whether the array that an item stands in goes on, or ends, behind it.
    bool IsFollowedByArray(byte* close)
    {
        var end = window.End - close > LookAheadBytes ? close + LookAheadBytes : window.End;
        var next = SkipSpace(close, end);
        return next < end && *next is (byte)',' or (byte)']';
    }

    // An object that is followed by ,"key": was closed by a brace too many: its fields go on. But not a gigabyte of
    // blanks further on: that would have to be held in memory to be seen.
    bool IsClosedEarly(byte* close, out bool hasToWait)
    {
        var isCut = window.End - close > LookAheadBytes;
        var isLast = isCut || window.IsFinal;
        var end = isCut ? close + LookAheadBytes : window.End;
        var next = SkipSpace(close, end);
        if (next < end && *next == ',')
        {
            next = SkipSpace(next + 1, end);
        }
        hasToWait = next == end && !isLast;
        if (next == end || *next != '"')
        {
            return hasToWait;
        }
        var isKey = LogShape.ReadKey(next, end, out _, out var value);
        hasToWait = !isKey && value == null && !isLast;
        return isKey || hasToWait;
    }

    Found ClosedEarly(byte* at, byte* close)
    {
        if (HasSwallowed(at, close))
        {
            return Found.Other;
        }
        var rest = FindClose(close, window.End, (byte)'{', (byte)'}', depth: 1);
        var next = Resync.FindMark(close, at, rest == null ? window.End : rest, window.End);
        next = next == null ? rest : next;
        if (next == null && !window.IsFinal)
        {
            return Found.Nothing;
        }
        next = next == null ? window.End : next;
        _problems.Report(Reasons.BrokenRecord, "a brace too many closes it before its last field", at, next, isRecord: true);
        return Pass(next);
    }

    // Where many records are not closed (lines cut off by a shipper), looking for each one's close through the whole
    // window would take the square of its size. So the place where the next record begins is looked up first.
    byte* FindCloseWarily(byte* at, byte* end)
    {
        if (at < _markFrom || _markFrom == null || (_mark != null && _mark <= at))
        {
            _markFrom = at;
            _mark = Resync.FindMark(at + 1, at, end, end);
        }
        var close = FindClose(at, _mark == null ? end : _mark, (byte)'{', (byte)'}');
        return close != null || _mark == null ? close
            : Resync.FirstError(at, _mark + 1) != null ? null
            : FindClose(at, end, (byte)'{', (byte)'}');
    }

    // An item that is not closed in what is at hand.
    Found Unfinished(byte* at)
    {
        if (!window.IsFinal && !_isWary && !window.IsFull)
        {
            return Found.Nothing;
        }
        var error = Resync.FirstError(at, window.End);
        var mark = error == null ? null : Resync.Find(at, error, window.End, window.End);
        if (mark != null)
        {
            Swallowed(at, error, mark);
            return Found.Other;
        }
        return window.IsFinal ? Torso(at, error) : Found.Nothing;
    }

    // Whether an object is broken JSON and another record begins before its close; its own part is then behind us.
    bool HasSwallowed(byte* at, byte* close)
    {
        var error = Resync.FirstError(at, close);
        var next = error == null ? null : Resync.Find(at, error, close, window.End);
        if (next != null)
        {
            Swallowed(at, error, next);
        }
        return next != null;
    }

    // The reader of a record sees only what is inside of an envelope, so that around it is looked at here.
    bool IsBrokenAround(byte* at, byte* close)
    {
        if (HasSwallowed(at, close))
        {
            return true;
        }
        var error = Resync.FirstError(at, close);
        if (error != null)
        {
            _problems.Report(Reasons.BrokenRecord, $"not JSON at byte {window.OffsetOf(error)} of the file", at, close, isRecord: true);
            window.Next = close;
        }
        return error != null;
    }

    void Swallowed(byte* at, byte* error, byte* next)
    {
        _isWary = true;
        _problems.Report(Reasons.BrokenRecord, $"not JSON at byte {window.OffsetOf(error)} of the file: a brace or quote is missing, and the next record seemed part of it", at, next, isRecord: true);
        window.Next = next;
    }

    // The last item of a file that ends within it.
    Found Torso(byte* at, byte* error)
    {
        _wasUnclosed = true;
        if (!window.IsTooLarge)
        {
            // An envelope's shape shows only at its end; behind other records it is one more.
            var isRecord = _open.Count > 0 || Count > 0 || LogShape.Of(at, window.End, isThorough: false, out _) is Shape.Record;
            var cutOff = CutOff();
            _isCutTold = cutOff is not null;
            var (reason, message) = cutOff ?? (error == null
                ? (Reasons.TruncatedJson, isRecord ? "the file ends within this record" : "the file ends before its first record")
                : (Reasons.BrokenRecord, $"not JSON at byte {window.OffsetOf(error)} of the file, and nothing closes it"));
            _problems.Report(reason, message, at, window.End, isRecord);
        }
        return Pass(window.End);
    }

    // Bytes that can be no item: to the next record, or the next line that begins with an object.
    Found Garbage(byte* at)
    {
        var limit = window.End - at > GarbageBytes ? at + GarbageBytes : window.End;
        var next = Resync.FindMark(at + 1, at, limit, window.End);
        if (next == null && !window.IsFinal && window.End - at <= GarbageBytes)
        {
            return Found.Nothing;
        }
        if (next == null && _open.Count == 0)
        {
            next = FindLine(at, limit);
        }
        if (next == null && Count == 0 && _open.Count == 0)
        {
            _problems.Report(Reasons.NotJson, $"expected JSON, found {ProblemLog.Show(at, _problems.HeadEnd(at))}", at, _problems.HeadEnd(at), isRecord: false);
            return Stop();
        }
        _wasUnclosed |= next == null;
        next = next == null ? limit : next;
        _problems.Report(Reasons.NotJson, $"expected a record, found {ProblemLog.Show(at, next)}", at, next, isRecord: true);
        return Pass(next);
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
            return false; // an unescaped text, which has no neighbours
        }
        var error = Resync.FirstError(_item, _itemEnd);
        if (error == null)
        {
            return false;
        }
        var next = Resync.Find(_item, error, _itemEnd, window.End);
        if (next == null && TookItsArrayAlong(error))
        {
            next = error;
        }
        if (next == null)
        {
            _wasUnclosed |= *error == ']' || !IsFollowedByArray(_itemEnd);
            return false;
        }
        _problems.Count--;
        _isFirst = _wasFirst;
        Swallowed(_item, error, next);
        _item = null;
        return true;
    }

    // The last record of all, with a brace missing, ends at the brace of the wrapper: ]}
    bool TookItsArrayAlong(byte* error) =>
        *error == ']' && _open.Count > 0 && window.IsFinal
        && SkipSpace(error + 1, window.End) + 1 == _itemEnd && SkipSpace(_itemEnd, window.End) == window.End;

    void Finish()
    {
        IsDone = true;
        var end = window.End;
        if (window.IsTooLarge)
        {
            _problems.Report(Reasons.ObjectTooLarge, window.UnzippedBytes < maxObjectBytes
                ? $"expected a record to end within {window.CapacityBytes} bytes, found more; what came before is kept, and what follows was not read"
                : $"expected at most {maxObjectBytes} bytes unzipped, found more; what came before is kept (see --max-object-size)", end, end, isRecord: false);
        }
        else if (window.EncodingFault.Length > 0)
        {
            _problems.Report(Reasons.UnsupportedEncoding, $"expected UTF-8 or UTF-16, found that {window.EncodingFault}", end, end, isRecord: false);
        }
        else if (window.Fault == GunzipFault.BadChecksum)
        {
            _problems.Report(Reasons.BadChecksum, "the checksum of its gzip is wrong: what was read of it may be damaged", end, end, isRecord: false);
        }
        else if (!_isCutTold && CutOff() is var (reason, message))
        {
            _problems.Report(reason, message, end, end, isRecord: false);
        }
        else if (!_wasUnclosed && _open.Count > 0)
        {
            _problems.Report(Reasons.TruncatedJson, "the file ends before its last bracket; records may be missing", end, end, isRecord: false);
        }
    }

    (string Reason, string Message)? CutOff() => window.Fault switch
    {
        GunzipFault.Truncated => (Reasons.TruncatedGzip, "its gzip is cut off; the complete records before are kept"),
        GunzipFault.Corrupt => (Reasons.CorruptGzip, "its gzip is damaged; the complete records before are kept"),
        GunzipFault.None when window.HasTrailingData => (Reasons.CorruptGzip, $"the last {window.TrailingBytes} bytes are no gzip, and were not read; the complete records before are kept"),
        _ => null,
    };
}
