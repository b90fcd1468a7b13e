namespace TrailLake.Cli;

/// <summary>Standard error as a stream on which nothing fails: of a closed one, or one on a full disk, words are lost and not the work that they are about.</summary>
sealed class StandardError(Stream inner) : Stream
{
    /// <summary>Lets <see cref="Console.Error"/> write so.</summary>
    public static void Use() => Console.SetError(new StreamWriter(new StandardError(Console.OpenStandardError())) { AutoFlush = true });

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is nowhere left to say it.
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Every write has gone out.
    }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
