using System.Text.RegularExpressions;

namespace TrailLake.Lake;

/// <summary>What the key of a lake's file tells: the partition that it lies in, its values as views show them.</summary>
readonly partial record struct PartitionKey(string Service, string Date, string Region)
{
    /// <summary>Null where the key is none of a file in a partition.</summary>
    public static PartitionKey? Of(string key) => File().Match(key) is { Success: true } match
        ? new(Value(match, 1), Value(match, 2), Value(match, 3))
        : null;

    /// <summary>The service of a folder <c>events/service=s3/</c>, or null.</summary>
    public static string? OfService(string folder) => ServiceFolder().Match(folder) is { Success: true } match ? Value(match, 1) : null;

    static string Value(Match match, int group) => Uri.UnescapeDataString(match.Groups[group].Value);

    [GeneratedRegex("^[a-z]+/service=([^/]*)/event_date=([^/]*)/region=([^/]*)/[^/]+$", RegexOptions.CultureInvariant)]
    private static partial Regex File();

    [GeneratedRegex("^[a-z]+/service=([^/]*)/$", RegexOptions.CultureInvariant)]
    private static partial Regex ServiceFolder();
}
