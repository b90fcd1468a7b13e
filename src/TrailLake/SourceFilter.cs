using TrailLake.CloudTrail;
using TrailLake.Lake;

namespace TrailLake;

/// <summary>Which objects of a source a run looks at, as far as their keys tell; an object whose key does not say is looked at.</summary>
sealed record SourceFilter
{
    /// <summary>First day of delivery, in UTC.</summary>
    public DateOnly? Since { get; init; }

    /// <summary>Last day of delivery, in UTC.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>Folders of days before the first, which are looked at nevertheless: something in them could not be read.</summary>
    public IReadOnlySet<string> AlsoFolders { get; init; } = new HashSet<string>();

    public IReadOnlyList<string> Accounts { get; init; } = [];

    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>The part of the source that is to be read; null for all of it.</summary>
    public Shard? Shard { get; init; }

    /// <summary>What part of the source this is, whatever the days: runs of one scope continue each other.</summary>
    public string Scope => string.Join(';', [.. Accounts.Order(StringComparer.Ordinal).Select(name => $"account={name}"), .. Regions.Order(StringComparer.Ordinal).Select(name => $"region={name}"), .. Shard is null ? (string[])[] : [$"shard={Shard}"]]);

    public bool Takes(string objectKey, in LogKey key) =>
        (!(key.Day < Since) || AlsoFolders.Contains(LogFolder.PathOf(objectKey))) && !(key.Day > Until) && Takes(key.Account, key.Region) && Shard?.Takes(objectKey, key) != false;

    /// <summary>Whether anything in a folder may be looked at.</summary>
    public bool Takes(in LogFolder folder) => (folder is { Place: LogFolderPlace.Account, IsInLogs: false } || Takes(folder.Account, folder.Region))
        && (folder is not { Place: LogFolderPlace.Region, Account: not null } || Shard?.Takes("", new LogKey(LogKind.Log, folder.Account, folder.Region, null)) != false);

    bool Takes(string? account, string? region) =>
        (account is null || Accounts.Count == 0 || Accounts.Contains(account)) && (region is null || Regions.Count == 0 || Regions.Contains(region));
}
