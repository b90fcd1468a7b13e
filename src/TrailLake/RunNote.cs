using System.Globalization;
using System.Text.Json;
using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake;

/// <summary>What the report of a run says to the next one of its source.</summary>
/// <param name="Before">The day before which all that was delivered is in the lake; null where that cannot be said, and the first of all days where a first run left something behind.</param>
/// <param name="Unread">Days' folders in which something could not be read.</param>
readonly record struct RunNote(DateOnly? Before, IReadOnlyList<string> Unread)
{
    /// <summary>Reports of other sources that are looked through for one of this source.</summary>
    const int MaxReports = 200;

    static readonly RunNote None = new(null, []);

    /// <summary>True where its day is the first that was asked for, since the run did not come to its end.</summary>
    public bool IsBegin { get; init; }

    /// <summary>True where something is in the lake before its day.</summary>
    public bool IsOfAnyDay => Before > DateOnly.MinValue;

    /// <summary>True where another one says the same.</summary>
    public bool Says(RunNote other) => Before == other.Before && Unread.SequenceEqual(other.Unread);

    /// <summary>The last note about what a run is asked for: that of a run that was asked for the same, or where none came so far, of one that was no shard, or of
    /// all shards of a sharing-out together.</summary>
    /// <param name="place">The source's.</param>
    /// <param name="today">By this run's clock.</param>
    public static RunNote Last(ObjectStore lake, string place, SourceFilter asked, DateOnly today)
    {
        var reports = lake.List(RunReport.Folder + "/").Where(file => file.Key.EndsWith(".json", StringComparison.Ordinal) && !IsAhead(file, today))
            .Select(file => file.Key).OrderDescending(StringComparer.Ordinal).ToLookup(key => Shard.Of(key)); // their names begin with their time, and end with their shard
        RunNote? Of(Shard? shard) => FirstOf(lake, reports[shard], place, (asked with { Shard = shard }).Scope);
        var own = Of(asked.Shard) ?? None;
        if (own.IsOfAnyDay)
            return own;
        IEnumerable<RunNote> others = asked.Shard is not null ? [Of(null) ?? None] : reports.Select(ofShard => ofShard.Key?.Count).OfType<int>().Distinct().Select(count => Together(count, Of));
        return others.Prepend(own).MaxBy(note => note.Before);
    }

    /// <summary>What all shards of a sharing-out say; none where one of them has not run.</summary>
    static RunNote Together(int count, Func<Shard?, RunNote?> of)
    {
        var (before, unread) = (DateOnly.MaxValue, new SortedSet<string>(StringComparer.Ordinal));
        for (var number = 1; number <= count; number++)
        {
            if (of(new Shard(number, count)) is not { Before: { } day } note)
                return None;
            before = day < before ? day : before;
            unread.UnionWith(note.Unread);
        }
        return new(before, [.. unread]);
    }

    // One that is dated ahead of this clock, or of the store's when it was written, is of a machine whose clock was wrong, and what it says of days is, too.
    static bool IsAhead(StoredObject file, DateOnly today) =>
        RunIds.DayOf(Path.GetFileName(file.Key)) is { } day && (day > today.AddDays(1) || day > DateOnly.FromDateTime(file.LastModified).AddDays(1));

    static RunNote? FirstOf(ObjectStore lake, IEnumerable<string> reports, string place, string scope)
    {
        foreach (var key in reports.Take(MaxReports))
        {
            try
            {
                using var report = JsonDocument.Parse(lake.Read(key));
                if (report.RootElement is { ValueKind: JsonValueKind.Object } run && Text(run, "source_place") == place && Text(run, "source_scope") == scope)
                    return new(Day(run, "complete_before"), Folders(run, SourceListing.IsOnDisk(place))) { IsBegin = Day(run, "complete_before") == Day(run, "listed_since") };
            }
            catch (JsonException)
            {
                // not ours; `status` says so
            }
        }
        return null;
    }

    static DateOnly? Day(JsonElement run, string name) => DateOnly.TryParseExact(Text(run, name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    static string Text(JsonElement run, string name) => run.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    // Those that a run could have written: below the source, which a key of S3 is whatever its parts are.
    static string[] Folders(JsonElement run, bool areOnDisk) => run.TryGetProperty("unread_folders", out var list) && list.ValueKind == JsonValueKind.Array
        ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!).Where(folder => folder.EndsWith('/') && !(areOnDisk && folder[..^1].Split('/').Any(part => part is "" or "." or "..")))]
        : [];
}
