-- Which AWS Systems Manager calls were made: which parameters, commands and sessions?
-- One row per call; filter event_date and region to prune. A column is NULL where the call has no such field.
-- Topic: services. Source: Systems Manager user guide, "Logging AWS Systems Manager API calls with AWS CloudTrail".
-- Example: select event_time, user_arn, event_name, document_name, instance_ids, session_target from ssm_calls where event_name in ('SendCommand', 'StartSession')
create or replace view ssm_calls as
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

    -- Parameters. parameter_names is a JSON list.
    coalesce(json_extract_scalar(request_parameters, '$["name"]'), json_extract_scalar(request_parameters, '$["path"]')) as parameter_name,
    json_format(json_extract(request_parameters, '$["names"]')) as parameter_names,
    json_extract_scalar(request_parameters, '$["withDecryption"]') = 'true' as is_with_decryption,
    json_extract_scalar(request_parameters, '$["type"]') as parameter_type,

    -- Commands and automations. instance_ids and targets are JSON lists.
    json_extract_scalar(request_parameters, '$["documentName"]') as document_name,
    json_extract_scalar(request_parameters, '$["documentVersion"]') as document_version,
    json_format(json_extract(request_parameters, '$["instanceIds"]')) as instance_ids,
    json_format(json_extract(request_parameters, '$["targets"]')) as targets,
    coalesce(
        json_extract_scalar(response_elements, '$["command"]["commandId"]'),
        json_extract_scalar(request_parameters, '$["commandId"]')
    ) as command_id,
    json_extract_scalar(response_elements, '$["command"]["status"]') as command_status,
    coalesce(
        json_extract_scalar(response_elements, '$["automationExecutionId"]'),
        json_extract_scalar(request_parameters, '$["automationExecutionId"]')
    ) as automation_execution_id,

    -- Sessions and managed instances.
    json_extract_scalar(request_parameters, '$["target"]') as session_target,
    coalesce(json_extract_scalar(response_elements, '$["sessionId"]'), json_extract_scalar(request_parameters, '$["sessionId"]')) as session_id,
    json_extract_scalar(request_parameters, '$["instanceId"]') as instance_id,
    user_invoked_by
from events
where service = 'ssm'
