-- Who changed which IAM policy, or what it is attached to?
-- One row per call; filter event_date and region to prune.
-- Beyond CIS's list: default versions, trust policies and permissions boundaries.
-- Topic: CIS monitoring. Source: CIS AWS Foundations Benchmark 3.0, 4.4.
-- Example: select event_time, user_arn, event_name, coalesce(policy_arn, policy_name) as policy from iam_policy_changes where not is_error order by event_time
create or replace view iam_policy_changes as
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
    coalesce(json_extract_scalar(request_parameters, '$["policyArn"]'), json_extract_scalar(response_elements, '$["policy"]["arn"]')) as policy_arn,
    json_extract_scalar(request_parameters, '$["policyName"]') as policy_name,
    json_extract_scalar(request_parameters, '$["userName"]') as target_user_name,
    json_extract_scalar(request_parameters, '$["roleName"]') as target_role_name,
    json_extract_scalar(request_parameters, '$["groupName"]') as target_group_name,
    json_extract_scalar(request_parameters, '$["policyDocument"]') as policy_document,
    is_error,
    error_code,
    error_message
from events
where service = 'iam'
    and event_name in (
        'PutGroupPolicy', 'PutRolePolicy', 'PutUserPolicy', 'DeleteGroupPolicy', 'DeleteRolePolicy', 'DeleteUserPolicy', 'CreatePolicy', 'DeletePolicy',
        'CreatePolicyVersion', 'DeletePolicyVersion', 'SetDefaultPolicyVersion', 'AttachGroupPolicy', 'AttachRolePolicy', 'AttachUserPolicy',
        'DetachGroupPolicy', 'DetachRolePolicy', 'DetachUserPolicy', 'UpdateAssumeRolePolicy', 'PutRolePermissionsBoundary', 'PutUserPermissionsBoundary',
        'DeleteRolePermissionsBoundary', 'DeleteUserPermissionsBoundary'
    )
