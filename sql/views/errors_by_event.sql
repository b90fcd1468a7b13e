-- Which calls fail, with which error, how often, and for how many callers?
-- One row per day, region, service, event and error; filter event_date, region or service to prune.
-- Topic: activity. Source: aws-samples/cloud-trail-lake-query-samples, top errors.
-- Example: select error_code, service, event_name, sum(error_count) as errors from errors_by_event where error_code like '%Denied%' group by error_code, service, event_name order by errors desc
create or replace view errors_by_event as
select
    event_date,
    region,
    service,
    event_name,
    error_code,
    cast(count(*) as bigint) as error_count,
    cast(count(distinct coalesce(user_arn, user_principal_id, user_invoked_by)) as bigint) as caller_count,
    cast(count(distinct recipient_account_id) as bigint) as account_count,
    min(event_time) as first_event_time,
    max(event_time) as last_event_time,
    min(error_message) as error_message_example -- the first in the alphabet, so that the answer is always the same
from events
where is_error
group by event_date, region, service, event_name, error_code
