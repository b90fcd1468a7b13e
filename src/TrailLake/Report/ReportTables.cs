namespace TrailLake.Report;

/// <summary>What a report's sections sum up, made of what a scan has counted (see <see cref="ScanTables"/>): small tables.</summary>
static class ReportTables
{
    /// <summary>The condition of <c>access_denied_by_principal</c>.</summary>
    public const string IsDenied = "error_code like '%UnauthorizedOperation' or error_code like '%AccessDenied%'";

    /// <summary>The condition of <c>throttled_calls</c>.</summary>
    public const string IsThrottled =
        "regexp_like(error_code, 'Throttl|RequestLimitExceeded|TooManyRequests|SlowDown|BandwidthLimitExceeded|ProvisionedThroughputExceeded|PriorRequestNotComplete')";

    /// <summary>How many services and regions get a name and a colour; the rest are summed up.</summary>
    const int NamedServices = 8, NamedRegions = 12;

    /// <summary>Makes <c>callers</c>, <c>days</c> and <c>named_hours</c>, in this order.</summary>
    public static IEnumerable<string> Statements(ReportPeriod period) =>
    [
        $"set variable since = '{ReportPeriod.Text(period.Since)}'",
        $"set variable until = '{ReportPeriod.Text(period.Until)}'",
        $"""
        create temp view callers as
        select event_date, principal, account, kind, is_aws_service, events, case when error_code is not null then events else 0 end as errors,
            case when {IsDenied} then events else 0 end as denied, first_time, last_time
        from caller_parts
        """,
        $"""
        create temp table days as
        select event_date, service, region, hour_of_day, events, error_code,
            {(period.IsHourly ? "event_date || 'T' || lpad(cast(hour_of_day as varchar), 2, '0')" : "event_date")} as bucket,
            case when error_code is null then null when {IsDenied} then 'denied' when {IsThrottled} then 'throttled' else 'other' end as error_kind,
            case when service in ({Named("service", NamedServices)}) then service end as named_service,
            case when region in ({Named("region", NamedRegions)}) then region end as named_region
        from calls where event_date >= getvariable('since')
        """,
        """
        create temp view named_hours as
        select named_service, named_region, hour_of_day, sum(events) as events
        from hours left join (select distinct service, named_service from days) using (service) left join (select distinct region, named_region from days) using (region) group by 1, 2, 3
        """,
    ];

    static string Named(string column, int count) =>
        $"select {column} from calls where event_date >= getvariable('since') group by {column} order by sum(events) desc, {column} limit {count}";
}
