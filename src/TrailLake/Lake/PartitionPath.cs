using System.Text;
using TrailLake.CloudTrail;

namespace TrailLake.Lake;

/// <summary>The folder of a partition: <c>events/service=s3/event_date=2024-01-31/region=us-east-1</c>.</summary>
/// <remarks>Values come from the records, so anyone may have written them: nothing that they hold can leave the folder. Letters that are
/// not plain, and capitals, are percent-encoded as Hive does it; DuckDB and Athena decode them again.</remarks>
static class PartitionPath
{
    /// <summary>What stands where a value is missing, empty or too long.</summary>
    public const string Unknown = "unknown";

    /// <summary>A longer value, or a longer encoded one, is no name of a service or region.</summary>
    const int MaxValueBytes = 128, MaxEncodedBytes = 200;

    public static string Of(LakeTable table, string service, long timeMillis, string region) =>
        $"{FolderOf(table)}/service={service}/event_date={DateOf(timeMillis)}/region={region}";

    /// <summary>The folder of a table.</summary>
    public static string FolderOf(LakeTable table) => table switch
    {
        LakeTable.Insights => "insights",
        LakeTable.Aggregates => "aggregates",
        _ => "events",
    };

    /// <summary>The first label of an event source, in lower case.</summary>
    public static string ServiceOf(ReadOnlySpan<byte> eventSource)
    {
        if (eventSource.Length > MaxValueBytes)
            return Unknown;
        var dot = eventSource.IndexOf((byte)'.');
        var label = dot > 0 ? eventSource[..dot] : eventSource;
        return Encode(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(label).ToLowerInvariant()));
    }

    /// <summary>The region, as the record spells it.</summary>
    public static string RegionOf(ReadOnlySpan<byte> region) => Encode(region);

    static string DateOf(long timeMillis) =>
        DateTime.UnixEpoch.AddMilliseconds(timeMillis).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    static string Encode(ReadOnlySpan<byte> value)
    {
        // Hive's own word for a missing value would read back as NULL.
        if (value.IsEmpty || value.Length > MaxValueBytes || value.SequenceEqual("__HIVE_DEFAULT_PARTITION__"u8))
            return Unknown;
        var isDots = value.IndexOfAnyExcept((byte)'.') < 0;
        var encoded = new StringBuilder(value.Length);
        foreach (var letter in value)
        {
            // Not A to Z: where that is the same name as a to z, one folder's files would replace another's.
            if (char.IsAsciiLetterLower((char)letter) || char.IsAsciiDigit((char)letter) || letter is (byte)'-' or (byte)'_' || (letter == '.' && !isDots))
                encoded.Append((char)letter);
            else
                encoded.Append('%').Append(letter.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }
        return encoded.Length > MaxEncodedBytes ? Unknown : encoded.ToString();
    }
}

/// <summary>What a partition's folder says, decoded.</summary>
readonly record struct PartitionPlace(string Service, string Day, string Region)
{
    /// <summary>Takes a file's key apart; false where it is not in a partition.</summary>
    public static bool TryParse(string key, out PartitionPlace place, out string name)
    {
        (place, name) = (default, "");
        if (key.Split('/') is not [_, var service, var day, var region, var file]
            || !service.StartsWith("service=", StringComparison.Ordinal) || !day.StartsWith("event_date=", StringComparison.Ordinal) || !region.StartsWith("region=", StringComparison.Ordinal))
        {
            return false;
        }
        (place, name) = (new(ValueOf(service), ValueOf(day), ValueOf(region)), file);
        return true;
    }

    /// <summary>The value of a folder named <c>key=value</c>, decoded.</summary>
    public static string ValueOf(string part) => Uri.UnescapeDataString(part[(part.IndexOf('=', StringComparison.Ordinal) + 1)..]);
}
