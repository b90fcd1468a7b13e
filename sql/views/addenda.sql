-- Which events came late or corrected others?
-- One row per event with an addendum; filter service, event_date and region to prune.
-- Where supersedes is true, the event original_event_id is in the lake too: leave it out of counts (`event_id not in (select original_event_id from addenda where supersedes)`).
-- Topic: hygiene. Source: CloudTrail user guide, "CloudTrail record contents" (addendum).
-- Example: select event_time, event_name, reason, updated_fields, original_event_id from addenda
create or replace view addenda as
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
    addendum_reason as reason,
    addendum_updated_fields as updated_fields,
    addendum_original_event_id as original_event_id,
    addendum_original_request_id as original_request_id,
    addendum_reason = 'UPDATED_DATA' and addendum_original_event_id is not null as supersedes,
    is_error,
    error_code,
    error_message
from events
where addendum_reason is not null
