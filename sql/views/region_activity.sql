-- In which regions does each account do anything, and is it more than reading?
-- One row per day, account and region; filter event_date and region to prune.
-- What AWS services do is left out: GuardDuty and Config look into every region. IAM, STS's global endpoint and other global services count as us-east-1.
-- Topic: activity. Source: aws-samples/cloud-trail-lake-query-samples, region usage.
-- Example: select region, sum(write_count) as writes, min(first_event_time) as first_time from region_activity group by region order by writes
create or replace view region_activity as
select
    event_date,
    recipient_account_id,
    region,
    cast(count(*) as bigint) as event_count,
    cast(count(*) filter (where not read_only) as bigint) as write_count,
    cast(count(*) filter (where is_error) as bigint) as error_count,
    cast(count(distinct service) as bigint) as service_count,
    cast(count(distinct coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id)) as bigint) as principal_count,
    min(event_time) as first_event_time,
    max(event_time) as last_event_time
from events
where not is_aws_service
    and coalesce(event_type, '') <> 'AwsServiceEvent'
group by event_date, recipient_account_id, region
