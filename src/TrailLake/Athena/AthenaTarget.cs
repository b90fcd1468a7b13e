namespace TrailLake.Athena;

/// <summary>Where statements run.</summary>
/// <param name="Database">The database of the lake's tables.</param>
/// <param name="WorkGroup">The workgroup.</param>
/// <param name="OutputLocation">Where Athena writes its answers, such as <c>s3://bucket/athena/</c>; null for what the workgroup says.</param>
sealed record AthenaTarget(string Database, string WorkGroup, string? OutputLocation = null);
