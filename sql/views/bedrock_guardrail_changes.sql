-- Who changed or removed Bedrock's guardrails or the logging of its models?
-- One row per call; filter event_date and region to prune.
-- Topic: evasion. Source: SigmaHQ and panther-labs/panther-analysis, Bedrock guardrail rules.
-- Example: select event_time, user_arn, event_name, guardrail_id from bedrock_guardrail_changes where not is_error
create or replace view bedrock_guardrail_changes as
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
    coalesce(
        json_extract_scalar(request_parameters, '$["guardrailIdentifier"]'),
        json_extract_scalar(response_elements, '$["guardrailId"]')
    ) as guardrail_id,
    json_extract_scalar(request_parameters, '$["name"]') as guardrail_name,
    event_name in ('DeleteGuardrail', 'DeleteModelInvocationLoggingConfiguration') as removes_protection,
    is_error,
    error_code,
    error_message
from events
where service = 'bedrock'
    and event_name in (
        'CreateGuardrail', 'UpdateGuardrail', 'DeleteGuardrail', 'CreateGuardrailVersion', 'PutModelInvocationLoggingConfiguration',
        'DeleteModelInvocationLoggingConfiguration'
    )
