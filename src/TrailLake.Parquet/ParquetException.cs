namespace TrailLake.Parquet;

/// <summary>A file that is not what it should be, or a promise to the writer that was not kept. The message names the file or
/// column, what was expected, what was found, and what that means.</summary>
public sealed class ParquetException : Exception
{
    /// <summary>An error with its message.</summary>
    public ParquetException(string message)
        : base(message) { }

    /// <summary>An error with its message and what caused it.</summary>
    public ParquetException(string message, Exception cause)
        : base(message, cause) { }
}
