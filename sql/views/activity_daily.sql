-- How much happened on each day, in each account, region and service?
-- One row per day, account, region and service; filter event_date, region or service to prune.
-- Topic: activity. Source: turbot/tailpipe-mod-aws-cloudtrail-log-detections, activity dashboards.
-- Example: select event_date, sum(event_count) as events from activity_daily group by event_date order by event_date
create or replace view activity_daily as
select
    event_date,
    recipient_account_id,
    region,
    service,
    cast(count(*) as bigint) as event_count,
    cast(count(*) filter (where is_error) as bigint) as error_count,
    cast(count(*) filter (where read_only) as bigint) as read_count,
    cast(count(*) filter (where not read_only) as bigint) as write_count, -- older records do not say which they are: neither
    cast(count(distinct coalesce(user_arn, user_principal_id, user_invoked_by)) as bigint) as caller_count,
    cast(count(distinct source_ip_address) as bigint) as source_address_count,
    min(event_time) as first_event_time,
    max(event_time) as last_event_time
from events
group by event_date, recipient_account_id, region, service
