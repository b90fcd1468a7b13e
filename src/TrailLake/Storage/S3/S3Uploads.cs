using Amazon.S3;
using Amazon.S3.Model;

namespace TrailLake.Storage.S3;

/// <summary>Uploads in parts, which nobody sees before they are completed; one that is not given up is paid for as long as the bucket has it.</summary>
sealed class S3Uploads(S3Bucket bucket)
{
    /// <summary>Those under way for keys that begin so.</summary>
    public IEnumerable<MultipartUpload> Of(string prefix)
    {
        var request = new ListMultipartUploadsRequest { BucketName = bucket.Name, Prefix = prefix, ExpectedBucketOwner = bucket.Options.ExpectedBucketOwner, RequestPayer = bucket.Payer };
        while (true)
        {
            var page = bucket.TryAsync("list the uploads of", prefix, once => bucket.Sdk.ListMultipartUploadsAsync(request, once), default).GetAwaiter().GetResult();
            foreach (var upload in page.MultipartUploads ?? [])
                yield return upload;
            if (page.IsTruncated != true)
                yield break;
            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
    }

    /// <summary>Begins one, of a key that no other run writes; returns its name.</summary>
    public async Task<string> BeginAsync(string key)
    {
        var begun = await bucket.TryAsync("write", key, async once => (await bucket.Sdk.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest
        {
            BucketName = bucket.Name,
            Key = key,
            ServerSideEncryptionMethod = bucket.Options.Encryption is { } method ? ServerSideEncryptionMethod.FindValue(method) : null,
            ServerSideEncryptionKeyManagementServiceKeyId = bucket.Options.KmsKeyId,
            ExpectedBucketOwner = bucket.Options.ExpectedBucketOwner,
            RequestPayer = bucket.Payer,
        }, once)).UploadId, default);
        foreach (var lost in Of(key).Where(upload => upload.Key == key && upload.UploadId != begun).ToList()) // where an answer was lost
            await GiveUpAsync(key, lost.UploadId);
        return begun;
    }

    /// <summary>Makes the object of its parts.</summary>
    /// <remarks>Where the answer is lost, the next try is told that there is no such upload: then the object must be there as it was sent.</remarks>
    public Task<bool> CompleteAsync(string key, string uploadId, PartETag[] parts, long length)
    {
        var tries = 0;
        return bucket.TryAsync("write", key, async once =>
        {
            tries++;
            try
            {
                await bucket.Sdk.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
                {
                    BucketName = bucket.Name, Key = key, UploadId = uploadId, PartETags = [.. parts], ExpectedBucketOwner = bucket.Options.ExpectedBucketOwner, RequestPayer = bucket.Payer,
                }, once);
                return true;
            }
            catch (AmazonS3Exception failure) when (failure.ErrorCode == "NoSuchUpload" && tries > 1)
            {
                return await bucket.SizeAsync(key) == length ? true : throw new StoreException($"{bucket.Locate(key)}: expected the upload under way, found it given up by another run; run again.", failure);
            }
        }, default);
    }

    /// <summary>Gives one up; a run that is to end does so too.</summary>
    public Task GiveUpAsync(string key, string uploadId) => bucket.TryAsync("give up", key, once => bucket.Sdk.AbortMultipartUploadAsync(new AbortMultipartUploadRequest
    {
        BucketName = bucket.Name, Key = key, UploadId = uploadId, ExpectedBucketOwner = bucket.Options.ExpectedBucketOwner, RequestPayer = bucket.Payer,
    }, once), default, S3Bucket.LastWords);

    /// <summary>Gives one up that failed: why it did says more than why this does, and the next run does it again.</summary>
    public async Task TryGiveUpAsync(string key, string uploadId)
    {
        try
        {
            await GiveUpAsync(key, uploadId);
        }
        catch (Exception failure) when (failure is StoreException or OperationCanceledException)
        {
        }
    }
}
