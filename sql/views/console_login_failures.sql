-- Which sign-ins to the console failed, and for whom?
-- One row per sign-in; filter event_date to prune.
-- A failure says so in responseElements.ConsoleLogin; not every one has an errorMessage. A name that is no user's is hidden by AWS, for it may be a password.
-- Topic: CIS monitoring. Source: CIS AWS Foundations Benchmark 3.0, 4.6.
-- Example: select source_ip_address, count(*) as failures from console_login_failures group by source_ip_address order by failures desc
create or replace view console_login_failures as
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
    user_name,
    user_name = 'HIDDEN_DUE_TO_SECURITY_REASONS' as is_name_hidden,
    is_root,
    json_extract_scalar(additional_event_data, '$["MFAUsed"]') = 'Yes' as is_mfa_used,
    json_extract_scalar(additional_event_data, '$["LoginTo"]') as login_to,
    is_error,
    error_code,
    error_message
from events
where service = 'signin'
    and event_name = 'ConsoleLogin'
    and (json_extract_scalar(response_elements, '$["ConsoleLogin"]') = 'Failure' or is_error)
