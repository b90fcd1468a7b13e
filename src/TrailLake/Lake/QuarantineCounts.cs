using System.Text.Json;

namespace TrailLake.Lake;

// _traillake/quarantine/RUN.jsonl, a line an entry; what it is comes before its content, which may be a gigabyte:
//   {"run_id":…,"source_object":…,"source_index":…,"byte_offset":…,"reason":…,"message":…,"size_bytes":…,"encoding":…,"content":…}

/// <summary>How many entries of one reason a lake's quarantine holds, and out of how many files.</summary>
public sealed record QuarantineCount(string Reason, long Entries, long Objects);

/// <summary>Counts a lake's quarantine by reason. Only the head of each line is kept, so that memory stays small however
/// large the contents are.</summary>
public static class QuarantineCounts
{
    const int HeadBytes = 64 << 10;

    /// <summary>The counts, the largest first; none where the lake has no quarantine.</summary>
    /// <param name="lake">The lake's folder.</param>
    public static IReadOnlyList<QuarantineCount> Of(string lake)
    {
        var folder = Path.Combine(lake, Quarantine.Folder);
        if (!Directory.Exists(folder))
            return [];
        return [.. Directory.EnumerateFiles(folder, "*.jsonl")
            .SelectMany(Heads)
            .GroupBy(head => head.Reason)
            .Select(group => new QuarantineCount(group.Key, group.Count(), group.Select(head => head.Object).Distinct().Count()))
            .OrderByDescending(count => count.Entries).ThenBy(count => count.Reason, StringComparer.Ordinal)];
    }

    static IEnumerable<(string Reason, string Object)> Heads(string path)
    {
        using var file = File.OpenRead(path);
        var block = new byte[HeadBytes];
        var head = new byte[HeadBytes];
        var kept = 0;
        while (file.Read(block) is > 0 and var read)
        {
            for (var start = 0; start < read;)
            {
                var length = block.AsSpan(start, read - start).IndexOf((byte)'\n');
                var part = block.AsSpan(start, length < 0 ? read - start : length);
                part = part[..Math.Min(part.Length, HeadBytes - kept)];
                part.CopyTo(head.AsSpan(kept));
                kept += part.Length;
                start = length < 0 ? read : start + length + 1;
                if (length < 0)
                    continue;
                yield return Parse(head.AsSpan(0, kept));
                kept = 0;
            }
        }
        if (kept > 0)
            yield return Parse(head.AsSpan(0, kept));
    }

    static (string Reason, string Object) Parse(ReadOnlySpan<byte> head)
    {
        var (reason, source) = ("unknown", "");
        try
        {
            var reader = new Utf8JsonReader(head, isFinalBlock: false, default);
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                var isReason = reader.ValueTextEquals("reason"u8);
                var isObject = reader.ValueTextEquals("source_object"u8);
                if (!reader.Read())
                    break;
                if (isReason)
                    reason = reader.GetString() ?? reason;
                else if (isObject)
                    source = reader.GetString() ?? source;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A line that a crash cut short: it counts, under what is known of it.
        }
        return (reason, source);
    }
}
