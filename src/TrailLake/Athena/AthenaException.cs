namespace TrailLake.Athena;

/// <summary>Athena did not do what it was asked: the message says what, why, and what to do.</summary>
sealed class AthenaException(string message, Exception? inner = null) : Exception(message, inner);
