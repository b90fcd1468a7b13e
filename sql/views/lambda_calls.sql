-- Which AWS Lambda calls were made, on which functions, with which code and permissions?
-- One row per call; filter event_date and region to prune. A column is NULL where the call has no such field.
-- Topic: services. Source: Lambda API reference; Lambda developer guide, "Logging AWS Lambda API calls".
-- Example: select event_time, user_arn, action, function_name, code_sha256 from lambda_calls where not read_only
create or replace view lambda_calls as
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

    -- The function. action is the event's name without the API's version.
    regexp_replace(event_name, '[0-9]{8}(v[0-9]+)?$', '') as action,
    json_extract_scalar(request_parameters, '$["functionName"]') as function_name,
    coalesce(json_extract_scalar(response_elements, '$["functionArn"]'), element_at(resource_arns, 1)) as function_arn,
    json_extract_scalar(response_elements, '$["version"]') as version,
    json_extract_scalar(request_parameters, '$["name"]') as alias_name,
    json_extract_scalar(request_parameters, '$["description"]') as description,

    -- Its code and configuration.
    coalesce(json_extract_scalar(request_parameters, '$["runtime"]'), json_extract_scalar(response_elements, '$["runtime"]')) as runtime,
    coalesce(json_extract_scalar(request_parameters, '$["handler"]'), json_extract_scalar(response_elements, '$["handler"]')) as handler,
    coalesce(json_extract_scalar(request_parameters, '$["role"]'), json_extract_scalar(response_elements, '$["role"]')) as role_arn,
    try_cast(regexp_extract(coalesce(json_extract_scalar(request_parameters, '$["memorySize"]'), json_extract_scalar(response_elements, '$["memorySize"]')), '^-?[0-9]+$') as bigint) as memory_mb,
    try_cast(regexp_extract(coalesce(json_extract_scalar(request_parameters, '$["timeout"]'), json_extract_scalar(response_elements, '$["timeout"]')), '^-?[0-9]+$') as bigint) as timeout_seconds,
    json_extract_scalar(response_elements, '$["codeSha256"]') as code_sha256,
    try_cast(regexp_extract(json_extract_scalar(response_elements, '$["codeSize"]'), '^-?[0-9]+$') as bigint) as code_bytes,
    json_format(json_extract(request_parameters, '$["layers"]')) as layers,

    -- Who may call it, and what does.
    json_extract_scalar(request_parameters, '$["principal"]') as permission_principal,
    json_extract_scalar(request_parameters, '$["action"]') as permission_action,
    json_extract_scalar(request_parameters, '$["statementId"]') as statement_id,
    coalesce(
        json_extract_scalar(request_parameters, '$["authType"]'),
        json_extract_scalar(request_parameters, '$["functionUrlAuthType"]')
    ) as url_auth_type,
    json_extract_scalar(request_parameters, '$["eventSourceArn"]') as event_source_arn
from events
where service = 'lambda'
