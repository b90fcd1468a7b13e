-- Which AWS KMS calls were made, on which keys, through which service?
-- One row per call; filter event_date and region to prune. A column is NULL where the call has no such field.
-- Topic: services. Source: KMS developer guide, "Logging AWS KMS API calls with CloudTrail".
-- Example: select event_name, key_arn, user_invoked_by, count(*) as calls from kms_calls group by event_name, key_arn, user_invoked_by
create or replace view kms_calls as
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

    -- The key.
    json_extract_scalar(request_parameters, '$["keyId"]') as key_id,
    element_at(resource_arns, 1) as key_arn,
    json_extract_scalar(request_parameters, '$["aliasName"]') as alias_name,
    coalesce(
        json_extract_scalar(request_parameters, '$["keySpec"]'),
        json_extract_scalar(response_elements, '$["keyMetadata"]["keySpec"]')
    ) as key_spec,
    coalesce(
        json_extract_scalar(request_parameters, '$["keyUsage"]'),
        json_extract_scalar(response_elements, '$["keyMetadata"]["keyUsage"]')
    ) as key_usage,
    coalesce(
        json_extract_scalar(request_parameters, '$["origin"]'),
        json_extract_scalar(response_elements, '$["keyMetadata"]["origin"]')
    ) as key_origin,

    -- Its use. encryption_context is JSON.
    json_extract_scalar(request_parameters, '$["encryptionAlgorithm"]') as encryption_algorithm,
    json_format(json_extract(request_parameters, '$["encryptionContext"]')) as encryption_context,
    user_invoked_by,

    -- Who may use it, and its end.
    json_extract_scalar(request_parameters, '$["policy"]') as key_policy,
    json_extract_scalar(request_parameters, '$["granteePrincipal"]') as grantee_principal,
    json_format(json_extract(request_parameters, '$["operations"]')) as grant_operations,
    coalesce(json_extract_scalar(response_elements, '$["grantId"]'), json_extract_scalar(request_parameters, '$["grantId"]')) as grant_id,
    try_cast(regexp_extract(json_extract_scalar(request_parameters, '$["pendingWindowInDays"]'), '^-?[0-9]+$') as bigint) as pending_window_days,
    json_extract_scalar(response_elements, '$["deletionDate"]') as deletion_date,
    vpc_endpoint_id
from events
where service = 'kms'
