using System.Globalization;

namespace TrailLake.Lake;

/// <summary>The names of runs: when they began, and four letters so that two of one second differ: <c>20240131T235959Z-k3f9</c>.</summary>
static class RunIds
{
    static readonly int Length = "20240131T235959Z-k3f9".Length;

    const string Letters = "abcdefghijklmnopqrstuvwxyz";

    // Nobody gains by guessing them, and what makes letters that cannot be guessed loads OpenSSL: 4 MB, and 5 ms of each start.
    public static string New(DateTimeOffset now) =>
        now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture) + "-" + OneOf(Letters, 1) + OneOf("0123456789" + Letters, 3); // a digit first could look like a shard: -3of7

    /// <summary>True where two things are named for one run, or for parts of it.</summary>
    public static bool AreOfOne(ReadOnlySpan<char> name, ReadOnlySpan<char> other) => name.Length >= Length && other.StartsWith(name[..Length], StringComparison.Ordinal);

    /// <summary>The day, in UTC, on which the run began that something is named for; null where it is named for none.</summary>
    public static DateOnly? DayOf(string name) =>
        name.Length > "20240131T".Length && name["20240131".Length] == 'T' && DateOnly.TryParseExact(name.AsSpan(0, "20240131".Length), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>The second in which the run began that something is named for; null where it is named for none.</summary>
    public static DateTimeOffset? SecondOf(string name) =>
        name.Length >= Length && DateTimeOffset.TryParseExact(name.AsSpan(0, "20240131T235959Z".Length), "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var began) ? began : null;

    static string OneOf(string letters, int count) => new(Random.Shared.GetItems<char>(letters, count));
}
