using System.Globalization;

namespace TrailLake.Lake;

/// <summary>The names of runs: when they began, and four letters so that two of one second differ: <c>20240131T235959Z-k3f9</c>.</summary>
static class RunIds
{
    // Nobody gains by guessing them, and what makes letters that cannot be guessed loads OpenSSL: 4 MB, and 5 ms of each start.
    public static string New(DateTimeOffset now) =>
        now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture) + "-" + new string(Random.Shared.GetItems<char>("0123456789abcdefghijklmnopqrstuvwxyz", 4));
}
