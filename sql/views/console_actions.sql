-- What was done by hand in the AWS console?
-- One row per call; filter service, event_date and region to prune.
-- Told by the session or the event's type where the record says it (1.08 and later), else by the program's name: a browser, or one of the console's own.
-- Topic: activity. Source: CloudTrail user guide, "CloudTrail record contents" (sessionCredentialFromConsole).
-- Example: select user_arn, service, event_name, count(*) as calls from console_actions where not read_only group by user_arn, service, event_name
create or replace view console_actions as
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
    read_only,
    coalesce(event_type, '') = 'AwsConsoleSignIn' as is_sign_in,
    is_error,
    error_code,
    error_message
from events
where (
        coalesce(session_credential_from_console, session_console_credential, false)
        or user_invoked_by = 'signin.amazonaws.com'
        or event_type = 'AwsConsoleAction'
        or user_agent like 'console.%amazonaws.com'
        or user_agent like '%S3Console/%'
        or user_agent like 'Mozilla/%'
    )
    and not is_aws_service
