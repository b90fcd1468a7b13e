using System.Text.Json;
using static TrailLake.CloudTrail.JsonScanner;

namespace TrailLake.CloudTrail;

/// <summary>
/// Finds the way back after a record whose extent cannot be trusted: a missing brace or quote makes it run into its
/// neighbours. A strict reader says whether and where JSON breaks; the next record begins at an object behind that
/// place whose first key is a field of CloudTrail and which stands where an item can: after <c>,</c> or <c>}</c>, or on a new line.
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
            if (IsAfterItem(at, floor) && BeginsRecord(at, end))
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
    public static bool BeginsRecord(byte* brace, byte* end)
    {
        if (brace == end || *brace != '{')
        {
            return false;
        }
        var quote = SkipSpace(brace + 1, end);
        if (quote == end || *quote != '"')
        {
            return false;
        }
        var keyEnd = FindStringEnd(quote, Min(end, quote + LongestKey));
        if (keyEnd == null)
        {
            return false;
        }
        var colon = SkipSpace(keyEnd, end);
        var key = new ReadOnlySpan<byte>(quote + 1, (int)(keyEnd - quote) - 2);
        return colon < end && *colon == ':' && (LogShape.IsField(key) || key.SequenceEqual("EventId"u8));
    }

    static byte* Max(byte* left, byte* right) => left > right ? left : right;

    static byte* Min(byte* left, byte* right) => left < right ? left : right;
}
