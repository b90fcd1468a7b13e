namespace TrailLake.Storage.S3;

/// <summary>How a place on S3 is reached; what is not said here comes from the environment, as for the AWS CLI.</summary>
public sealed record S3Options
{
    /// <summary>A profile of the AWS CLI's files; null for the usual chain.</summary>
    public string? Profile { get; init; }

    /// <summary>A role to assume first, such as a log archive account's.</summary>
    public string? RoleArn { get; init; }

    /// <summary>Another server than AWS's, which is then spoken to in path style.</summary>
    public string? EndpointUrl { get; init; }

    /// <summary>How the server encrypts what is written: <c>AES256</c>, <c>aws:kms</c> or <c>aws:kms:dsse</c>; null for the bucket's default.</summary>
    public string? Encryption { get; init; }

    /// <summary>The key for it; null for the account's own.</summary>
    public string? KmsKeyId { get; init; }

    /// <summary>The account that the bucket must belong to, or every request fails.</summary>
    public string? ExpectedBucketOwner { get; init; }

    /// <summary>The requests are paid by who makes them.</summary>
    public bool IsRequesterPays { get; init; }

    /// <summary>Requests under way at once.</summary>
    public int Downloads { get; init; } = UsualDownloads;

    /// <summary>How long a transfer may stand still.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The wait before the first new try; it doubles with each.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Ends whatever is under way; a deletion a moment later.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>A request takes some 20 ms however small the object, in which a processor could flatten a hundred of them; more than a
    /// hundred at once get no faster.</summary>
    public static int UsualDownloads => Math.Clamp(Environment.ProcessorCount * 32, 32, 128);
}
