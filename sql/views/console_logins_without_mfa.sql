-- Who signed in to the console without MFA, or tried to?
-- One row per sign-in; filter event_date to prune. A sign-in through an identity provider (is_federated) says No here whatever
-- the provider asked for, so look there too.
-- Topic: CIS monitoring. Source: CIS AWS Foundations Benchmark 3.0, 4.2.
-- Example: select event_time, user_arn from console_logins_without_mfa where not is_federated and not is_failure
create or replace view console_logins_without_mfa as
select
    event_date,
    region,
    service,
    event_time,
    event_id,
    recipient_account_id,
    user_type,
    user_name,
    user_arn,
    is_root,
    user_type not in ('Root', 'IAMUser') as is_federated,
    source_ip_address,
    user_agent,
    json_extract_scalar(additional_event_data, '$["LoginTo"]') as login_to,
    json_extract_scalar(additional_event_data, '$["MobileVersion"]') = 'Yes' as is_mobile,
    coalesce(json_extract_scalar(response_elements, '$["ConsoleLogin"]'), '') = 'Failure' or is_error as is_failure, -- not every failure has a message
    error_message
from events
where service = 'signin'
    and event_name = 'ConsoleLogin'
    and json_extract_scalar(additional_event_data, '$["MFAUsed"]') = 'No'
