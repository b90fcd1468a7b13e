-- With which programs does each principal call, and which are rare for it?
-- One row per day, region, principal and program; filter event_date and region to prune.
-- Topic: network. Source: easttimor/aws-incident-response, user agents.
-- Example: select principal, program, min(first_event_time) as first_time, sum(event_count) as calls from user_agents group by principal, program order by calls
create or replace view user_agents as
select
    event_date,
    region,
    service,
    coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id) as principal,
    user_agent,
    regexp_extract(user_agent, '^\[?([^/ ]+)', 1) as program, -- what stands before the first slash
    cast(count(*) as bigint) as event_count,
    cast(count(*) filter (where is_error) as bigint) as error_count,
    cast(count(distinct source_ip_address) as bigint) as source_address_count,
    min(event_time) as first_event_time,
    max(event_time) as last_event_time
from events
where not is_aws_service
    and user_agent is not null
group by event_date, region, service, coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id), user_agent
