-- What did each principal do on each day: how much, how often in vain, from how many places?
-- One row per day, region, account and principal; filter event_date and region to prune.
-- Topic: identity. Source: aws-samples/aws-security-analytics-bootstrap, CloudTrail queries.
-- Example: select event_date, principal, event_count, error_count from principal_activity where error_count > 0 order by error_count desc
create or replace view principal_activity as
select
    event_date,
    region,
    recipient_account_id,
    coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id) as principal,
    min(event_time) as first_event_time,
    max(event_time) as last_event_time,
    cast(count(*) as bigint) as event_count,
    cast(count(*) filter (where is_error) as bigint) as error_count,
    cast(count(*) filter (where not read_only) as bigint) as write_count,
    cast(count(distinct service) as bigint) as service_count,
    cast(count(distinct source_ip_address) as bigint) as source_address_count,
    cast(count(distinct user_agent) as bigint) as user_agent_count
from events
where not is_aws_service
group by event_date, region, recipient_account_id, coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id)
