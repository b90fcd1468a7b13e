namespace TrailLake.Cli;

/// <summary>Standard error as a stream on which nothing fails: of a closed one, or one on a full disk, words are lost and not the work that they are about.</summary>
sealed class StandardError(Stream inner) : WriteOnlyStream
{
    /// <summary>Lets <see cref="Console.Error"/> write so.</summary>
    public static void Use() => Console.SetError(new StreamWriter(new StandardError(Open())) { AutoFlush = true });

    // A closed one cannot be opened where another is closed, too; where it alone is, a file of .NET's own has its number.
    static Stream Open()
    {
        try
        {
            return Console.OpenStandardError();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Stream.Null;
        }
    }

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
