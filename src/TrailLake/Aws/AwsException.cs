namespace TrailLake.Aws;

/// <summary>A service of AWS did not give what it was asked for: the message says what, why, and what to do.</summary>
sealed class AwsException(string message, Exception? inner = null) : Exception(message, inner);
