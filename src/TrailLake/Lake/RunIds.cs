using System.Globalization;
using System.Security.Cryptography;

namespace TrailLake.Lake;

/// <summary>The names of runs: when they began, and four letters so that two of one second differ: <c>20240131T235959Z-k3f9</c>.</summary>
static class RunIds
{
    public static string New(DateTimeOffset now) =>
        now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture) + "-" + RandomNumberGenerator.GetString("0123456789abcdefghijklmnopqrstuvwxyz", 4);
}
