-- What was done in root sessions of member accounts (AssumeRoot)?
-- One row per event; filter service, event_date and region to prune.
-- Topic: identity. Source: IAM user guide, "Track privileged tasks in CloudTrail"; STS API reference, AssumeRoot.
-- Example: select event_time, recipient_account_id, event_name, task_policy_arn from root_sessions order by event_time
create or replace view root_sessions as
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
    is_root,
    json_extract_scalar(request_parameters, '$["targetPrincipal"]') as target_account_id,
    json_extract_scalar(request_parameters, '$["taskPolicyArn"]["arn"]') as task_policy_arn,
    json_extract_scalar(response_elements, '$["credentials"]["accessKeyId"]') as issued_access_key_id,
    is_error,
    error_code,
    error_message
from events
where (session_assumed_root or (service = 'sts' and event_name = 'AssumeRoot'))
