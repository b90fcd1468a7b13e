namespace TrailLake.Report;

/// <summary>What a report takes out of a lake's events: all of it in one pass over twelve columns, since a lake has many files and to open one costs as
/// much as to read it. What it leaves is small, and the sections sum it up.</summary>
static class ReportTables
{
    const string Caller = "coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id)";

    public const string IsDenied = "error_code like '%UnauthorizedOperation' or error_code like '%AccessDenied%'"; // as in access_denied_by_principal

    const string IsThrottled = // as in throttled_calls
        "regexp_matches(error_code, 'Throttl|RequestLimitExceeded|TooManyRequests|SlowDown|BandwidthLimitExceeded|ProvisionedThroughputExceeded|PriorRequestNotComplete')";

    /// <summary>How many services and regions get a name and a colour; the rest are summed up.</summary>
    const int NamedServices = 8, NamedRegions = 12;

    /// <summary>Makes the tables <c>calls</c>, <c>callers</c>, <c>programs</c> and <c>days</c>, in this order.</summary>
    public static IEnumerable<string> Statements(ReportPeriod period) =>
    [
        $"set variable history = '{ReportPeriod.Text(period.History)}'",
        $"set variable since = '{ReportPeriod.Text(period.Since)}'",
        $"set variable until = '{ReportPeriod.Text(period.Until)}'",
        $"""
        create temp table scanned as
        select event_date, service, region, hour_of_day, error_code, is_root, principal, account, kind, is_aws_service, user_agent, grouping(service, principal) as grain, count(*) as events,
            count(error_code) as errors, count(*) filter (where {IsDenied}) as denied, min(event_time) as first_time, max(event_time) as last_time
        from (
            select event_date, service, region, cast(hour(event_time) as integer) as hour_of_day, case when is_error then coalesce(error_code, '(no code)') end as error_code, is_root, {Caller} as principal,
                recipient_account_id as account, user_type as kind, coalesce(is_aws_service, false) as is_aws_service, case when is_aws_service then null else user_agent end as user_agent, event_time
            from events where event_date between getvariable('history') and getvariable('until')
        )
        group by grouping sets ((event_date, service, region, hour_of_day, error_code, is_root), (event_date, principal, account, kind, is_aws_service), (event_date, user_agent))
        """,
        "create temp view calls as select event_date, service, region, hour_of_day, error_code, is_root, events from scanned where grain = 1",
        "create temp view callers as select event_date, principal, account, kind, is_aws_service, events, errors, denied, first_time, last_time from scanned where grain = 2",
        "create temp view programs as select event_date, user_agent, events from scanned where grain = 3 and user_agent is not null",
        $"""
        create temp table days as
        select event_date, service, region, hour_of_day, events, error_code,
            {(period.IsHourly ? "event_date || 'T' || lpad(cast(hour_of_day as varchar), 2, '0')" : "event_date")} as bucket,
            case when error_code is null then null when {IsDenied} then 'denied' when {IsThrottled} then 'throttled' else 'other' end as error_kind,
            case when service in ({Named("service", NamedServices)}) then service end as named_service,
            case when region in ({Named("region", NamedRegions)}) then region end as named_region
        from calls where event_date >= getvariable('since')
        """,
    ];

    static string Named(string column, int count) =>
        $"select {column} from calls where event_date >= getvariable('since') group by {column} order by sum(events) desc, {column} limit {count}";
}
