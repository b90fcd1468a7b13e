-- Which Amazon Personalize calls were made, on which dataset groups, solutions, campaigns and recommenders?
-- One row per call; filter event_date and region to prune. A column is NULL where the call has no such field.
-- An ARN is the one the call named or, for Create…, the one it was answered with.
-- Topic: services. Source: Personalize developer guide, "Logging Amazon Personalize API calls with AWS CloudTrail".
-- Example: select event_name, name, dataset_group_arn from personalize_calls where not read_only
create or replace view personalize_calls as
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

    -- What was named.
    coalesce(
        json_extract_scalar(request_parameters, '$["name"]'),
        json_extract_scalar(request_parameters, '$["jobName"]')
    ) as name,
    json_extract_scalar(request_parameters, '$["domain"]') as domain,
    json_extract_scalar(request_parameters, '$["roleArn"]') as role_arn,
    json_extract_scalar(request_parameters, '$["kmsKeyArn"]') as kms_key_arn,
    try_cast(regexp_extract(json_extract_scalar(request_parameters, '$["maxResults"]'), '^-?[0-9]+$') as bigint) as max_results,

    -- Data: groups, schemas, data sets, imports and exports.
    coalesce(
        json_extract_scalar(request_parameters, '$["datasetGroupArn"]'),
        json_extract_scalar(response_elements, '$["datasetGroupArn"]')
    ) as dataset_group_arn,
    coalesce(
        json_extract_scalar(request_parameters, '$["schemaArn"]'),
        json_extract_scalar(response_elements, '$["schemaArn"]')
    ) as schema_arn,
    coalesce(
        json_extract_scalar(request_parameters, '$["datasetArn"]'),
        json_extract_scalar(response_elements, '$["datasetArn"]')
    ) as dataset_arn,
    json_extract_scalar(request_parameters, '$["datasetType"]') as dataset_type,
    coalesce(
        json_extract_scalar(request_parameters, '$["datasetImportJobArn"]'),
        json_extract_scalar(response_elements, '$["datasetImportJobArn"]')
    ) as dataset_import_job_arn,
    json_extract_scalar(request_parameters, '$["dataSource"]["dataLocation"]') as import_location,
    json_extract_scalar(request_parameters, '$["importMode"]') as import_mode,
    coalesce(
        json_extract_scalar(request_parameters, '$["datasetExportJobArn"]'),
        json_extract_scalar(response_elements, '$["datasetExportJobArn"]')
    ) as dataset_export_job_arn,
    coalesce(
        json_extract_scalar(request_parameters, '$["eventTrackerArn"]'),
        json_extract_scalar(response_elements, '$["eventTrackerArn"]')
    ) as event_tracker_arn,
    json_extract_scalar(response_elements, '$["trackingId"]') as tracking_id,
    coalesce(
        json_extract_scalar(request_parameters, '$["filterArn"]'),
        json_extract_scalar(response_elements, '$["filterArn"]')
    ) as filter_arn,

    -- Solutions and campaigns.
    json_extract_scalar(request_parameters, '$["recipeArn"]') as recipe_arn,
    coalesce(
        json_extract_scalar(request_parameters, '$["solutionArn"]'),
        json_extract_scalar(response_elements, '$["solutionArn"]')
    ) as solution_arn,
    coalesce(
        json_extract_scalar(request_parameters, '$["solutionVersionArn"]'),
        json_extract_scalar(response_elements, '$["solutionVersionArn"]')
    ) as solution_version_arn,
    json_extract_scalar(request_parameters, '$["trainingMode"]') as training_mode,
    json_extract_scalar(request_parameters, '$["performAutoML"]') = 'true' as is_auto_ml,
    json_extract_scalar(request_parameters, '$["performHPO"]') = 'true' as is_hpo,
    coalesce(
        json_extract_scalar(request_parameters, '$["campaignArn"]'),
        json_extract_scalar(response_elements, '$["campaignArn"]')
    ) as campaign_arn,
    try_cast(regexp_extract(json_extract_scalar(request_parameters, '$["minProvisionedTPS"]'), '^-?[0-9]+$') as bigint) as min_provisioned_tps,

    -- Recommenders.
    coalesce(
        json_extract_scalar(request_parameters, '$["recommenderArn"]'),
        json_extract_scalar(response_elements, '$["recommenderArn"]')
    ) as recommender_arn,
    try_cast(regexp_extract(json_extract_scalar(request_parameters, '$["recommenderConfig"]["minRecommendationRequestsPerSecond"]'), '^-?[0-9]+$') as bigint) as min_recommendation_requests_per_second,

    -- Batch jobs.
    coalesce(
        json_extract_scalar(request_parameters, '$["batchInferenceJobArn"]'),
        json_extract_scalar(response_elements, '$["batchInferenceJobArn"]')
    ) as batch_inference_job_arn,
    coalesce(
        json_extract_scalar(request_parameters, '$["batchSegmentJobArn"]'),
        json_extract_scalar(response_elements, '$["batchSegmentJobArn"]')
    ) as batch_segment_job_arn,
    json_extract_scalar(request_parameters, '$["jobInput"]["s3DataSource"]["path"]') as job_input_path,
    json_extract_scalar(request_parameters, '$["jobOutput"]["s3DataDestination"]["path"]') as job_output_path,
    try_cast(regexp_extract(json_extract_scalar(request_parameters, '$["numResults"]'), '^-?[0-9]+$') as bigint) as num_results
from events
where service = 'personalize'
