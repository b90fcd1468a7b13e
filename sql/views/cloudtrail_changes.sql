-- Who changed, stopped or started CloudTrail itself?
-- One row per call; filter event_date and region to prune.
-- Topic: CIS monitoring. Source: CIS AWS Foundations Benchmark 3.0, 4.5.
-- Example: select event_time, user_arn, event_name, trail from cloudtrail_changes where stops_logging and not is_error
create or replace view cloudtrail_changes as
select
    event_date,
    region,
    service,
    event_time,
    event_id,
    recipient_account_id,
    event_name,
    user_type,
    user_arn,
    user_access_key_id,
    user_invoked_by,
    source_ip_address,
    user_agent,
    coalesce(
        json_extract_scalar(request_parameters, '$["name"]'),
        json_extract_scalar(request_parameters, '$["trailName"]'),
        json_extract_scalar(request_parameters, '$["eventDataStore"]')
    ) as trail,
    json_extract_scalar(response_elements, '$["trailARN"]') as trail_arn,
    coalesce(
        json_extract_scalar(request_parameters, '$["isMultiRegionTrail"]'),
        json_extract_scalar(response_elements, '$["isMultiRegionTrail"]')
    ) = 'true' as is_multi_region,
    coalesce(
        json_format(json_extract(request_parameters, '$["eventSelectors"]')),
        json_format(json_extract(request_parameters, '$["advancedEventSelectors"]'))
    ) as event_selectors,
    event_name in ('DeleteTrail', 'StopLogging', 'DeleteEventDataStore', 'StopEventDataStoreIngestion') as stops_logging,
    is_error,
    error_code,
    error_message
from events
where service = 'cloudtrail'
    and event_name in (
        'CreateTrail', 'UpdateTrail', 'DeleteTrail', 'StartLogging', 'StopLogging', 'PutEventSelectors', 'PutInsightSelectors', 'CreateEventDataStore',
        'UpdateEventDataStore', 'DeleteEventDataStore', 'RestoreEventDataStore', 'StartEventDataStoreIngestion', 'StopEventDataStoreIngestion'
    )
