namespace TrailLake.DuckDb;

/// <summary>What DuckDB says went wrong, in its own words: for SQL that is the kind of error, the message, and the line with
/// a caret under the place.</summary>
public sealed class DuckDbException(string message) : Exception(message);
