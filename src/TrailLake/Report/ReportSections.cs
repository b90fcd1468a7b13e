namespace TrailLake.Report;

/// <summary>What stands in a report, section by section: a name that the page knows, and the query over <see cref="ReportTables"/> that answers it.</summary>
static class ReportSections
{
    /// <summary>Rows that a list has at most; the page says of how many they are the busiest.</summary>
    const int Listed = 100;

    public static IReadOnlyList<(string Name, string Sql)> All { get; } =
    [
        ("totals", """
            select coalesce(sum(events), 0) as events, coalesce(sum(events) filter (where error_code is not null), 0) as errors, coalesce(sum(events) filter (where error_kind = 'denied'), 0) as denied,
                count(distinct service) as services, count(distinct region) as regions, count(distinct event_date) as days,
                (select count(distinct principal) from callers where event_date >= getvariable('since') and not is_aws_service) as principals,
                (select count(distinct account) from callers where event_date >= getvariable('since')) as accounts,
                (select count(distinct event_date) from calls where event_date < getvariable('since')) as history_days,
                (select count(*) from (select distinct principal, account from callers where event_date >= getvariable('since') and principal is not null and not is_aws_service)) as listed_principals,
                count(distinct (error_code, service)) filter (where error_code is not null) as listed_errors
            from days
            """),
        ("activity", "select bucket, named_service as service, sum(events) as events from days group by 1, 2 order by 1, 2"),
        ("hours", "select named_service as service, named_region as region, hour_of_day as hour, events from named_hours order by 1, 2, 3"),
        ("errors", "select bucket, named_service as service, error_kind as kind, sum(events) as events from days where error_kind is not null group by 1, 2, 3 order by 1, 2, 3"),
        ("error_codes", $"""
            select error_code, service, any_value(error_kind) as kind, sum(events) as events, min(event_date) as first_day, max(event_date) as last_day
            from days where error_code is not null group by 1, 2 order by 4 desc, 1, 2 limit {Listed}
            """),
        ("principals", $$"""
            with named as (select * from callers where event_date >= getvariable('since') and principal is not null and not is_aws_service),
            busiest as (select principal, account from named group by 1, 2 order by sum(events) desc, 1, 2 limit {{Listed}}), -- of millions, before their days are listed
            by_day as (
                select named.principal, named.account, event_date, max(kind) as kind, sum(events) as events, sum(errors) as errors, sum(denied) as denied, min(first_time) as first_time, max(last_time) as last_time
                from named join busiest on named.principal = busiest.principal and named.account is not distinct from busiest.account group by 1, 2, 3
            )
            select principal, account, max(kind) as kind, sum(events) as events, sum(errors) as errors, sum(denied) as denied, min(first_time) as first_time, max(last_time) as last_time,
                list([event_date, cast(events as varchar)] order by event_date) as days
            from by_day group by 1, 2 order by 4 desc, 1, 2
            """),
        ("new_principals", New("principal", "callers", "principal is not null and not is_aws_service", "account")),
        ("new_services", New("service", "calls", "true", "region")),
        ("new_regions", New("region", "calls", "true", "service")),
        ("new_programs", New("coalesce(nullif(system.main.regexp_extract(user_agent, '^\\[?([^/ ]+)', 1), ''), user_agent)", "programs", "true", "user_agent")), // program, as in user_agents
        // DuckDB's own functions and not Athena's, which match twice and fail at a time that is none.
        ("lag", """
            select strftime(day, '%Y-%m-%d') as delivered_day, files, quantiles[1] as median_minutes, quantiles[2] as slow_minutes, longest_minutes
            from (
                select cast(delivered as date) as day, count(*) as files, quantile_cont(lag_minutes, [0.5, 0.95]) as quantiles, max(lag_minutes) as longest_minutes
                from (
                    select delivered, date_diff('second', first_event_time, delivered) / 60.0 as lag_minutes
                    from (
                        select first_event_time, system.main.try_strptime(system.main.regexp_extract(object_key, '_([0-9]{8}T[0-9]{4})Z_[^/]*$', 1), '%Y%m%dT%H%M') as delivered
                        from ingested_objects where outcome = 'ingested' and first_event_time is not null
                    )
                )
                where cast(delivered as date) between cast(getvariable('since') as date) and cast(getvariable('until') as date) group by 1
            ) order by 1
            """),
        ("objects", "select outcome, count(*) as objects, sum(size_bytes) as bytes from ingested_objects group by 1 order by 2 desc, 1"),
        ("last_run", "select run_id, started_at, records_read, records_written, duplicates, records_quarantined, interrupted from ingest_runs order by started_at desc limit 1"),
    ];

    // New is what appears on a day of the period and on none of the days before it that were looked at. On a lake's first day everything would be.
    static string New(string name, string table, string condition, string detail) => $"""
        select {name} as name, min(event_date) as first_day, sum(events) as events, count(distinct event_date) as days, min({detail}) as detail
        from {table} where {condition} group by 1
        having min(event_date) >= getvariable('since') and min(event_date) > (select min(event_date) from calls)
        order by 2 desc, 3 desc, 1 limit {Listed}
        """;
}
