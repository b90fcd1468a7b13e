-- Which IAM calls were made, on which users, roles, groups, policies and keys?
-- One row per call; filter event_date and region to prune. A column is NULL where the call has no such field.
-- Topic: services. Source: IAM API reference.
-- Example: select event_time, user_arn, event_name, target_user_name, target_role_name from iam_calls where not read_only
create or replace view iam_calls as
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

    -- What the call worked on.
    coalesce(
        json_extract_scalar(request_parameters, '$["userName"]'),
        json_extract_scalar(response_elements, '$["user"]["userName"]')
    ) as target_user_name,
    coalesce(
        json_extract_scalar(request_parameters, '$["roleName"]'),
        json_extract_scalar(response_elements, '$["role"]["roleName"]')
    ) as target_role_name,
    json_extract_scalar(request_parameters, '$["groupName"]') as target_group_name,
    json_extract_scalar(request_parameters, '$["instanceProfileName"]') as instance_profile_name,
    json_extract_scalar(request_parameters, '$["path"]') as path,

    -- Policies.
    json_extract_scalar(request_parameters, '$["policyName"]') as policy_name,
    coalesce(json_extract_scalar(request_parameters, '$["policyArn"]'), json_extract_scalar(response_elements, '$["policy"]["arn"]')) as policy_arn,
    json_extract_scalar(request_parameters, '$["policyDocument"]') as policy_document,
    json_extract_scalar(request_parameters, '$["assumeRolePolicyDocument"]') as trust_policy,
    json_extract_scalar(request_parameters, '$["permissionsBoundary"]') as permissions_boundary,

    -- Credentials.
    coalesce(
        json_extract_scalar(response_elements, '$["accessKey"]["accessKeyId"]'),
        json_extract_scalar(request_parameters, '$["accessKeyId"]')
    ) as target_access_key_id,
    coalesce(
        json_extract_scalar(response_elements, '$["accessKey"]["status"]'),
        json_extract_scalar(request_parameters, '$["status"]')
    ) as target_status,
    json_extract_scalar(request_parameters, '$["serialNumber"]') as mfa_serial_number,
    json_extract_scalar(request_parameters, '$["passwordResetRequired"]') = 'true' as is_password_reset_required,

    -- Service-linked roles and identity providers.
    json_extract_scalar(request_parameters, '$["aWSServiceName"]') as linked_service,
    coalesce(
        json_extract_scalar(request_parameters, '$["sAMLProviderArn"]'),
        json_extract_scalar(response_elements, '$["sAMLProviderArn"]'),
        json_extract_scalar(request_parameters, '$["openIDConnectProviderArn"]'),
        json_extract_scalar(response_elements, '$["openIDConnectProviderArn"]')
    ) as provider_arn
from events
where service = 'iam'
