-- Which calls named which resource?
-- One row per event and resource that it names; filter service, event_date and region to prune.
-- Not every service lists its resources: EC2 and IAM name them in the request alone.
-- (Taken from the JSON and not from resource_arns: DuckDB lets no filter through an unnest of a list column.)
-- Topic: activity. Source: CloudTrail user guide, "CloudTrail record contents" (resources).
-- Example: select event_time, user_arn, event_name, source_ip_address from resource_access where resource_arn like 'arn:aws:kms:%' order by event_time
create or replace view resource_access as
select
    event_date,
    region,
    service,
    event_time,
    event_id,
    recipient_account_id,
    json_extract_scalar(resource, '$["ARN"]') as resource_arn,
    json_extract_scalar(resource, '$["type"]') as resource_type,
    json_extract_scalar(resource, '$["accountId"]') as resource_account_id,
    event_name,
    user_type,
    user_arn,
    user_access_key_id,
    user_invoked_by,
    source_ip_address,
    user_agent,
    read_only,
    is_error,
    error_code,
    error_message
from events
cross join unnest(try_cast(json_parse(resources) as json array)) as r (resource)
where json_extract_scalar(resource, '$["ARN"]') is not null
