using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TrailLake.Tests.Lossless;

/// <summary>One file of a source: its bytes as they lie on disk, and unzipped as far as that goes.</summary>
/// <param name="Key">Its path below the source.</param>
/// <param name="File">Its bytes.</param>
/// <param name="Text">Its bytes unzipped.</param>
/// <param name="IsFaulty">Its gzip has a fault, so another reader may get a little more out of it.</param>
sealed record SourceObject(string Key, byte[] File, byte[] Text, bool IsFaulty);

/// <summary>One record as its file has it.</summary>
/// <param name="Object">The file.</param>
/// <param name="Offset">Where it begins in the unzipped text, in bytes.</param>
/// <param name="Length">How long it is there; an envelope around it counts with it.</param>
/// <param name="Json">The record itself, out of its envelope.</param>
sealed record Original(SourceObject Object, int Offset, int Length, ReadOnlyMemory<byte> Json)
{
    public bool IsWrapped => Json.Length != Length;
}

/// <summary>Walks a folder of log files and names every record in them: the judge's own reading of CloudTrail's shapes.</summary>
static partial class SourceWalk
{
    static readonly string[] Endings = [".json", ".jsonl", ".ndjson", ".log", ".gz"];

    const int HeaderBytes = 10; // of a gzip without a name in it, RFC 1952, section 2.3

    public static IEnumerable<SourceObject> Objects(string root) =>
        Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(path => Endings.Any(path.EndsWith))
            .Order(StringComparer.Ordinal)
            .Select(path => Open(Path.GetRelativePath(root, path).Replace('\\', '/'), File.ReadAllBytes(path)));

    public static SourceObject Open(string key, byte[] file)
    {
        var text = Unzip(file, out var isFaulty);
        return new(key, file, text, isFaulty);
    }

    /// <summary>The records of a file that is JSON, or a run of JSON values; null where it is broken and
    /// <see cref="Pieces"/> has to look for what is whole.</summary>
    public static List<Original>? Records(SourceObject source)
    {
        var (text, start) = Utf8Text(source.Text);
        var found = new List<Original>();
        foreach (var range in Values(text, start))
        {
            if (range is null)
                return null;
            using var document = JsonDocument.Parse(text.AsMemory(range.Value), JsonMeaning.AnyDepth);
            if (document.RootElement.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
                return null;
            found.AddRange(Items(document.RootElement).Select(item => Unwrap(source, text, item)));
        }
        return found;
    }

    /// <summary>The whole records in a stretch of broken text, and what is left of it.</summary>
    public static (List<Original> Records, List<Range> Left) Pieces(SourceObject source, int start, int end)
    {
        var records = new List<Original>();
        var left = new List<Range>();
        for (var at = start; at < end;)
        {
            var opening = Opening().Match(Encoding.Latin1.GetString(source.Text, at, Math.Min(end - at, 4096)));
            if (opening.Length > 0)
            {
                at += opening.Length;
            }
            else if (ValueAt(source.Text, at, end) is { } length)
            {
                using var document = JsonDocument.Parse(source.Text.AsMemory(at, length), JsonMeaning.AnyDepth);
                records.Add(Unwrap(source, source.Text, document.RootElement));
                at += length;
            }
            else
            {
                left.Add(at..end);
                break;
            }
        }
        return (records, left);
    }

    // Between records stand white space, commas, brackets, a byte-order mark, and the beginning of a file.
    [GeneratedRegex("""\A(ï»¿|[\s,\]}\[]|\{(\s*"[^"]*"\s*:\s*("[^"]*"|[\w.+-]+)\s*,)*\s*"(Records|Events)"\s*:\s*\[)+""", RegexOptions.CultureInvariant)]
    private static partial Regex Opening();

    static JsonElement[] Items(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array)
            return [.. root.EnumerateArray().SelectMany(item => IsLog(item) ? Items(item) : [item])];
        // A file may have the key twice, and either has records.
        var lists = root.EnumerateObject().Where(member => member.NameEquals("Records") || (member.NameEquals("Events") && member.Value.ValueKind == JsonValueKind.Array)).ToList();
        if (lists.Count > 0)
            return [.. lists.Where(list => list.Value.ValueKind == JsonValueKind.Array).SelectMany(list => list.Value.EnumerateArray())];
        var isNoLog = root.TryGetProperty("digestStartTime", out _) || root.TryGetProperty("configurationItems", out _);
        return isNoLog || !root.EnumerateObject().Any() ? [] : [root];
    }

