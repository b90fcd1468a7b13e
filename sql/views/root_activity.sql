-- What did the root users of the accounts do themselves?
-- One row per event; filter event_date to prune. What an AWS service did in the root user's name is left out.
-- A console call of older records is invokedBy signin.amazonaws.com, and stays.
-- Topic: CIS monitoring. Source: CIS AWS Foundations Benchmark 3.0, 4.3.
-- Example: select event_time, event_name, is_mfa_used from root_activity order by event_time
create or replace view root_activity as
select
    event_date,
    region,
    service,
    event_time,
    event_id,
    event_name,
    event_type,
    recipient_account_id,
    source_ip_address,
    user_agent,
    user_access_key_id,
    read_only,
    coalesce(
        session_mfa_authenticated,
        json_extract_scalar(additional_event_data, '$["MFAUsed"]') = 'Yes' -- a sign-in has no session yet
    ) as is_mfa_used,
    is_error,
    error_code,
    error_message
from events
where is_root
    and not is_aws_service
    and coalesce(event_type, '') <> 'AwsServiceEvent'
