-- Which AWS Secrets Manager calls were made, on which secrets?
-- One row per call; filter event_date and region to prune. A column is NULL where the call has no such field.
-- Topic: services. Source: Secrets Manager user guide, "Log AWS Secrets Manager events with AWS CloudTrail".
-- Example: select event_time, user_arn, event_name, secret_id from secretsmanager_calls where not read_only
create or replace view secretsmanager_calls as
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

    -- The secret. secret_ids is a JSON list.
    coalesce(json_extract_scalar(request_parameters, '$["secretId"]'), json_extract_scalar(request_parameters, '$["name"]')) as secret_id,
    json_format(json_extract(request_parameters, '$["secretIdList"]')) as secret_ids,
    coalesce(
        json_extract_scalar(response_elements, '$["aRN"]'),
        json_extract_scalar(response_elements, '$["arn"]'),
        element_at(resource_arns, 1)
    ) as secret_arn,
    coalesce(json_extract_scalar(request_parameters, '$["versionId"]'), json_extract_scalar(response_elements, '$["versionId"]')) as version_id,
    json_extract_scalar(request_parameters, '$["versionStage"]') as version_stage,
    json_extract_scalar(request_parameters, '$["kmsKeyId"]') as kms_key_id,

    -- Rotation, removal and who may.
    json_extract_scalar(request_parameters, '$["rotationLambdaARN"]') as rotation_lambda_arn,
    try_cast(regexp_extract(json_extract_scalar(request_parameters, '$["recoveryWindowInDays"]'), '^-?[0-9]+$') as bigint) as recovery_window_days,
    json_extract_scalar(request_parameters, '$["forceDeleteWithoutRecovery"]') = 'true' as is_forced_deletion,
    json_extract_scalar(request_parameters, '$["resourcePolicy"]') as resource_policy,
    user_invoked_by
from events
where service = 'secretsmanager'
