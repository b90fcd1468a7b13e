using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TrailLake.Tests.Lossless;

/// <summary>What became of a source: every record is in the export once, or named as a duplicate of one there, or in
/// quarantine byte for byte. Whatever is not so stands in <see cref="Findings"/>, readable.</summary>
sealed partial class Judge
{
    readonly List<string> _findings = [];
    readonly Dictionary<string, List<Original>> _expected = [];
    readonly Dictionary<string, string> _byEventId = [];

    public IReadOnlyList<string> Findings => _findings;

    public int Originals { get; private set; }

    /// <summary>The records of each file, those in quarantine included, but for files that are there as a whole.</summary>
    public Dictionary<string, long> OriginalsOf { get; } = [];

    public int Exported { get; private set; }

    public int Quarantined { get; private set; }

    public override string ToString() =>
        $"{Originals} records: {Exported} exported, {Originals - Exported - Quarantined} duplicates, {Quarantined} quarantined, {_findings.Count} different"
        + string.Concat(_findings.Take(20).Select(finding => "\n" + finding));

    /// <summary>Compares a source with the export of its lake and with the lake's quarantine.</summary>
    public static Judge Compare(string source, string export, IEnumerable<QuarantineEntry> quarantine)
    {
        var judge = new Judge();
        var entries = quarantine.ToLookup(entry => entry.Object);
        var objects = SourceWalk.Objects(source).ToList();
        foreach (var item in objects)
            judge.Expect(item, [.. entries[item.Key]]);
        foreach (var stray in entries.Where(group => objects.All(item => item.Key != group.Key)))
            judge._findings.Add($"{stray.Key}: in quarantine, but the source has no such file.");
        judge.Look(export);
        return judge;
    }

    void Expect(SourceObject source, List<QuarantineEntry> entries)
    {
        var sound = SourceWalk.Records(source);
        foreach (var entry in entries.Where(entry => !entry.IsIn(source)))
        {
            if (sound is null || !sound.Any(entry.Covers))
                _findings.Add($"{source.Key}: the quarantine's {entry.Content.Length} bytes from {entry.Offset} ({entry.Reason}) are not the file's.");
        }
        var before = Originals;
        var records = sound ?? RecordsBeside(source, entries);
        Originals += records.Count;
        if (!entries.Exists(entry => entry.IsWhole))
            OriginalsOf.Add(source.Key, Originals - before);
        foreach (var record in records)
        {
            if (entries.Find(entry => entry.Covers(record)) is not { } entry)
                Expect(record);
            else
                Excuse(record, entry, isSound: sound is not null && IsPlain(record));
        }
    }

    // A broken file: whole records stand between what is in quarantine, and nothing else does.
    List<Original> RecordsBeside(SourceObject source, List<QuarantineEntry> entries)
    {
        var records = new List<Original>();
        var at = 0;
        var places = entries.Where(entry => entry.IsIn(source)).Select(entry => entry.Place(source)).Order().ToList();
        var broken = places.Count(place => place.End > place.Start);
        Originals += broken;
        Quarantined += broken;
        foreach (var (start, end) in places.Append((source.Text.Length, source.Text.Length)))
        {
            var (whole, left) = SourceWalk.Pieces(source, at, Math.Max(at, start));
            records.AddRange(whole);
            foreach (var range in left)
                _findings.Add($"{source.Key}: bytes {range} are neither a record nor in quarantine: {Short(source.Text[range])}");
            at = Math.Max(at, end);
        }
        return records;
    }

    void Excuse(Original record, QuarantineEntry entry, bool isSound)
    {
        Quarantined++;
        if (isSound)
            _findings.Add($"{record.Object.Key}: the record at byte {record.Offset} is sound, but is in quarantine as {entry.Reason}.");
    }

    void Expect(Original record)
    {
        if (Meaning(record.Json) is not { } meaning)
        {
            _findings.Add($"{record.Object.Key}: the record at byte {record.Offset} is not UTF-8, and is not in quarantine.");
            return;
        }
        if (!_expected.TryGetValue(meaning, out var same))
            _expected.Add(meaning, same = []);
        same.Add(record);
    }

