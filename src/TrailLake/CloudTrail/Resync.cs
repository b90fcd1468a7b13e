using System.Text.Json;
using static TrailLake.CloudTrail.JsonScanner;

namespace TrailLake.CloudTrail;

/// <summary>
/// Finds the way back after a record whose extent cannot be trusted: a missing brace or quote makes it run into its
/// neighbours. A strict reader says whether and where JSON breaks; the next record begins at an object behind that
/// place whose first key is a field of CloudTrail, or that begins another file or envelope, and which stands where an item can: after
/// <c>,</c> or <c>}</c>, or on a new line.
/// </summary>
static unsafe class Resync
{
    // The reader stops at the first token that does not fit. Where a closing quote is missing, that is just behind `{"`.
    const int Behind = 8;

    const int LongestKey = 64;

    /// <summary>Where the record after a broken one begins, or null if there is none.</summary>
    /// <param name="start">Where the broken item begins.</param>
    /// <param name="error">The first byte that does not fit.</param>
    /// <param name="limit">Where a record has to begin before.</param>
    /// <param name="end">Where the bytes at hand end.</param>
    public static byte* Find(byte* start, byte* error, byte* limit, byte* end) => FindMark(Max(start + 1, error - Behind), start, limit, end);

    /// <summary>The first byte that no JSON could have there, or null; that it does not end is no error.</summary>
    public static byte* FirstError(byte* start, byte* end)
    {
        var reader = new Utf8JsonReader(new ReadOnlySpan<byte>(start, (int)(end - start)), isFinalBlock: false, new(new() { MaxDepth = int.MaxValue }));
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 && reader.TokenType is JsonTokenType.EndObject)
                {
                    return null;
                }
            }
            return null;
        }
        catch (JsonException)
        {
            var at = start + reader.BytesConsumed;
            while (at < end && (IsSpace(*at) || *at == ','))
            {
                at++;
            }
            return at;
        }
    }

    /// <summary>The first place from <paramref name="from"/> on where a record seems to begin.</summary>
    public static byte* FindMark(byte* from, byte* floor, byte* limit, byte* end)
    {
        for (var at = from; at < limit; at++)
        {
            var skip = new ReadOnlySpan<byte>(at, (int)(limit - at)).IndexOf((byte)'{');
            if (skip < 0)
            {
                return null;
            }
            at += skip;
            if (IsAfterItem(at, floor) && (BeginsRecord(at, end) || BeginsDocument(at, end)))
            {
                return at;
            }
        }
        return null;
    }

    static bool IsAfterItem(byte* brace, byte* floor)
    {
        var isNewLine = false;
        var before = brace - 1;
        while (before >= floor && IsSpace(*before))
        {
            isNewLine |= *before == '\n';
            before--;
        }
        return before < floor || *before is (byte)',' or (byte)'}' || (isNewLine && *before is not ((byte)':' or (byte)'[' or (byte)'{'));
    }

    /// <summary>Whether an object stands there whose first key is a field of CloudTrail's records.</summary>
    public static bool BeginsRecord(byte* brace, byte* end) =>
        brace != end && *brace == '{' && ReadKey(brace + 1, end, out var key, out _) && (LogShape.IsField(key) || key.SequenceEqual("EventId"u8));

    // A log file or one of EventBridge's envelopes, which are joined as they are or stand one a line. Within records "version" and "id" are
    // usual names, too, but not with EventBridge's own version.
    static bool BeginsDocument(byte* brace, byte* end)
    {
        if (!ReadKey(brace + 1, end, out var key, out var value))
        {
            return false;
        }
        if (key.SequenceEqual("Records"u8))
        {
            return *value == '[';
        }
        if (key.SequenceEqual("detail"u8))
        {
            return BeginsRecord(value, end);
        }
        var comma = SkipSpace(value + 3, end);
        return key.SequenceEqual("version"u8) && end - value > 3 && new ReadOnlySpan<byte>(value, 3).SequenceEqual("\"0\""u8)
            && comma < end && *comma == ',' && ReadKey(comma + 1, end, out var next, out _) && (next.SequenceEqual("id"u8) || next.SequenceEqual("detail-type"u8));
    }

    // Reads a key that is not longer than those that are looked for, and leaves the value at what follows its colon.
    static bool ReadKey(byte* at, byte* end, out ReadOnlySpan<byte> key, out byte* value)
    {
        key = default;
        value = null;
        var quote = SkipSpace(at, end);
        var keyEnd = quote < end && *quote == '"' ? FindStringEnd(quote, Min(end, quote + LongestKey)) : null;
        var colon = keyEnd == null ? end : SkipSpace(keyEnd, end);
        if (colon == end || *colon != ':')
        {
            return false;
        }
        key = new(quote + 1, (int)(keyEnd - quote) - 2);
        value = SkipSpace(colon + 1, end); // zeros stand behind the end
        return true;
    }

    static byte* Max(byte* left, byte* right) => left > right ? left : right;

    static byte* Min(byte* left, byte* right) => left < right ? left : right;
}
