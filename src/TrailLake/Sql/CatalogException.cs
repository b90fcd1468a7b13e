namespace TrailLake.Sql;

/// <summary>A lake that cannot be asked: it is not there, or a file of it is no such file as it should be.</summary>
public sealed class CatalogException(string message) : Exception(message);
