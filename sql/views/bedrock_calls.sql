-- Which Amazon Bedrock calls were made, on which models, guardrails, agents and knowledge bases?
-- One row per call; filter event_date and region to prune. A column is NULL where the call has no such field.
-- Topic: services. Source: Bedrock user guide, "Monitor Amazon Bedrock API calls using CloudTrail".
-- Example: select model_id, user_arn, count(*) as calls from bedrock_calls where model_id is not null group by model_id, user_arn
create or replace view bedrock_calls as
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

    -- Models. inference_region is where a cross-region profile sent the call.
    coalesce(json_extract_scalar(request_parameters, '$["modelId"]'), json_extract_scalar(request_parameters, '$["modelIdentifier"]')) as model_id,
    json_extract_scalar(additional_event_data, '$["inferenceRegion"]') as inference_region,
    json_extract_scalar(request_parameters, '$["inferenceProfileIdentifier"]') as inference_profile_id,
    json_extract_scalar(request_parameters, '$["jobName"]') as job_name,
    json_extract_scalar(request_parameters, '$["provisionedModelName"]') as provisioned_model_name,

    -- Guardrails.
    coalesce(
        json_extract_scalar(request_parameters, '$["guardrailIdentifier"]'),
        json_extract_scalar(response_elements, '$["guardrailId"]')
    ) as guardrail_id,
    coalesce(json_extract_scalar(request_parameters, '$["guardrailVersion"]'), json_extract_scalar(response_elements, '$["version"]')) as guardrail_version,
    json_extract_scalar(request_parameters, '$["name"]') as guardrail_name,

    -- Agents and knowledge bases.
    json_extract_scalar(request_parameters, '$["agentId"]') as agent_id,
    json_extract_scalar(request_parameters, '$["agentAliasId"]') as agent_alias_id,
    json_extract_scalar(request_parameters, '$["sessionId"]') as session_id,
    coalesce(
        json_extract_scalar(request_parameters, '$["knowledgeBaseId"]'),
        json_extract_scalar(request_parameters, '$["retrieveAndGenerateConfiguration"]["knowledgeBaseConfiguration"]["knowledgeBaseId"]')
    ) as knowledge_base_id,
    user_invoked_by
from events
where service = 'bedrock'
