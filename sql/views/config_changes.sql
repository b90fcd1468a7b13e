-- Who changed or stopped AWS Config's recording?
-- One row per call; filter event_date and region to prune.
-- Topic: CIS monitoring. Source: CIS AWS Foundations Benchmark 3.0, 4.9.
-- Example: select event_time, user_arn, event_name, region from config_changes where stops_recording
create or replace view config_changes as
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
        json_extract_scalar(request_parameters, '$["configurationRecorderName"]'),
        json_extract_scalar(request_parameters, '$["configurationRecorder"]["name"]')
    ) as recorder_name,
    coalesce(
        json_extract_scalar(request_parameters, '$["deliveryChannelName"]'),
        json_extract_scalar(request_parameters, '$["deliveryChannel"]["name"]')
    ) as delivery_channel_name,
    event_name in ('StopConfigurationRecorder', 'DeleteConfigurationRecorder', 'DeleteDeliveryChannel') as stops_recording,
    is_error,
    error_code,
    error_message
from events
where service = 'config'
    and event_name in ('StopConfigurationRecorder', 'DeleteConfigurationRecorder', 'PutConfigurationRecorder', 'DeleteDeliveryChannel', 'PutDeliveryChannel')
