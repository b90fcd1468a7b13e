using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using TrailLake.CloudTrail;

namespace TrailLake.Lake;

/// <summary>One of several processes that fill a lake at once: the number of it, from 1, and how many there are.</summary>
/// <remarks>
/// The source's objects are shared out by the account and region of their keys, so that the deliveries of an event meet in one shard;
/// a key that names no account is shared out by itself, and an event that comes in two such files is in the lake twice until the
/// partition is merged (compact, or a later run that is no shard). Each shard has files of its own in a partition, named for it:
/// <code>
///   20240131T235959Z-k3f9-2of8.parquet
/// </code>
/// </remarks>
readonly partial record struct Shard(int Number, int Count)
{
    public const int MaxCount = 10_000;

    /// <summary>What the names of its runs end with.</summary>
    public string Suffix => $"-{Number}of{Count}";

    public override string ToString() => $"{Number}/{Count}";

    /// <summary>True where an object is this shard's to read.</summary>
    public bool Takes(string objectKey, in LogKey key)
    {
        var what = key.Account is null ? objectKey : $"{key.Account}/{key.Region}";
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes]; // the same in every release, or an event's twins would part
        SHA256.HashData(Encoding.UTF8.GetBytes(what), hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash) % (ulong)Count == (ulong)(Number - 1);
    }

    /// <summary>The shard that a run, or a file of it, is named for; null where it is of none.</summary>
    public static Shard? Of(string name) => SuffixOf().Match(name) is { Success: true } match
        ? new Shard(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))
        : null;

    /// <summary>True where two runs may not write at once. Shards of one sharing-out do not meet; all else does.</summary>
    public static bool Conflict(Shard? one, Shard? other) =>
        one is not { } left || other is not { } right || left.Count != right.Count || left.Number == right.Number;

    /// <summary>True where nobody else replaces the files of a name while this run (null: the lake's only one) holds its lock.</summary>
    public static bool MayReplace(Shard? mine, string name) => mine is null || Of(name) == mine;

    /// <summary>True where the files of a name stay as they are, or are this run's own.</summary>
    public static bool MayRead(Shard? mine, string name) => mine is null || Of(name) is not { } other || Conflict(mine, other);

    [GeneratedRegex(@"-([1-9][0-9]{0,4})of([1-9][0-9]{0,4})(?:-p?[0-9]+)*(?:\.[a-z]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex SuffixOf();
}
