-- Which Amazon Lookout for Vision calls were made, on which projects, data sets and models?
-- One row per call; filter event_date and region to prune. A column is NULL where the call has no such field.
-- The example in the guide shows an answer's fields at the top; the API nests them under …Metadata. Both are read.
-- Topic: services. Source: Lookout for Vision developer guide, "Logging Amazon Lookout for Vision API calls with AWS CloudTrail".
-- Example: select event_name, project_name, model_version, status from lookoutvision_calls order by event_time
create or replace view lookoutvision_calls as
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
    json_extract_scalar(request_parameters, '$["projectName"]') as project_name,
    json_extract_scalar(request_parameters, '$["description"]') as description,
    coalesce(
        json_extract_scalar(response_elements, '$["projectArn"]'),
        json_extract_scalar(response_elements, '$["projectMetadata"]["projectArn"]')
    ) as project_arn,
    coalesce(
        json_extract_scalar(response_elements, '$["status"]'),
        json_extract_scalar(response_elements, '$["datasetMetadata"]["status"]'),
        json_extract_scalar(response_elements, '$["modelMetadata"]["status"]')
    ) as status,
    coalesce(
        json_extract_scalar(response_elements, '$["statusMessage"]'),
        json_extract_scalar(response_elements, '$["datasetMetadata"]["statusMessage"]'),
        json_extract_scalar(response_elements, '$["modelMetadata"]["statusMessage"]')
    ) as status_message,

    -- Data sets.
    json_extract_scalar(request_parameters, '$["datasetType"]') as dataset_type,
    json_extract_scalar(request_parameters, '$["datasetSource"]["groundTruthManifest"]["s3Object"]["bucket"]') as manifest_bucket,
    json_extract_scalar(request_parameters, '$["datasetSource"]["groundTruthManifest"]["s3Object"]["key"]') as manifest_key,

    -- Models, and their hosting in inference units.
    coalesce(
        json_extract_scalar(request_parameters, '$["modelVersion"]'),
        json_extract_scalar(response_elements, '$["modelVersion"]'),
        json_extract_scalar(response_elements, '$["modelMetadata"]["modelVersion"]')
    ) as model_version,
    coalesce(
        json_extract_scalar(response_elements, '$["modelArn"]'),
        json_extract_scalar(response_elements, '$["modelMetadata"]["modelArn"]')
    ) as model_arn,
    json_extract_scalar(request_parameters, '$["outputConfig"]["s3Location"]["bucket"]') as output_bucket,
    json_extract_scalar(request_parameters, '$["outputConfig"]["s3Location"]["prefix"]') as output_prefix,
    try_cast(regexp_extract(json_extract_scalar(request_parameters, '$["minInferenceUnits"]'), '^-?[0-9]+$') as bigint) as min_inference_units,
    try_cast(regexp_extract(json_extract_scalar(request_parameters, '$["maxInferenceUnits"]'), '^-?[0-9]+$') as bigint) as max_inference_units,

    -- Detection, trial detection and packaging.
    json_extract_scalar(request_parameters, '$["contentType"]') as content_type,
    event_name like '%TrialDetection%' as is_trial_detection,
    coalesce(
        json_extract_scalar(request_parameters, '$["jobName"]'),
        json_extract_scalar(response_elements, '$["jobName"]')
    ) as job_name,
    json_extract_scalar(request_parameters, '$["configuration"]["greengrass"]["componentName"]') as greengrass_component_name,
    json_extract_scalar(request_parameters, '$["configuration"]["greengrass"]["componentVersion"]') as greengrass_component_version,
    json_extract_scalar(request_parameters, '$["configuration"]["greengrass"]["targetDevice"]') as greengrass_target_device,
    json_extract_scalar(request_parameters, '$["clientToken"]') as client_token
from events
where service = 'lookoutvision'
