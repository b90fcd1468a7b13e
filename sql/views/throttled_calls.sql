-- Which calls are throttled, and who makes too many?
-- One row per day, region, service, event, principal and error; filter event_date, region or service to prune.
-- Topic: hygiene. Source: Error codes of the AWS SDKs that count as throttling ("Retry behavior", AWS SDKs and tools reference).
-- Example: select service, event_name, principal, sum(event_count) as throttled from throttled_calls group by service, event_name, principal order by throttled desc
create or replace view throttled_calls as
select
    event_date,
    region,
    service,
    event_name,
    coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id) as principal,
    error_code,
    cast(count(*) as bigint) as event_count,
    min(event_time) as first_event_time,
    max(event_time) as last_event_time
from events
where regexp_like(error_code, 'Throttl|RequestLimitExceeded|TooManyRequests|SlowDown|BandwidthLimitExceeded|ProvisionedThroughputExceeded|PriorRequestNotComplete')
group by event_date, region, service, event_name, coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id), error_code
