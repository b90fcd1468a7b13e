using System.Text.RegularExpressions;
using TrailLake.CloudTrail;
using TrailLake.Storage;

namespace TrailLake;

/// <summary>A digest as it lies in a source.</summary>
/// <param name="Key">Its key there.</param>
/// <param name="Region">The one whose keys sign it.</param>
/// <param name="Digest">What it says, without the files that it names; null where it cannot be read.</param>
/// <param name="Hash">Of its content as unzipped.</param>
/// <param name="Names">How keys of the source are told from those that it names; null where it lies elsewhere than it says.</param>
sealed partial record DigestFile(string Key, string Region, Digest? Digest, string Hash, DigestNames? Names)
{
    /// <summary>False where its content is not what CloudTrail signed: what it names is no one's word then.</summary>
    public bool IsGood { get; set; }

    /// <summary>The key in the source of the digest before it; null where it is the first of a chain, or that one lies elsewhere.</summary>
    public string? Previous => Digest is { PreviousDigestS3Object: { } name } ? Names?.KeyOf(Digest.PreviousDigestS3Bucket, name) : null;

    /// <summary>What digests of one trail, account and region have in common, so that each names the one before it; backfills are a chain of their own.</summary>
    //   …/111122223333/CloudTrail-Digest/eu-west-1/2024/01/31/111122223333_CloudTrail-Digest_eu-west-1_TRAIL_us-east-1_20240131T105500Z[_backfill].json.gz
    public string Chain => Key[..Math.Max(0, Key.IndexOf(LogKey.DigestFolder + "/", StringComparison.Ordinal))] + Time().Replace(Key[(Key.LastIndexOf('/') + 1)..], "");

    /// <summary>It names files that came too late for the hour that they belong to; such digests are made when there is need.</summary>
    public bool IsBackfill => Key.Contains("_backfill.", StringComparison.Ordinal);

    [GeneratedRegex("_[0-9]{8}T[0-9]{6}Z")]
    private static partial Regex Time();
}

/// <summary>Tells what objects are called in a source from what digests call them, which is their whole key in a bucket.</summary>
/// <param name="Bucket">The bucket that a digest says it lies in.</param>
/// <param name="Above">What keys of the bucket begin with and those of the source do not.</param>
/// <param name="Below">What keys of the source begin with and those of the bucket do not, as in a copy on a disk.</param>
sealed record DigestNames(string? Bucket, string Above, string Below)
{
    /// <summary>As a digest's own name has it; null where it lies elsewhere than it says.</summary>
    /// <param name="key">Its key in the source.</param>
    public static DigestNames? Of(ObjectStore source, string key, Digest digest)
    {
        var name = digest.DigestS3Object!;
        if (!SourceListing.IsOnDisk(source.Place) && source.Locate(key) != $"s3://{digest.DigestS3Bucket}/{name}")
            return null;
        if (EndsWith(name, key))
            return new(digest.DigestS3Bucket, name[..^key.Length], "");
        return EndsWith(key, name) ? new(digest.DigestS3Bucket, "", key[..^name.Length]) : null;
    }

    /// <summary>An object's key in the source; null where it lies in another bucket, or beside the source.</summary>
    public string? KeyOf(string? bucket, string name) => bucket == Bucket && name.StartsWith(Above, StringComparison.Ordinal) ? Below + name[Above.Length..] : null;

    static bool EndsWith(string whole, string part) => whole.EndsWith(part, StringComparison.Ordinal) && (whole.Length == part.Length || whole[^(part.Length + 1)] == '/');
}
