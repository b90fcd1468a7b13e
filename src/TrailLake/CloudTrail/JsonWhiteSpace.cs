using System.Buffers;

namespace TrailLake.CloudTrail;

/// <summary>White space between the tokens of a JSON text that is known to be valid.</summary>
static class JsonWhiteSpace
{
    static readonly SearchValues<byte> QuoteOrWhite = SearchValues.Create("\" \n\r\t"u8);

    /// <summary>True where white space stands between tokens.</summary>
    public static bool IsIn(ReadOnlySpan<byte> json)
    {
        for (var at = 0; (at = json.IndexOfAny(QuoteOrWhite)) >= 0; json = json[(at + StringLength(json[at..]))..])
        {
            if (json[at] != '"')
                return true;
        }
        return false;
    }

    /// <summary>Copies JSON without the white space between its tokens; returns the length.</summary>
    public static int Remove(ReadOnlySpan<byte> json, Span<byte> target)
    {
        var length = 0;
        for (var i = 0; i < json.Length;)
        {
            if (json[i] == '"')
            {
                var text = json.Slice(i, StringLength(json[i..]));
                text.CopyTo(target[length..]);
                i += text.Length;
                length += text.Length;
            }
            else if (json[i++] is var letter && letter > ' ')
                target[length++] = letter;
        }
        return length;
    }

    /// <summary>The length of the string that begins here, with both quotes.</summary>
    static int StringLength(ReadOnlySpan<byte> json)
    {
        var i = 1;
        while (true)
        {
            i += json[i..].IndexOfAny((byte)'"', (byte)'\\');
            if (json[i] == '"')
                return i + 1;
            i += 2;
        }
    }
}