    void Look(string export)
    {
        var found = new Dictionary<string, int>();
        var strangers = new List<(string File, byte[] Json)>();
        foreach (var path in Directory.EnumerateFiles(export, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            using var document = JsonDocument.Parse(gzip, JsonMeaning.AnyDepth);
            foreach (var json in document.RootElement.GetProperty("Records").EnumerateArray())
            {
                Exported++;
                var meaning = Hash(JsonMeaning.Of(json));
                if (_expected.ContainsKey(meaning))
                    found[meaning] = found.GetValueOrDefault(meaning) + 1;
                else
                    strangers.Add((Path.GetRelativePath(export, path), Encoding.UTF8.GetBytes(json.GetRawText())));
            }
        }
        foreach (var (meaning, records) in _expected)
            Count(records, found.GetValueOrDefault(meaning), strangers);
        foreach (var (file, json) in strangers)
            _findings.Add($"{file}: the export has a record that no source has: {Short(json)}");
    }

    void Count(List<Original> records, int found, List<(string File, byte[] Json)> strangers)
    {
        var (least, most) = Copies(records);
        if (found >= least && found <= most)
            return;
        var first = records[0];
        var place = $"{first.Object.Key}: the record at byte {first.Offset}";
        var twin = found > 0 ? -1 : strangers.FindIndex(stranger => Id(stranger.Json) == Id(first.Json));
        if (twin >= 0)
        {
            _findings.Add($"{place} came back different in {strangers[twin].File}:\n{JsonMeaning.Difference(first.Json, strangers[twin].Json)}");
            strangers.RemoveAt(twin);
            return;
        }
        _findings.Add($"{place} is {found} times in the export, expected {least}{(most > least ? $" to {most}" : "")}: "
            + Short(first.Json.Span));
    }

    // A duplicate is the same eventID and the same content. Whether another order of keys is the same content is left open:
    // then the lake may keep both, or one.
    static (int Least, int Most) Copies(List<Original> records) => Id(records[0].Json) switch
    {
        null => (records.Count, records.Count),
        "\"\"" => (1, records.Count),
        _ => (1, records.Select(record => Hash(Encoding.Latin1.GetString(record.Json.Span))).Distinct().Count()),
    };

    static string? Id(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, JsonMeaning.AnyDepth);
        var record = document.RootElement;
        if (record.ValueKind != JsonValueKind.Object)
            return null;
        var hasId = record.TryGetProperty("eventID", out var id) || record.TryGetProperty("eventId", out id);
        return hasId && id.ValueKind == JsonValueKind.String ? id.GetRawText() : null;
    }

    static string? Meaning(ReadOnlyMemory<byte> json)
    {
        try
        {
            return Hash(JsonMeaning.Of(json));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    static string Short(ReadOnlySpan<byte> json) => Encoding.UTF8.GetString(json[..Math.Min(300, json.Length)]);

    static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    // Only what nobody could object to; for the rest, quarantine or lake is the program's own decision.
    static bool IsPlain(Original record)
    {
        if (Meaning(record.Json) is null)
            return false;
        using var document = JsonDocument.Parse(record.Json, JsonMeaning.AnyDepth);
        var root = document.RootElement;
        return root.ValueKind == JsonValueKind.Object && !HasRepeatedKey(root)
            && Text(root, "eventVersion").StartsWith("1.", StringComparison.Ordinal)
            && (Text(root, "eventSource").EndsWith(".amazonaws.com", StringComparison.Ordinal) || Text(root, "eventType") == "AwsCloudTrailInsight")
            && UsualTime().IsMatch(Text(root, "eventTime"));
    }

    static string Text(JsonElement record, string name) =>
        record.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    static bool HasRepeatedKey(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().GroupBy(member => member.Name).Any(group => group.Count() > 1)
            || element.EnumerateObject().Any(member => HasRepeatedKey(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().Any(HasRepeatedKey),
        _ => false,
    };

    [GeneratedRegex(@"\A20[12]\d-(0[1-9]|1[0-2])-([01]\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ\z", RegexOptions.CultureInvariant)]
    private static partial Regex UsualTime();
}
