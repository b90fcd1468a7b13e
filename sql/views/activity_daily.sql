-- How much happened on each day, in each account, region and service?
-- One row per day, account, region and service; filter event_date, region or service to prune.
-- Topic: activity. Source: turbot/tailpipe-mod-aws-cloudtrail-log-detections, activity dashboards.
-- Example: select event_date, sum(event_count) as events from activity_daily group by event_date order by event_date
create or replace view activity_daily as
with callers as ( -- few beside the events, which so are grouped once and not for each count of distinct ones
    select
        event_date,
        recipient_account_id,
        region,
        service,
        coalesce(user_arn, user_principal_id, user_invoked_by) as caller,
        source_ip_address,
        is_error,
        read_only,
        count(*) as events,
        min(event_time) as first_event_time,
        max(event_time) as last_event_time
    from events
    group by event_date, recipient_account_id, region, service, coalesce(user_arn, user_principal_id, user_invoked_by), source_ip_address, is_error, read_only
)
select
    event_date,
    recipient_account_id,
    region,
    service,
    cast(sum(events) as bigint) as event_count,
    cast(sum(case when is_error then events else 0 end) as bigint) as error_count,
    cast(sum(case when read_only then events else 0 end) as bigint) as read_count,
    cast(sum(case when not read_only then events else 0 end) as bigint) as write_count, -- older records do not say which they are: neither
    cast(count(distinct caller) as bigint) as caller_count,
    cast(count(distinct source_ip_address) as bigint) as source_address_count,
    min(first_event_time) as first_event_time,
    max(last_event_time) as last_event_time
from callers
group by event_date, recipient_account_id, region, service
