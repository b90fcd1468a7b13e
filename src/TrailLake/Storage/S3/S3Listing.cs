using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace TrailLake.Storage.S3;

/// <summary>Lists a bucket, a page of 1,000 at a time; the next page is under way while one is looked at.</summary>
/// <param name="root">What all keys begin with; they are given without it.</param>
sealed class S3Listing(S3Bucket bucket, string root)
{
    /// <summary>Objects whose keys begin with a prefix, in the order of their UTF-8.</summary>
    public IEnumerable<StoredObject> List(string prefix) => Pages(prefix, null).SelectMany(Objects);

    /// <summary>What lies right in a folder.</summary>
    public IEnumerable<FolderItem> ListFolder(string folder) => Pages(folder, "/").SelectMany(page =>
        (page.CommonPrefixes ?? []).Select(key => new FolderItem(Below(key), null))
        .Concat(Objects(page).Select(item => new FolderItem(item.Key, item)))
        .OrderBy(item => item.Key, StringComparer.Ordinal));

    IEnumerable<ListObjectsV2Response> Pages(string prefix, string? delimiter)
    {
        var next = PageAsync(prefix, delimiter, null);
        while (next is not null)
        {
            var page = next.GetAwaiter().GetResult();
            next = page.IsTruncated == true ? PageAsync(prefix, delimiter, page.NextContinuationToken) : null;
            yield return page;
        }
    }

    Task<ListObjectsV2Response> PageAsync(string prefix, string? delimiter, string? from) => bucket.TryAsync("list", root + prefix, once =>
    {
        bucket.CountList();
        return bucket.Sdk.ListObjectsV2Async(new ListObjectsV2Request
        {
            BucketName = bucket.Name,
            Prefix = root + prefix,
            Delimiter = delimiter,
            ContinuationToken = from,
            Encoding = EncodingType.Url, // else a key with a control character makes an answer that is no XML
            ExpectedBucketOwner = bucket.Options.ExpectedBucketOwner,
            RequestPayer = bucket.Payer,
        }, once);
    }, default);

    IEnumerable<StoredObject> Objects(ListObjectsV2Response page)
    {
        foreach (var found in page.S3Objects ?? [])
        {
            var key = Below(found.Key);
            if (key.Length > 0 && !key.EndsWith('/')) // what consoles put where a folder would be
                yield return new(key, found.Size ?? 0, (found.ETag ?? "").Trim('"'), (found.LastModified ?? DateTime.UnixEpoch).ToUniversalTime());
        }
    }

    // As forms are encoded: a space comes as '+', and '+' as %2B.
    string Below(string encoded) => (encoded.AsSpan().ContainsAny('%', '+') ? WebUtility.UrlDecode(encoded) : encoded)[root.Length..];
}
