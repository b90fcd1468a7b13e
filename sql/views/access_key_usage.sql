-- Which access keys were used, by whom, from where and for what?
-- One row per day and key; filter event_date to prune.
-- Topic: identity. Source: easttimor/aws-incident-response, access key usage.
-- Example: select user_access_key_id, user_arn, source_addresses from access_key_usage where is_long_term and source_address_count > 1
create or replace view access_key_usage as
select
    event_date,
    user_access_key_id,
    max(user_arn) as user_arn,
    user_access_key_id like 'AKIA%' as is_long_term,
    min(event_time) as first_event_time,
    max(event_time) as last_event_time,
    cast(count(*) as bigint) as event_count,
    cast(count(*) filter (where is_error) as bigint) as error_count,
    cast(count(distinct service) as bigint) as service_count,
    cast(count(distinct region) as bigint) as region_count,
    cast(count(distinct user_agent) as bigint) as user_agent_count,
    cast(count(distinct source_ip_address) as bigint) as source_address_count,
    array_join(array_sort(array_agg(distinct source_ip_address)), ', ') as source_addresses
from events
where user_access_key_id <> ''
group by event_date, user_access_key_id
