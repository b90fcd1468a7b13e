using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using TrailLake.Lake;
using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake;

/// <summary>What a run says to the next one of its source.</summary>
/// <param name="Before">The day before which all that was delivered is in the lake; null where that cannot be said, and the first of all days where a first run left something behind.</param>
/// <param name="Unread">Days' folders in which something could not be read.</param>
/// <remarks>
/// Kept by source and scope, and by shard, in a file that the next such run replaces, so that one of a thousand sources is found at once:
/// <code>
///   _traillake/sources/0123456789abcdef.json
///   _traillake/sources/0123456789abcdef-2of8.json
/// </code>
/// One that is lost costs the next run without days a list of everything; an older one that stays, since a run ended before it wrote its own, a longer list.
/// </remarks>
readonly record struct RunNote(DateOnly? Before, IReadOnlyList<string> Unread)
{
    /// <summary>The folder of these files.</summary>
    public const string Folder = LakeFolders.Notes + "/sources";

    static readonly RunNote None = new(null, []);

    /// <summary>That of one that there is, or was, and that tells nothing: a run of later days is not to be taken for the first.</summary>
    public static readonly RunNote Unknown = new(DateOnly.MinValue, []) { IsBegin = true };

    /// <summary>True where its day is the first that was asked for, since no run has come to its end.</summary>
    public bool IsBegin { get; init; }

    /// <summary>True where something is in the lake before its day.</summary>
    public bool IsOfAnyDay => Before > DateOnly.MinValue;

    /// <summary>True where another one says the same.</summary>
    public bool Says(RunNote other) => Before == other.Before && IsBegin == other.IsBegin && Unread.SequenceEqual(other.Unread);

    /// <summary>The last note about what a run is asked for: that of a run that was asked for the same, or where none came so far, of one that was no shard, or of
    /// all shards of a sharing-out together, be it another one.</summary>
    /// <param name="place">The source's.</param>
    /// <param name="today">By this run's clock.</param>
    public static RunNote Last(ObjectStore lake, string place, SourceFilter asked, DateOnly today)
    {
        var files = lake.List(KeyOf(place, asked with { Shard = null })[..^".json".Length]).Where(file => file.Key.EndsWith(".json", StringComparison.Ordinal)).ToDictionary(file => Shard.Of(file.Key) ?? default);
        RunNote Of(Shard? shard) => !files.TryGetValue(shard ?? default, out var file) ? None
            : Read(lake, file, place, (asked with { Shard = shard }).Scope) is { } note && !IsAhead(note, file, today) ? note : Unknown;
        var own = Of(asked.Shard);
        if (own.IsOfAnyDay)
            return own;
        var shared = files.Keys.Where(shard => shard.Count > 0).Select(shard => shard.Count).Distinct().Select(count => Together(count, Of));
        return (asked.Shard is null ? shared : shared.Prepend(Of(null))).Prepend(own).MaxBy(note => note.Before);
    }

    /// <summary>Leaves it for the next run that is asked for the same.</summary>
    public void Write(ObjectStore lake, string runId, string place, SourceFilter asked) =>
        lake.Write(KeyOf(place, asked), JsonSerializer.SerializeToUtf8Bytes(new RunNoteFile(place, asked.Scope, runId, Before, IsBegin, Unread), RunNoteJson.Default.RunNoteFile));

    static string KeyOf(string place, SourceFilter asked) =>
        $"{Folder}/{XxHash64.Of(Encoding.UTF8.GetBytes($"{place}\n{(asked with { Shard = null }).Scope}")):x16}{asked.Shard?.Suffix}.json";

    /// <summary>What all shards of a sharing-out say; none where one of them has not run.</summary>
    static RunNote Together(int count, Func<Shard?, RunNote> of)
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
    static bool IsAhead(RunNote note, StoredObject file, DateOnly today) =>
        note.Before is { } day && (day > today.AddDays(1) || day > DateOnly.FromDateTime(file.LastModified).AddDays(1));

    static RunNote? Read(ObjectStore lake, StoredObject file, string place, string scope)
    {
        try
        {
            return JsonSerializer.Deserialize(lake.Read(file.Key), RunNoteJson.Default.RunNoteFile) is { } note && note.SourcePlace == place && note.SourceScope == scope
                ? new(note.CompleteBefore, Possible(note.UnreadFolders, SourceListing.IsOnDisk(place))) { IsBegin = note.IsBegin }
                : null;
        }
        catch (JsonException)
        {
            return null; // cut short by a loss of power
        }
    }

    // Those that a run could have written: below the source, which a key of S3 is whatever its parts are.
    static string[] Possible(IReadOnlyList<string>? folders, bool areOnDisk) =>
        [.. (folders ?? []).Where(folder => folder?.EndsWith('/') == true && !(areOnDisk && folder[..^1].Split('/').Any(part => part is "" or "." or "..")))];
}

/// <summary>The file of a note.</summary>
/// <param name="RunId">The run that wrote it.</param>
sealed record RunNoteFile(string? SourcePlace, string? SourceScope, string? RunId, DateOnly? CompleteBefore, bool IsBegin, IReadOnlyList<string>? UnreadFolders);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RunNoteFile))]
sealed partial class RunNoteJson : JsonSerializerContext;
