-- From which public addresses do calls come, by how many principals, and how many fail?
-- One row per day, region and address; filter event_date and region to prune.
-- Names of AWS services and private addresses are left out.
-- Topic: network. Source: aws-samples/aws-security-analytics-bootstrap; easttimor/aws-incident-response.
-- Example: select source_ip_address, sum(event_count) as calls, sum(error_count) as errors from source_address_activity group by source_ip_address order by errors desc
create or replace view source_address_activity as
select
    event_date,
    region,
    source_ip_address,
    cast(count(*) as bigint) as event_count,
    cast(count(*) filter (where is_error) as bigint) as error_count,
    cast(count(*) filter (where not read_only) as bigint) as write_count,
    cast(count(distinct coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id)) as bigint) as principal_count,
    cast(count(distinct recipient_account_id) as bigint) as account_count,
    cast(count(distinct service) as bigint) as service_count,
    cast(count(distinct user_agent) as bigint) as user_agent_count,
    min(event_time) as first_event_time,
    max(event_time) as last_event_time
from events
where regexp_like(source_ip_address, '^[0-9]{1,3}(\.[0-9]{1,3}){3}$|^[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*$')
    and not regexp_like(source_ip_address, '^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|f[cd][0-9a-f]{2}:|fe80:|::1$)')
group by event_date, region, source_ip_address
