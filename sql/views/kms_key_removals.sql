-- Which KMS keys were disabled, or scheduled for deletion?
-- One row per call; filter event_date and region to prune.
-- deletion_date is text, as KMS spells it.
-- Topic: CIS monitoring. Source: CIS AWS Foundations Benchmark 3.0, 4.7.
-- Example: select event_time, user_arn, event_name, key_id, pending_window_days from kms_key_removals where not is_error
create or replace view kms_key_removals as
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
    json_extract_scalar(request_parameters, '$["keyId"]') as key_id,
    element_at(resource_arns, 1) as key_arn,
    try_cast(regexp_extract(json_extract_scalar(request_parameters, '$["pendingWindowInDays"]'), '^-?[0-9]+$') as bigint) as pending_window_days,
    json_extract_scalar(response_elements, '$["deletionDate"]') as deletion_date,
    is_error,
    error_code,
    error_message
from events
where service = 'kms'
    and event_name in ('DisableKey', 'ScheduleKeyDeletion', 'DeleteImportedKeyMaterial')
