-- Who was made an administrator, and by whom?
-- One row per call; filter event_date to prune.
-- A policy document counts when one of its statements allows "*" on "*"; another statement may take that back. A group counts when admin is in its name.
-- Topic: identity. Source: turbot/tailpipe-mod-aws-cloudtrail-log-detections; aws-samples/cloud-trail-lake-query-samples, admin policy attached.
-- Example: select event_time, user_arn, granted_through, target_user_name, target_role_name from admin_grants where not is_error
create or replace view admin_grants as
with grants as (
    select
        event_date, region, service, event_time, event_id, recipient_account_id, event_name, user_type, user_arn, user_access_key_id, user_invoked_by,
        source_ip_address, user_agent,
        json_extract_scalar(request_parameters, '$["userName"]') as target_user_name,
        json_extract_scalar(request_parameters, '$["roleName"]') as target_role_name,
        json_extract_scalar(request_parameters, '$["groupName"]') as target_group_name,
        json_extract_scalar(request_parameters, '$["policyArn"]') as policy_arn,
        json_extract_scalar(request_parameters, '$["policyName"]') as policy_name,
        json_extract_scalar(request_parameters, '$["policyDocument"]') as policy_document,
        case
            when event_name in ('AttachUserPolicy', 'AttachRolePolicy', 'AttachGroupPolicy')
                and regexp_like(json_extract_scalar(request_parameters, '$["policyArn"]'), ':policy/(job-function/)?(AdministratorAccess|PowerUserAccess|IAMFullAccess|SystemAdministrator)$') then 'managed_policy'
            when event_name = 'AddUserToGroup' and regexp_like(lower(json_extract_scalar(request_parameters, '$["groupName"]')), 'admin') then 'group'
            when event_name in ('PutUserPolicy', 'PutRolePolicy', 'PutGroupPolicy', 'CreatePolicy', 'CreatePolicyVersion')
                and cardinality(filter(
                    coalesce(try_cast(json_extract(json_extract_scalar(request_parameters, '$["policyDocument"]'), '$["Statement"]') as json array), array[json_extract(json_extract_scalar(request_parameters, '$["policyDocument"]'), '$["Statement"]')]),
                    x -> json_extract_scalar(x, '$["Effect"]') = 'Allow'
                        and regexp_like(json_format(json_extract(x, '$["Action"]')), '"\*(:\*)?"')
                        and json_format(json_extract(x, '$["Resource"]')) like '%"*"%'
                )) > 0 then 'policy_document'
        end as granted_through,
        is_error, error_code, error_message
    from events
    where service = 'iam'
)
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
from grants
where granted_through is not null
