using System.Collections.Concurrent;
using TrailLake.CloudTrail;

namespace TrailLake.Lake;

/// <summary>Days (both ends included) on which a trail delivered nothing for an account and region, though it did before, and there or elsewhere after.</summary>
/// <param name="Account">Its 12 digits.</param>
/// <param name="Region">The region of the log files' folder.</param>
/// <param name="FirstDay">The first day without any, such as 2024-01-31.</param>
/// <param name="LastDay">The last of them.</param>
/// <param name="Days">How many.</param>
/// <param name="IsOpen">Nothing came there since.</param>
public sealed record Gap(string Account, string Region, string FirstDay, string LastDay, int Days, bool IsOpen = false);

/// <summary>Which accounts, regions and days of delivery a source's keys name; from any thread.</summary>
sealed class Coverage
{
    sealed record Place(string Account, string Region, DateOnly Day, bool IsOfTrail);

    readonly ConcurrentDictionary<Place, bool> _places = new();
    Place? _last; // keys come in order, so the next is nearly always of the same

    /// <summary>The days, in order.</summary>
    public IReadOnlyList<DateOnly> Days => [.. _places.Keys.Select(place => place.Day).Distinct().Order()];

    public IReadOnlyList<string> Accounts => [.. _places.Keys.Select(place => place.Account).Distinct().Order(StringComparer.Ordinal)];

    public IReadOnlyList<string> Regions => [.. _places.Keys.Select(place => place.Region).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The days without any log file between days with some; a quiet region delivers nothing, so that a gap need not be a loss.</summary>
    public IReadOnlyList<Gap> Gaps =>
    [
        .. from pair in _places.Keys.Where(place => place.IsOfTrail).GroupBy(place => (place.Account, place.Region))
           let days = pair.Select(place => place.Day).Order().ToList()
           from gap in days.Zip(days.Skip(1)).Where(next => next.Second.DayNumber > next.First.DayNumber + 1)
           orderby pair.Key.Account, pair.Key.Region, gap.First
           select new Gap(pair.Key.Account, pair.Key.Region, $"{gap.First.AddDays(1):yyyy-MM-dd}", $"{gap.Second.AddDays(-1):yyyy-MM-dd}", gap.Second.DayNumber - gap.First.DayNumber - 1),
    ];

    /// <summary>Notes what a key names.</summary>
    public void See(in LogKey key)
    {
        if (key is not { Account: { } account, Region: { } region, Day: { } day })
            return;
        var last = _last;
        if (last is not null && last.Day == day && last.Region == region && last.Account == account && last.IsOfTrail == key.IsOfTrail)
            return;
        _places.TryAdd(_last = new Place(account, region, day, key.IsOfTrail), true);
    }
}

/// <summary>How long events took from when they happened to the file that they came in: a file's time, less that of its last event.</summary>
/// <param name="Objects">Files whose names tell their time.</param>
/// <param name="MedianSeconds">Half of them took no longer.</param>
/// <param name="GreatestSeconds">None of them took longer.</param>
public sealed record DeliveryLag(long Objects, long MedianSeconds, long GreatestSeconds)
{
    /// <summary>That of files; null where none tells its time.</summary>
    internal static DeliveryLag? Of(List<long> seconds)
    {
        if (seconds.Count == 0)
            return null;
        seconds.Sort();
        return new(seconds.Count, seconds[(seconds.Count - 1) / 2], seconds[^1]);
    }
}
