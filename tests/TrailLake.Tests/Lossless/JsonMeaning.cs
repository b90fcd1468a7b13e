using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace TrailLake.Tests.Lossless;

/// <summary>What a JSON text says, apart from white space, the order of keys and the spelling of strings; numbers keep theirs.
/// Two texts that say the same have the same canonical form. It shares no code with the program that it judges.</summary>
static class JsonMeaning
{
    public static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = 1_000_000 };

    public static string Of(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, AnyDepth);
        return Of(document.RootElement);
    }

    public static string Of(JsonElement element)
    {
        var text = new StringBuilder();
        Append(text, element);
        return text.ToString();
    }

    /// <summary>Where two texts differ: one line a place, with what each has there; empty where they say the same.</summary>
    public static string Difference(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> actual)
    {
        using var left = JsonDocument.Parse(expected, AnyDepth);
        using var right = JsonDocument.Parse(actual, AnyDepth);
        var lines = new List<string>();
        Compare(lines, "$", left.RootElement, right.RootElement);
        return string.Join('\n', lines);
    }

    /// <summary>What a string says, as UTF-8; null where it holds half a letter, which UTF-8 cannot say.</summary>
    public static byte[]? Text(JsonElement element)
    {
        try
        {
            return Strict.GetBytes(Unescape(JsonMarshal.GetRawUtf8Value(element)[1..^1]));
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }

    static void Append(StringBuilder text, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{').AppendJoin(',', Members(element).Select(member => Quote(member.Name) + ":" + Of(member.Value))).Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[').AppendJoin(',', element.EnumerateArray().Select(Of)).Append(']');
                break;
            case JsonValueKind.String:
                text.Append(Quote(Unescape(JsonMarshal.GetRawUtf8Value(element)[1..^1])));
                break;
            default:
                text.Append(element.GetRawText());
                break;
        }
    }

    // A key that comes twice stays twice, in the order of the text.
    static IEnumerable<(string Name, JsonElement Value)> Members(JsonElement element) =>
        element.EnumerateObject()
            .Select(member => (Name: Unescape(JsonMarshal.GetRawUtf8PropertyName(member)), member.Value))
            .OrderBy(member => member.Name, StringComparer.Ordinal);

    static string Unescape(ReadOnlySpan<byte> raw)
    {
        var text = new StringBuilder(raw.Length);
        while (raw.IndexOf((byte)'\\') is >= 0 and var at)
        {
            text.Append(Strict.GetString(raw[..at]));
            var letter = (char)raw[at + 1];
            text.Append(letter switch
            {
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => (char)ushort.Parse(raw.Slice(at + 2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                _ => letter,
            });
            raw = raw[(at + (letter == 'u' ? 6 : 2))..];
        }
        return text.Append(Strict.GetString(raw)).ToString();
    }

    // Bytes that are not UTF-8 mean nothing, and are not to be taken for U+FFFD.
    static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    static string Quote(string text)
    {
        var quoted = new StringBuilder("\"", text.Length + 2);
        foreach (var unit in text)
        {
            if (unit is >= ' ' and <= '~' and not '"' and not '\\')
                quoted.Append(unit);
            else
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
        }
        return quoted.Append('"').ToString();
    }

    static void Compare(List<string> lines, string path, JsonElement left, JsonElement right)
    {
        if (left.ValueKind != right.ValueKind)
        {
            Differ(lines, path, Of(left), Of(right));
        }
        else if (left.ValueKind == JsonValueKind.Object)
        {
            CompareMembers(lines, path, Members(left).ToLookup(m => m.Name, m => m.Value), Members(right).ToLookup(m => m.Name, m => m.Value));
        }
        else if (left.ValueKind == JsonValueKind.Array && left.GetArrayLength() == right.GetArrayLength())
        {
            for (var index = 0; index < left.GetArrayLength(); index++)
                Compare(lines, $"{path}[{index}]", left[index], right[index]);
        }
        else if (Of(left) != Of(right))
        {
            Differ(lines, path, Of(left), Of(right));
        }
    }

    static void CompareMembers(List<string> lines, string path, ILookup<string, JsonElement> left, ILookup<string, JsonElement> right)
    {
        foreach (var name in left.Select(member => member.Key).Union(right.Select(member => member.Key)))
        {
            var expected = left[name].ToList();
            var actual = right[name].ToList();
            for (var index = 0; index < Math.Max(expected.Count, actual.Count); index++)
            {
                if (index >= actual.Count)
                    Differ(lines, $"{path}.{name}", Of(expected[index]), "nothing");
                else if (index >= expected.Count)
                    Differ(lines, $"{path}.{name}", "nothing", Of(actual[index]));
                else
                    Compare(lines, $"{path}.{name}", expected[index], actual[index]);
            }
        }
    }

    static void Differ(List<string> lines, string path, string expected, string actual) =>
        lines.Add($"  {path}: expected {Short(expected)}, found {Short(actual)}");

    static string Short(string text) => text.Length <= 200 ? text : $"{text[..200]}… ({text.Length} characters)";
}
