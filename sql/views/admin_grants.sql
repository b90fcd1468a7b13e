-- Who was made an administrator, and by whom?
-- One row per call; filter event_date to prune.
-- A policy document counts when it allows "*" on "*" somewhere: read it, another statement may take that back. A group counts when admin is in its name.
-- Topic: identity. Source: turbot/tailpipe-mod-aws-cloudtrail-log-detections; aws-samples/cloud-trail-lake-query-samples, admin policy attached.
-- Example: select event_time, user_arn, granted_through, target_user_name, target_role_name from admin_grants where not is_error
create or replace view admin_grants as
with grants as (
    select
        event_date, region, event_time, event_id, recipient_account_id, event_name, user_type, user_arn, user_access_key_id, source_ip_address,
        json_extract_scalar(request_parameters, '$["userName"]') as target_user_name,
        json_extract_scalar(request_parameters, '$["roleName"]') as target_role_name,
        json_extract_scalar(request_parameters, '$["groupName"]') as target_group_name,
        json_extract_scalar(request_parameters, '$["policyArn"]') as policy_arn,
        json_extract_scalar(request_parameters, '$["policyName"]') as policy_name,
        json_extract_scalar(request_parameters, '$["policyDocument"]') as policy_document,
        is_error, error_code, error_message
    from events
    where service = 'iam'
),
judged as (
    select
        event_date, region, event_time, event_id, recipient_account_id, event_name, user_type, user_arn, user_access_key_id, source_ip_address,
        case
            when event_name in ('AttachUserPolicy', 'AttachRolePolicy', 'AttachGroupPolicy')
                and regexp_like(policy_arn, ':policy/(job-function/)?(AdministratorAccess|PowerUserAccess|IAMFullAccess|SystemAdministrator)$') then 'managed_policy'
            when event_name = 'AddUserToGroup' and regexp_like(lower(target_group_name), 'admin') then 'group'
            when event_name in ('PutUserPolicy', 'PutRolePolicy', 'PutGroupPolicy', 'CreatePolicy', 'CreatePolicyVersion')
                and regexp_like(policy_document, '"Effect"\s*:\s*"Allow"')
                and regexp_like(policy_document, '"Action"\s*:\s*(\[\s*)?"\*"')
                and regexp_like(policy_document, '"Resource"\s*:\s*(\[\s*)?"\*"') then 'policy_document'
        end as granted_through,
        target_user_name, target_role_name, target_group_name, policy_arn, policy_name, policy_document, is_error, error_code, error_message
    from grants
)
select
    event_date,
    region,
    event_time,
    event_id,
    recipient_account_id,
    event_name,
    user_type,
    user_arn,
    user_access_key_id,
    source_ip_address,
    granted_through,
    target_user_name,
    target_role_name,
    target_group_name,
    policy_arn,
    policy_name,
    policy_document,
    is_error,
    error_code,
    error_message
from judged
where granted_through is not null
