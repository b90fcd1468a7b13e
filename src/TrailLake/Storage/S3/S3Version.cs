namespace TrailLake.Storage.S3;

/// <summary>Which version of an object an answer brought.</summary>
/// <param name="Md5">Its checksum, in hexadecimal digits; null where S3 does not tell.</param>
readonly record struct S3Version(long SizeBytes, string ETag, string? Md5)
{
    public const string WhyMd5 = "S3's checksum is MD5; it guards against accidents, not against attacks.";
}
