using TrailLake.CloudTrail;

namespace TrailLake;

/// <summary>Checks the digests of one trail, account and region against each other: each is signed, and each names the one before it with its signature.</summary>
/// <remarks>The signature of the newest is in its object's metadata, which a copy on a disk has not; nothing vouches for that one there.</remarks>
/// <param name="digests">In the order of their keys, which is that of their times.</param>
/// <param name="metadata">The signature of an object, or null.</param>
/// <param name="isOnDisk">Objects have no metadata.</param>
/// <param name="keysOf">Public keys of a region by fingerprint.</param>
/// <param name="complain">Told a key, a kind of problem, and a message.</param>
sealed class DigestChain(
    IReadOnlyList<DigestFile> digests, Func<string, string?> metadata, bool isOnDisk, Func<string, IReadOnlyDictionary<string, byte[]>> keysOf, Action<string, string, string> complain)
{
    readonly Dictionary<string, DigestFile> _next = Linked(digests);
    readonly HashSet<string> _keys = digests.Select(digest => digest.Key).ToHashSet(StringComparer.Ordinal);

    /// <summary>Digests whose signature nothing here tells.</summary>
    public int Unproven { get; private set; }

    public void Check()
    {
        for (var i = 0; i < digests.Count; i++)
        {
            if (digests[i] is { Digest: not null, Names: not null } digest)
                digest.IsGood = IsGenuine(digest, i);
            if (digests[i].Previous is { } previous && !_keys.Contains(previous) && i > 0) // before the first one nothing is known: those were removed by age, or not asked for
                complain(previous, "missing", $"expected the digest that {Path.GetFileName(digests[i].Key)} names as the one before it, found none: it was removed, and with it the proof of what was delivered in its hour.");
            if (i > 0)
                CheckGap(digests[i - 1], digests[i]);
        }
    }

    bool IsGenuine(DigestFile file, int at)
    {
        if ((_next.GetValueOrDefault(file.Key)?.Digest!.PreviousDigestSignature ?? metadata(file.Key)) is { } signature) // it is one of the content's hash, which the digest after it names, too
            return file.Digest!.WrongSignature(file.Hash, signature, keysOf(file.Region)) is not { } wrong || Altered(wrong);
        if (!isOnDisk)
            return Altered("expected a signature in its metadata (x-amz-meta-signature), found none");
        if (at + 1 < digests.Count && digests[at + 1].Previous is { } other && _keys.Contains(other))
        {
            complain(file.Key, "unknown", "expected the digest after it to name it, found another one named: it is not of CloudTrail's chain.");
            return false;
        }
        Unproven++;
        return true;

        bool Altered(string what)
        {
            complain(file.Key, "altered", $"{what}. What it names is not checked.");
            return false;
        }
    }

    // Between two chains, and where an older one ended: validation was off, or what bridged them was removed together with the digests that named it.
    void CheckGap(DigestFile older, DigestFile newer)
    {
        if (newer is { IsBackfill: false, Digest: { Start: { } start, PreviousDigestS3Object: null } } && older.Digest?.End is { } end && end < start)
            complain(newer.Key, "gap", $"expected digests without a break, found none from {end:yyyy-MM-dd'T'HH:mm:ss'Z'} to {start:yyyy-MM-dd'T'HH:mm:ss'Z'}: the trail or its log file validation was off, or they were removed. What was delivered meanwhile is not proven.");
    }

    static Dictionary<string, DigestFile> Linked(IReadOnlyList<DigestFile> digests)
    {
        var next = new Dictionary<string, DigestFile>(StringComparer.Ordinal);
        foreach (var digest in digests)
        {
            if (digest.Previous is { } previous)
                next[previous] = digest;
        }
        return next;
    }
}
