-- What was changed by people and their programs, not by AWS services?
-- One row per call; filter service, event_date and region to prune.
-- Service-linked roles are left out too. A console call of older records is invokedBy signin.amazonaws.com, and stays. Records without readOnly (before 1.01 and some services) are not here.
-- Topic: activity. Source: CloudTrail user guide, "CloudTrail record contents" (readOnly, invokedBy).
-- Example: select event_time, user_arn, service, event_name from write_events where is_management and not is_error order by event_time desc limit 20
create or replace view write_events as
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
    coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id) as principal,
    coalesce(event_category = 'Management', management_event, true) as is_management, -- the category came with 1.07, the flag with 1.06
    coalesce(session_credential_from_console, session_console_credential, false) as is_console,
    is_error,
    error_code,
    error_message
from events
where not read_only
    and not is_aws_service
    and coalesce(event_type, '') <> 'AwsServiceEvent'
    and coalesce(session_issuer_arn, '') not like '%:role/aws-service-role/%'
