namespace TrailLake.CloudTrail;

/// <summary>The problems of a window, and the count of a file's records, which broken ones share.</summary>
sealed unsafe class ProblemLog(LogWindow window)
{
    const int HeadBytes = 256; // what is shown of a file that is none of ours
    const int ShownBytes = 40;

    readonly List<Problem> _all = [];

    public IReadOnlyList<Problem> All => _all;

    /// <summary>Records given and records quarantined so far.</summary>
    public long Count { get; set; }

    public void Begin()
    {
        Count = 0;
        _all.Clear();
    }

    public void BeginWindow() => _all.Clear();

    public void Report(string reason, string message, byte* start, byte* end, bool isRecord)
    {
        while (isRecord && end > start && (end[-1] == ',' || JsonScanner.IsSpace(end[-1])))
        {
            end--; // what parts it from the next is not its own
        }
        var length = end - start;
        var bytes = new ReadOnlySpan<byte>(start, (int)Math.Min(length, Problem.KeptBytes)).ToArray();
        _all.Add(new(reason, message, window.OffsetOf(start), isRecord ? Count++ : -1, bytes, length));
    }

    public byte* HeadEnd(byte* at) => window.End - at > HeadBytes ? at + HeadBytes : window.End;

    /// <summary>The begin of some bytes, fit for a message.</summary>
    public static string Show(byte* start, byte* end)
    {
        var head = new ReadOnlySpan<byte>(start, (int)Math.Min(end - start, ShownBytes));
        var shown = string.Create(head.Length, head, (letters, bytes) =>
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                letters[i] = bytes[i] is >= 0x20 and < 0x7f ? (char)bytes[i] : '.';
            }
        });
        return end - start > head.Length ? shown + "…" : shown;
    }
}
