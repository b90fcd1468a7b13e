using System.Buffers;
using System.Buffers.Text;

namespace TrailLake.CloudTrail;

/// <summary>JSON strings as bytes. <c>System.Text.Json</c> throws on a lone surrogate, which CloudTrail's records may hold as
/// an escape; here an escape is only looked at, and passes as it came.</summary>
static class JsonText
{
    // What RFC 8259, section 7, allows in a string only as an escape.
    static readonly SearchValues<byte> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (byte)code), (byte)'"', (byte)'\\']);

    /// <summary>Appends a UTF-8 text as a JSON string with its quotes.</summary>
    public static void AppendString(IBufferWriter<byte> output, ReadOnlySpan<byte> utf8)
    {
        output.Write("\""u8);
        for (int special; (special = utf8.IndexOfAny(Escaped)) >= 0; utf8 = utf8[(special + 1)..])
        {
            output.Write(utf8[..special]);
            AppendEscape(output, utf8[special]);
        }
        output.Write(utf8);
        output.Write("\""u8);
    }

    static void AppendEscape(IBufferWriter<byte> output, byte special)
    {
        switch (special)
        {
            case (byte)'"': output.Write("\\\""u8); break;
            case (byte)'\\': output.Write("\\\\"u8); break;
            case (byte)'\n': output.Write("\\n"u8); break;
            case (byte)'\r': output.Write("\\r"u8); break;
            case (byte)'\t': output.Write("\\t"u8); break;
            default:
                output.Write("\\u00"u8);
                var hex = output.GetSpan(2);
                Utf8Formatter.TryFormat(special, hex, out var written, new StandardFormat('x', 2));
                output.Advance(written);
                break;
        }
    }

    /// <summary>True where what stands between a JSON string's quotes means <paramref name="ascii"/>.</summary>
    public static bool IsSpeltOut(ReadOnlySpan<byte> escaped, ReadOnlySpan<byte> ascii)
    {
        if (!escaped.Contains((byte)'\\'))
            return escaped.SequenceEqual(ascii);
        foreach (var expected in ascii)
        {
            if (escaped.IsEmpty || NextCharacter(ref escaped) != expected)
                return false;
        }
        return escaped.IsEmpty;
    }

    // Names of columns and the words for a boolean are ASCII letters, so every other character need only differ from them.
    static int NextCharacter(ref ReadOnlySpan<byte> escaped)
    {
        int found = escaped[0];
        var length = 1;
        if (found == '\\')
        {
            length = escaped[1] == 'u' ? 6 : 2;
            found = length == 2 ? -1 : Utf8Parser.TryParse(escaped[2..6], out ushort code, out _, 'x') ? code : -1;
        }
        escaped = escaped[length..];
        return found;
    }
}
