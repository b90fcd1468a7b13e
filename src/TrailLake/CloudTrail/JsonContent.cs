using System.Text.Json;

namespace TrailLake.CloudTrail;

/// <summary>Whether two JSON texts say the same: the order of keys and the spelling of escapes aside, numbers by their spelling.</summary>
/// <remarks>Two deliveries of an event are nearly always the same to the byte; this is asked only where ids meet and bytes differ.</remarks>
static class JsonContent
{
    /// <summary>What is nested deeper is compared by its bytes alone.</summary>
    const int MaxDepth = 128;

    /// <summary>Compares two valid JSON texts.</summary>
    public static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.SequenceEqual(right))
            return true;
        try
        {
            var options = new JsonDocumentOptions { MaxDepth = MaxDepth };
            using var a = JsonDocument.Parse(left.ToArray(), options);
            using var b = JsonDocument.Parse(right.ToArray(), options);
            return AreEqual(a.RootElement, b.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // too deep; a lone surrogate, which is no text
        {
            return false;
        }
    }

    static bool AreEqual(JsonElement left, JsonElement right)
    {
        if (left.ValueKind != right.ValueKind)
            return false;
        return left.ValueKind switch
        {
            JsonValueKind.Object => HaveSameProperties(left, right),
            JsonValueKind.Array => left.GetArrayLength() == right.GetArrayLength() && left.EnumerateArray().Zip(right.EnumerateArray()).All(pair => AreEqual(pair.First, pair.Second)),
            JsonValueKind.String => left.GetString() == right.GetString(),
            JsonValueKind.Number => left.GetRawText() == right.GetRawText(),
            _ => true,
        };
    }

    /// <summary>A name that stands twice makes objects differ, since nobody can say which value counts.</summary>
    static bool HaveSameProperties(JsonElement left, JsonElement right)
    {
        var properties = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in left.EnumerateObject())
        {
            if (!properties.TryAdd(property.Name, property.Value))
                return false;
        }
        foreach (var property in right.EnumerateObject())
        {
            if (!properties.Remove(property.Name, out var value) || !AreEqual(value, property.Value))
                return false;
        }
        return properties.Count == 0;
    }
}
