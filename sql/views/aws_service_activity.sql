-- What did AWS services do by themselves, and what in somebody's name?
-- One row per day, region, account, calling service, called service and event; filter event_date, region or service to prune.
-- Topic: activity. Source: CloudTrail user guide, "CloudTrail userIdentity element" (invokedBy); IAM user guide, "Forward access sessions".
-- Example: select invoked_by, service, event_name, sum(event_count) as calls from aws_service_activity group by invoked_by, service, event_name order by calls desc
create or replace view aws_service_activity as
select
    event_date,
    region,
    recipient_account_id,
    coalesce(user_invoked_by, source_ip_address) as invoked_by,
    service,
    event_name,
    cast(count(*) as bigint) as event_count,
    cast(count(*) filter (where user_type <> 'AWSService') as bigint) as in_a_name_count,
    cast(count(*) filter (where is_error) as bigint) as error_count,
    cast(count(*) filter (where not read_only) as bigint) as write_count
from events
where is_aws_service
group by event_date, region, recipient_account_id, coalesce(user_invoked_by, source_ip_address), service, event_name
