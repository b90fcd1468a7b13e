-- Which console sign-ins, role switches and other steps of signing in were there, and did they succeed?
-- One row per call; filter event_date and region to prune. A column is NULL where the call has no such field.
-- Topic: services. Source: AWS Sign-In user guide, "AWS Management Console sign-in events".
-- Example: select event_time, event_name, user_name, outcome, is_mfa_used from signin_calls order by event_time
create or replace view signin_calls as
select
    event_date,
    region,
    service,
    event_time,
    event_id,
    event_name,
    recipient_account_id,
    user_type,
    user_arn,
    user_access_key_id,
    session_issuer_arn,
    source_ip_address,
    user_agent,
    read_only,
    is_error,
    error_code,
    error_message,

    -- Who, and how it went. outcome is Success or Failure in AWS's words; is_failure also counts errors.
    user_name,
    is_root,
    coalesce(
        json_extract_scalar(response_elements, '$["ConsoleLogin"]'),
        json_extract_scalar(response_elements, '$["SwitchRole"]'),
        json_extract_scalar(response_elements, '$["ExitRole"]'),
        json_extract_scalar(response_elements, '$["RenewRole"]'),
        json_extract_scalar(response_elements, '$["CheckMfa"]'),
        json_extract_scalar(response_elements, '$["PasswordRecoveryRequested"]'),
        json_extract_scalar(response_elements, '$["PasswordRecoveryCompleted"]')
    ) as outcome,
    coalesce(json_extract_scalar(response_elements, '$["ConsoleLogin"]'), json_extract_scalar(response_elements, '$["SwitchRole"]'), json_extract_scalar(response_elements, '$["ExitRole"]'), json_extract_scalar(response_elements, '$["CheckMfa"]'), '') = 'Failure' or is_error as is_failure,

    -- How and where to.
    json_extract_scalar(additional_event_data, '$["MFAUsed"]') = 'Yes' as is_mfa_used,
    json_extract_scalar(additional_event_data, '$["MFAIdentifier"]') as mfa_identifier,
    json_extract_scalar(additional_event_data, '$["MfaType"]') as mfa_type,
    json_extract_scalar(additional_event_data, '$["MobileVersion"]') = 'Yes' as is_mobile,
    json_extract_scalar(additional_event_data, '$["LoginTo"]') as login_to,
    json_extract_scalar(additional_event_data, '$["SwitchFrom"]') as switch_from,
    json_extract_scalar(additional_event_data, '$["SwitchTo"]') as switch_to,
    json_extract_scalar(additional_event_data, '$["RedirectTo"]') as redirect_to
from events
where service = 'signin'
