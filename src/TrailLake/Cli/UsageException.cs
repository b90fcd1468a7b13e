namespace TrailLake.Cli;

/// <summary>The program was called wrongly: the message says what was expected, what was found, and what to write. Exit status 64.</summary>
sealed class UsageException(string message) : Exception(message);
