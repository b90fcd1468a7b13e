-- Which events make the most records and text: what would be worth leaving out of the trail?
-- One row per day, region, service, event and category; filter event_date, region or service to prune.
-- Topic: hygiene. Source: CloudTrail user guide, "Logging management events" (excluding events).
-- Example: select service, event_name, sum(event_count) as events, sum(json_characters) as characters from noisiest_events group by service, event_name order by events desc limit 10
create or replace view noisiest_events as
select
    event_date,
    region,
    service,
    event_name,
    event_category,
    cast(count(*) as bigint) as event_count,
    cast(count(*) filter (where is_aws_service) as bigint) as aws_service_count,
    cast(count(*) filter (where read_only) as bigint) as read_count,
    cast(count(*) filter (where is_error) as bigint) as error_count,
    cast(count(distinct coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id)) as bigint) as principal_count,
    cast(sum(
        coalesce(length(request_parameters), 0) + coalesce(length(response_elements), 0)
        + coalesce(length(additional_event_data), 0) + coalesce(length(service_event_details), 0)
    ) as bigint) as json_characters -- of the four largest fields
from events
group by event_date, region, service, event_name, event_category
