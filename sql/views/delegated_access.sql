-- What did product providers do with permissions that were delegated to them for a time?
-- One row per call; filter service, event_date and region to prune.
-- Topic: identity. Source: CloudTrail user guide, "CloudTrail userIdentity element" (invokedByDelegate); IAM user guide, "Temporary delegation".
-- Example: select delegate_account_id, user_arn, service, event_name from delegated_access where not read_only
create or replace view delegated_access as
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
    user_invoked_by_delegate_account_id as delegate_account_id,
    read_only,
    is_error,
    error_code,
    error_message
from events
where user_invoked_by_delegate_account_id is not null
