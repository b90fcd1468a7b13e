using System.Globalization;

namespace TrailLake.Lake;

/// <summary>The names of what a run publishes in parts, since it reads day after day and publishes the days gone by.</summary>
/// <remarks>
/// <code>
///   RUN        the ledger's last part, and all that came with it
///   RUN-p2     its second part, and what came with that
/// </code>
/// </remarks>
static class PartName
{
    /// <summary>The name of a run's part; <see cref="Last"/> is the run's own.</summary>
    public static string Of(string runId, int part) => part == Last ? runId : string.Create(CultureInfo.InvariantCulture, $"{runId}-p{part}");

    /// <summary>The number of a run's last part.</summary>
    public const int Last = int.MaxValue;

    /// <summary>The part of a run that a file is named for; null where it is another run's.</summary>
    public static int? PartOf(string runId, ReadOnlySpan<char> name) =>
        !name.StartsWith(runId, StringComparison.Ordinal) ? null
        : name.Length == runId.Length ? Last
        : name[runId.Length..].StartsWith("-p") && int.TryParse(name[(runId.Length + 2)..], NumberStyles.None, CultureInfo.InvariantCulture, out var part) ? part
        : null;
}
