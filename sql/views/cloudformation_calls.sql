-- Which AWS CloudFormation calls were made, on which stacks, with which templates and roles?
-- One row per call; filter event_date and region to prune. A column is NULL where the call has no such field.
-- Topic: services. Source: CloudFormation API reference.
-- Example: select event_time, user_arn, event_name, stack_name from cloudformation_calls where not read_only
create or replace view cloudformation_calls as
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

    -- The stack.
    json_extract_scalar(request_parameters, '$["stackName"]') as stack_name,
    json_extract_scalar(response_elements, '$["stackId"]') as stack_id,
    json_extract_scalar(request_parameters, '$["stackSetName"]') as stack_set_name,
    json_extract_scalar(request_parameters, '$["changeSetName"]') as change_set_name,

    -- What it is made of. capabilities is a JSON list.
    json_extract_scalar(request_parameters, '$["templateURL"]') as template_url,
    json_extract_scalar(request_parameters, '$["roleARN"]') as role_arn,
    json_format(json_extract(request_parameters, '$["capabilities"]')) as capabilities,
    json_extract_scalar(request_parameters, '$["disableRollback"]') = 'true' as is_rollback_disabled,
    json_extract_scalar(request_parameters, '$["enableTerminationProtection"]') = 'true' as is_termination_protected,
    json_extract_scalar(request_parameters, '$["clientRequestToken"]') as client_request_token,
    user_invoked_by
from events
where service = 'cloudformation'
