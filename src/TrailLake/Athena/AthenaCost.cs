namespace TrailLake.Athena;

/// <summary>What a query costs at the price of most regions: $5 for each TB that it scans, at least 10 MB; DDL and failed queries cost nothing.</summary>
static class AthenaCost
{
    const decimal DollarsPerTerabyte = 5m;
    const long LeastBytes = 10L << 20, Megabyte = 1L << 20, Terabyte = 1L << 40;

    /// <summary>Dollars for a finished query.</summary>
    public static decimal Of(QueryExecution query)
    {
        var scanned = query.Statistics?.DataScannedInBytes ?? 0;
        return query.StatementType != "DML" ? 0 : DollarsPerTerabyte * Math.Max(LeastBytes, (scanned + Megabyte - 1) / Megabyte * Megabyte) / Terabyte;
    }
}