    static bool IsLog(JsonElement item) => item.ValueKind == JsonValueKind.Object && item.TryGetProperty("Records", out _);

    static Original Unwrap(SourceObject source, byte[] text, JsonElement item)
    {
        var raw = JsonMarshal.GetRawUtf8Value(item);
        text.AsSpan().Overlaps(raw, out var offset);
        ReadOnlyMemory<byte> json = text.AsMemory(offset, raw.Length);
        var isObject = item.ValueKind == JsonValueKind.Object;
        if (isObject && item.TryGetProperty("CloudTrailEvent", out var inner) && inner.ValueKind == JsonValueKind.String)
            json = JsonMeaning.Text(inner) is { } utf8 ? utf8 : json;
        else if (isObject && !item.TryGetProperty("eventName", out _) && item.TryGetProperty("detail", out var detail))
            json = JsonMarshal.GetRawUtf8Value(detail).ToArray();
        return new(source, offset, raw.Length, json);
    }

    // The places of the values in a text; a null behind the last one where the text goes on with something else.
    static List<Range?> Values(byte[] text, int start)
    {
        var values = new List<Range?>();
        while (start < text.Length)
        {
            if (text[start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                start++;
                continue;
            }
            if (ValueAt(text, start, text.Length) is not { } length)
                return [.. values, null];
            values.Add(start..(start + length));
            start += length;
        }
        return values;
    }

    static int? ValueAt(byte[] text, int start, int end)
    {
        var reader = new Utf8JsonReader(text.AsSpan(start, end - start), new JsonReaderOptions { MaxDepth = 1_000_000, AllowMultipleValues = true });
        try
        {
            return reader.Read() && reader.TrySkip() ? (int)reader.BytesConsumed : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static (byte[] Text, int Start) Utf8Text(byte[] text) =>
        text.AsSpan().StartsWith("\uFEFF"u8) ? (text, 3)
        : text is [0xff, 0xfe, 0, 0, ..] or [0, 0, 0xfe, 0xff, ..] ? (text, 0) // UTF-32: JSON's standards no longer know it
        : text is [0xff, 0xfe, ..] ? (Encoding.Convert(Encoding.Unicode, Encoding.UTF8, text[2..]), 0)
        : text is [0xfe, 0xff, ..] ? (Encoding.Convert(Encoding.BigEndianUnicode, Encoding.UTF8, text[2..]), 0)
        : (text, 0);

    static byte[] Unzip(byte[] file, out bool isFaulty)
    {
        isFaulty = false;
        if (file is not [0x1f, 0x8b, ..])
            return file;
        try
        {
            using var gzip = new GZipStream(new MemoryStream(file), CompressionMode.Decompress);
            using var text = new MemoryStream();
            gzip.CopyTo(text);
            return text.ToArray();
        }
        catch (InvalidDataException)
        {
            isFaulty = true;
            // The longest of the three: this one passes over a wrong checksum, that one goes on behind the first member, and the third does both.
            var body = file.Length < HeaderBytes ? [] : file[HeaderBytes..];
            var first = UnzipFaulty(new DeflateStream(new MemoryStream(body), CompressionMode.Decompress), out var isWhole);
            var all = UnzipFaulty(new GZipStream(new MemoryStream(file), CompressionMode.Decompress), out _);
            var next = isWhole ? body.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x1f, 0x8b, 8]) : -1;
            byte[] both = next < 0 ? first : [.. first, .. Unzip(body[next..], out _)];
            return new[] { first, all, both }.MaxBy(text => text.Length)!;
        }
    }

    // Byte by byte, so that everything before the fault comes out.
    static byte[] UnzipFaulty(Stream unzipped, out bool isWhole)
    {
        isWhole = true;
        var text = new List<byte>();
        try
        {
            for (int next; (next = unzipped.ReadByte()) >= 0;)
                text.Add((byte)next);
        }
        catch (InvalidDataException)
        {
            isWhole = false; // what came before the fault is the text
        }
        unzipped.Dispose();
        return [.. text];
    }
}
