using System.Buffers;
using Amazon.S3.Model;

namespace TrailLake.Storage.S3;

/// <summary>An object that grows in a local file and is uploaded when it is committed: in one PUT, and above 64 MB in parts, which nobody
/// sees before the last step.</summary>
sealed class S3Write(S3Bucket bucket, string key, string path, Action<string> committed) : ObjectWrite
{
    const long OnePutBytes = 64 << 20;
    const int HeldBytes = 1 << 20;       // smaller ones are read once, larger ones twice, for the hash
    const int LeastPartBytes = 16 << 20;
    const int MaxParts = 10_000;

    static readonly SemaphoreSlim s_parts = new(4); // parts in memory, of all objects

    readonly LocalWrite _file = new(path, path + ".whole", $"{path} (where s3://{bucket.Name}/{key} waits to be uploaded; TMPDIR names another folder)");
    readonly S3Uploads _uploads = new(bucket);
    long _length;
    bool _isDone;

    public override void Append(ReadOnlySpan<byte> content)
    {
        _file.Append(content);
        _length += content.Length;
    }

    public override void ReadBack(long offset, Span<byte> target) => _file.ReadBack(offset, target);

    public override void Commit() => CommitAsync().GetAwaiter().GetResult();

    /// <summary>Uploads the file, and removes it.</summary>
    public async Task CommitAsync()
    {
        ObjectDisposedException.ThrowIf(_isDone, this);
        _isDone = true;
        _file.Commit();
        var whole = path + ".whole";
        try
        {
            if (_length > OnePutBytes)
                await UploadPartsAsync(whole);
            else
                await bucket.PutAsync(key, _length > HeldBytes ? () => S3Content.OfFile(whole) : () => S3Content.Of(File.ReadAllBytes(whole)));
            committed(key);
        }
        finally
        {
            File.Delete(whole);
        }
    }

    public override void Abort()
    {
        if (_isDone)
            return;
        _isDone = true;
        _file.Abort();
    }

    async Task UploadPartsAsync(string whole)
    {
        var uploadId = await _uploads.BeginAsync(key);
        try
        {
            var partBytes = (int)Math.Max(LeastPartBytes, (_length + MaxParts - 1) / MaxParts);
            var count = (int)((_length + partBytes - 1) / partBytes);
            var parts = await Task.WhenAll(Enumerable.Range(0, count).Select(part => UploadPartAsync(whole, uploadId, part, partBytes)));
            await _uploads.CompleteAsync(key, uploadId, parts, _length);
        }
        catch
        {
            await _uploads.TryGiveUpAsync(key, uploadId);
            throw;
        }
    }

    async Task<PartETag> UploadPartAsync(string whole, string uploadId, int part, int partBytes)
    {
        await s_parts.WaitAsync();
        try
        {
            var offset = (long)part * partBytes;
            var bytes = new byte[(int)Math.Min(partBytes, _length - offset)];
            LocalRead.At(whole, whole, offset, bytes);
            return new PartETag(part + 1, await bucket.PutPartAsync(key, uploadId, part + 1, bytes));
        }
        finally
        {
            s_parts.Release();
        }
    }
}
