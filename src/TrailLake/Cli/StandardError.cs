namespace TrailLake.Cli;

/// <summary>Standard error as a stream on which nothing fails: of a closed one, or one on a full disk, words are lost and not the work that they are about.</summary>
sealed class StandardError(Stream inner) : WriteOnlyStream
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
}
