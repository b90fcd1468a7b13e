-- At which hours of which days is each account worked in, with which services?
-- One row per day, region, service, account and hour in UTC; filter service, event_date and region to prune.
-- What AWS services do is left out: they never sleep.
-- Topic: activity. Source: turbot/tailpipe-mod-aws-cloudtrail-log-detections, off-hours detections.
-- Example: select event_date, hour_of_day, write_count from activity_by_hour where is_weekend or hour_of_day < 6 order by event_date, hour_of_day
create or replace view activity_by_hour as
select
    event_date,
    region,
    service,
    recipient_account_id,
    cast(hour(event_time) as bigint) as hour_of_day,
    day_of_week(event_time) >= 6 as is_weekend,
    cast(count(*) as bigint) as event_count,
    cast(count(*) filter (where not read_only) as bigint) as write_count,
    cast(count(*) filter (where is_error) as bigint) as error_count,
    cast(count(distinct coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id)) as bigint) as principal_count
from events
where not is_aws_service
    and coalesce(event_type, '') <> 'AwsServiceEvent'
group by event_date, region, service, recipient_account_id, hour(event_time), day_of_week(event_time) >= 6
