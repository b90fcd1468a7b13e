using System.Globalization;

namespace TrailLake.CloudTrail;

/// <summary>What an object is, as far as its key or its content tells.</summary>
public enum LogKind
{
    /// <summary>Perhaps a log file: its content decides.</summary>
    Log,

    /// <summary>A digest file of CloudTrail's log file validation.</summary>
    Digest,

    /// <summary>A snapshot or history of AWS Config.</summary>
    Config,

    /// <summary>By its name no log file at all, or one of another service.</summary>
    NotALog,
}

/// <summary>What the key of an object tells, before it is read.</summary>
/// <param name="Kind">What is to be expected.</param>
/// <param name="Account">The account's 12 digits, or null.</param>
/// <param name="Region">The region of the folder, which is not always that of the events, or null.</param>
/// <param name="Day">The day it was delivered, in UTC, which is not always that of the events, or null.</param>
/// <param name="IsOfTrail">It lies in <c>CloudTrail/</c>, where a trail delivers every day; <c>CloudTrail-Insight/</c> and others have files now and then.</param>
//   [prefix/]AWSLogs/[o-id/]account/CloudTrail…/region/yyyy/mm/dd/account_CloudTrail_region_yyyymmddThhmmZ_unique.json.gz
//   o-id/AWSLogs/o-id/account/…                                          Control Tower
//   [prefix/]AWSLogs/[o-id/]account/Config/region/yyyy/m/d/ConfigHistory/…   AWS Config
//   [prefix/]AWSLogs/[o-id/]account/elasticloadbalancing/…                   other services
public readonly record struct LogKey(LogKind Kind, string? Account, string? Region, DateOnly? Day, bool IsOfTrail = false)
{
    /// <summary>An account's folder with the digests of CloudTrail's log file validation.</summary>
    internal const string DigestFolder = "CloudTrail-Digest";

    static readonly string[] LogNames = [".json", ".json.gz", ".jsonl", ".ndjson", ".log", ".gz"];

    // Other services that write below AWSLogs/account/ into the same bucket, and not JSON.
    static readonly string[] OtherServices = ["elasticloadbalancing", "vpcflowlogs", "vpcdnsquerylogs", "WAFLogs", "redshift", "GuardDuty"];

    public static LogKey Parse(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var kind = IsNamedAsLog(key) ? LogKind.Log : LogKind.NotALog;
        string? account = null;
        string? region = null;
        DateOnly? day = null;
        var isOfTrail = false;
        var isFolder = false; // whether the last part was CloudTrail…, so that region and day follow
        var dateParts = 0;
        Span<int> date = stackalloc int[3];
        foreach (var range in key.AsSpan().Split('/'))
        {
            var part = key.AsSpan(range);
            if (range.End.Value == key.Length)
            {
                break; // the file's own name
            }
            if (IsAccount(part))
            {
                account = part.ToString();
                isFolder = false;
            }
            else if (account is not null && (part.StartsWith("CloudTrail") || part is "Config"))
            {
                (isFolder, isOfTrail) = (true, part is "CloudTrail");
                (region, day, dateParts) = (null, null, 0);
                kind = kind == LogKind.NotALog ? kind : part is DigestFolder ? LogKind.Digest : part is "Config" ? LogKind.Config : LogKind.Log;
            }
            else if (account is not null && !isFolder && IsOtherService(part))
            {
                kind = LogKind.NotALog;
            }
            else if (isFolder && region is null && dateParts == 0)
            {
                region = part.ToString();
            }
            else if (isFolder && dateParts < 3 && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out date[dateParts]))
            {
                dateParts++;
                day = dateParts == 3 ? ToDay(date) : null;
            }
        }
        return new(kind, account, region, day, isOfTrail);
    }

    /// <summary>When a log file was delivered, by its name (<c>…_20240131T2355Z_….json.gz</c>); null where that does not say.</summary>
    public static DateTime? DeliveredAt(ReadOnlySpan<char> key)
    {
        foreach (var range in key.Split('_'))
        {
            var part = key[range];
            if (part is [.., 'Z'] && part.Length == "20240131T2355Z".Length // what is no time is seldom so, and costs as much to try as a time
                && DateTime.TryParseExact(part, "yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
                return time;
        }
        return null;
    }

    static bool IsNamedAsLog(string key)
    {
        foreach (var ending in LogNames)
        {
            if (key.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }
        return false;
    }

    static bool IsOtherService(ReadOnlySpan<char> part)
    {
        foreach (var service in OtherServices)
        {
            if (part.SequenceEqual(service))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether a folder of an account's holds no logs of CloudTrail.</summary>
    internal static bool IsOtherThanLogs(ReadOnlySpan<char> part) => part is "Config" || IsOtherService(part);

    internal static bool IsAccount(ReadOnlySpan<char> part) => part.Length == 12 && part.IndexOfAnyExceptInRange('0', '9') < 0;

    static DateOnly? ToDay(ReadOnlySpan<int> date) =>
        date[0] is >= 1 and <= 9999 && date[1] is >= 1 and <= 12 && date[2] >= 1 && date[2] <= DateTime.DaysInMonth(date[0], date[1])
            ? new DateOnly(date[0], date[1], date[2])
            : null;
}
