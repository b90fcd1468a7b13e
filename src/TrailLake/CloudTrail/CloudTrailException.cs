namespace TrailLake.CloudTrail;

/// <summary>Records cannot be read or written; the message names the object, what was expected, what was found, and what to do.</summary>
public sealed class CloudTrailException(string message, Exception? cause = null) : Exception(message, cause);
