namespace TrailLake.Storage.S3;

/// <summary>A bucket and a folder in it: <c>s3://bucket/prefix</c>.</summary>
/// <param name="Bucket">A bucket's name, or an access point's ARN.</param>
/// <param name="Prefix">Empty, or ending with <c>/</c>.</param>
public readonly record struct S3Location(string Bucket, string Prefix)
{
    /// <summary>As one writes it.</summary>
    public string Root => $"s3://{Bucket}/{Prefix}".TrimEnd('/');

    /// <summary>Takes <c>s3://bucket</c> and <c>s3://bucket/prefix</c> apart.</summary>
    /// <exception cref="StoreException">It names no bucket.</exception>
    public static S3Location Parse(string uri)
    {
        var path = uri["s3://".Length..];
        // An access point's ARN has a slash of its own: arn:aws:s3:us-west-2:111122223333:accesspoint/name
        var begin = path.StartsWith("arn:", StringComparison.Ordinal) && path.IndexOf('/') is > 0 and var inArn ? inArn + 1 : 0;
        var slash = path.IndexOf('/', begin);
        var (bucket, prefix) = slash < 0 ? (path, "") : (path[..slash], path[(slash + 1)..].TrimEnd('/'));
        return bucket.Length >= 3 && !bucket.Contains(' ', StringComparison.Ordinal)
            ? new(bucket, prefix.Length == 0 ? "" : prefix + "/")
            : throw new StoreException($"{uri}: expected s3://bucket/prefix, found {(bucket.Length == 0 ? "no bucket" : $"the bucket '{bucket}', which is no bucket's name")}.") { IsMisnamed = true };
    }
}
