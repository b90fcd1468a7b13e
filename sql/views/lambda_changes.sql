-- Who changed the code, configuration, permissions or URL of Lambda functions?
-- One row per call; filter event_date and region to prune.
-- Lambda's event names end in the API's version (UpdateFunctionCode20150331v2); action is without it.
-- Topic: data access. Source: Lambda developer guide, "Logging AWS Lambda API calls"; panther-labs/panther-analysis, Lambda rules.
-- Example: select event_time, user_arn, action, function_name from lambda_changes where is_public and not is_error
create or replace view lambda_changes as
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
    regexp_replace(event_name, '[0-9]{8}(v[0-9]+)?$', '') as action,
    json_extract_scalar(request_parameters, '$["functionName"]') as function_name,
    coalesce(json_extract_scalar(request_parameters, '$["role"]'), json_extract_scalar(response_elements, '$["role"]')) as role_arn,
    coalesce(json_extract_scalar(request_parameters, '$["runtime"]'), json_extract_scalar(response_elements, '$["runtime"]')) as runtime,
    json_extract_scalar(response_elements, '$["codeSha256"]') as code_sha256,
    json_format(json_extract(request_parameters, '$["layers"]')) as layers,
    json_extract_scalar(request_parameters, '$["principal"]') as permission_principal,
    coalesce(json_extract_scalar(request_parameters, '$["principal"]') = '*' or json_extract_scalar(request_parameters, '$["authType"]') = 'NONE' or json_extract_scalar(request_parameters, '$["functionUrlAuthType"]') = 'NONE', false) as is_public,
    is_error,
    error_code,
    error_message
from events
where service = 'lambda'
    and regexp_like(event_name, '^((Create|Update|Put|Delete)Function(Code|Configuration|UrlConfig|EventInvokeConfig|Concurrency|CodeSigningConfig)?|(Add|Remove)(LayerVersion)?Permission)([0-9]{8}(v[0-9]+)?)?$')
