using System.Text;
using System.Text.Json;

namespace TrailLake.Tests.Lossless;

/// <summary>One line of a lake's quarantine, as the judge reads it.</summary>
/// <param name="Object">The key of the file that it came from.</param>
/// <param name="IsWhole">It is all of that file.</param>
/// <param name="Offset">Where it begins in the unzipped file, in bytes.</param>
/// <param name="Reason">Why it is there.</param>
/// <param name="Content">Its bytes as they were.</param>
sealed record QuarantineEntry(string Object, bool IsWhole, long Offset, string Reason, byte[] Content)
{
    public static List<QuarantineEntry> Of(string lake)
    {
        var folder = Path.Combine(lake, "_traillake", "quarantine");
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.jsonl").Order(StringComparer.Ordinal).SelectMany(File.ReadLines).Select(Parse)]
            : [];
    }

    public static QuarantineEntry Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var entry = document.RootElement;
        var content = entry.GetProperty("content").GetString()!;
        return new(
            entry.GetProperty("source_object").GetString()!,
            entry.GetProperty("source_index").ValueKind == JsonValueKind.Null,
            entry.GetProperty("byte_offset") is { ValueKind: JsonValueKind.Number } offset ? offset.GetInt64() : 0,
            entry.GetProperty("reason").GetString()!,
            entry.GetProperty("encoding").GetString() == "base64" ? Convert.FromBase64String(content) : Encoding.UTF8.GetBytes(content));
    }

    /// <summary>Its bytes are the file's, at the place that it names.</summary>
    public bool IsIn(SourceObject source)
    {
        if (IsAll(source))
            return true;
        var (start, end) = Place(source);
        return start <= end && (Offset + Content.Length <= source.Text.Length || source.IsFaulty)
            && source.Text.AsSpan(start, end - start).SequenceEqual(Content.AsSpan(0, end - start));
    }

    public (int Start, int End) Place(SourceObject source) => IsAll(source)
        ? (0, source.Text.Length)
        : ((int)Math.Min(Offset, source.Text.Length), (int)Math.Min(Offset + Content.Length, source.Text.Length));

    /// <summary>The record, or all of the file around it, is here byte for byte.</summary>
    public bool Covers(Original record)
    {
        if (!IsIn(record.Object))
            return record.IsWrapped && record.Json.Span.SequenceEqual(Content);
        var (start, end) = Place(record.Object);
        return IsAll(record.Object) || (start <= record.Offset && record.Offset + record.Length <= end) || IsInside(record, start, end);
    }

    // An envelope's record alone: what is around it is not the record.
    bool IsInside(Original record, int start, int end) =>
        record.Offset <= start && end <= record.Offset + record.Length && record.Json.Span.SequenceEqual(Content);

    bool IsAll(SourceObject source) =>
        IsWhole && (Content.AsSpan().SequenceEqual(source.File) || Content.AsSpan().SequenceEqual(source.Text));
}
