namespace TrailLake;

/// <summary>A promise could not be kept. The message names the object, what was expected, what was found and what was left undone.</summary>
public sealed class LakeException(string message) : Exception(message);
