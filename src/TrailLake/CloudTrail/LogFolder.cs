using System.Globalization;

namespace TrailLake.CloudTrail;

/// <summary>Where in CloudTrail's layout a folder stands, as far as its path tells; what lies in it is known from that, and need not be listed to be passed over.</summary>
/// <param name="Place">Its place.</param>
/// <param name="Account">The account that it belongs to, or null.</param>
/// <param name="Region">The region, or null.</param>
/// <param name="IsInLogs">AWSLogs is on its path: elsewhere an account's number may be a trail's prefix, and its logs another account's.</param>
/// <param name="IsOfDigests">Digests are looked for, and not logs: what lies in the folders of the others is none of it.</param>
//   Before   [prefix/]               folders; one of them may be AWSLogs, or an account's
//   Logs     …/AWSLogs/[o-id/]       organizations, accounts
//   Account  …/111122223333/         CloudTrail, CloudTrail-Insight, …, Config, other services
//   Kind     …/CloudTrail/           regions
//   Region   …/eu-west-1/            years
//   Inside   …/2024/ and deeper; and whatever is no part of this
public readonly record struct LogFolder(LogFolderPlace Place, string? Account, string? Region, bool IsInLogs = false, bool IsOfDigests = false)
{
    /// <summary>Trails write no deeper below their prefix than that many folders; a prefix may have some of its own.</summary>
    const int MaxPrefixFolders = 3;

    public static readonly LogFolder Root = new(LogFolderPlace.Before, null, null);

    /// <summary>The folder of a path that begins with AWSLogs, or is empty.</summary>
    public static LogFolder Of(string path, bool isOfDigests = false) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(Root with { IsOfDigests = isOfDigests }, static (folder, name) => folder.Enter(name, 0));

    /// <summary>The folder that an object lies in, with the slash at its end; empty at the top.</summary>
    public static string PathOf(string key) => key[..(key.LastIndexOf('/') + 1)];

    /// <summary>One of its folders.</summary>
    /// <param name="name">Its name, without slashes.</param>
    /// <param name="depth">How deep it lies below where the search began.</param>
    public LogFolder Enter(string name, int depth) => Place switch
    {
        LogFolderPlace.Before when name == "AWSLogs" => this with { Place = LogFolderPlace.Logs, IsInLogs = true },
        LogFolderPlace.Before or LogFolderPlace.Logs when LogKey.IsAccount(name) => this with { Place = LogFolderPlace.Account, Account = name },
        LogFolderPlace.Before when depth < MaxPrefixFolders => this,
        LogFolderPlace.Logs when name.StartsWith("o-", StringComparison.Ordinal) => this,
        LogFolderPlace.Account when LogKey.IsOtherThanLogs(name) => this with { Place = LogFolderPlace.NoLogs },
        LogFolderPlace.Account when name.StartsWith("CloudTrail", StringComparison.Ordinal) =>
            this with { Place = (name == LogKey.DigestFolder) == IsOfDigests ? LogFolderPlace.Kind : LogFolderPlace.NoLogs },
        LogFolderPlace.Account when !IsInLogs => (Root with { IsOfDigests = IsOfDigests }).Enter(name, depth),
        LogFolderPlace.Kind => this with { Place = LogFolderPlace.Region, Region = name },
        _ => this with { Place = LogFolderPlace.Inside },
    };

    /// <summary>The folders of a region's folder that hold the days of a span and nothing else: <c>2023/</c>, <c>2024/01/</c>, <c>2024/02/01/</c>.</summary>
    public static IEnumerable<string> FoldersOf(DateOnly first, DateOnly last)
    {
        for (var day = first; day <= last;)
        {
            var (yearEnd, monthEnd) = (new DateOnly(day.Year, 12, 31), new DateOnly(day.Year, day.Month, DateTime.DaysInMonth(day.Year, day.Month)));
            var (format, end) = day is { Month: 1, Day: 1 } && yearEnd <= last ? ("yyyy/", yearEnd)
                : day.Day == 1 && monthEnd <= last ? ("yyyy/MM/", monthEnd)
                : ("yyyy/MM/dd/", day);
            yield return day.ToString(format, CultureInfo.InvariantCulture);
            if (end == DateOnly.MaxValue)
                yield break;
            day = end.AddDays(1);
        }
    }
}

/// <summary>The levels of CloudTrail's layout.</summary>
public enum LogFolderPlace
{
    Before,
    Logs,
    Account,
    Kind,
    Region,
    Inside,

    /// <summary>Digests where logs are looked for, and logs where digests are; AWS Config, other services.</summary>
    NoLogs,
}
