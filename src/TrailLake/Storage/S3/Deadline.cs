namespace TrailLake.Storage.S3;

/// <summary>How long one request may take; what makes progress may go on.</summary>
sealed class Deadline(TimeSpan patience, CancellationTokenSource source)
{
    public static implicit operator CancellationToken(Deadline deadline) => deadline.Token;

    public CancellationToken Token => source.Token;

    /// <summary>Something came: the waiting begins anew.</summary>
    public void Extend() => source.CancelAfter(patience);
}
