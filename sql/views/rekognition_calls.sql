-- Which Amazon Rekognition calls were made, on which collections, images, videos, stream processors and models?
-- One row per call; filter event_date and region to prune. A column is NULL where the call has no such field.
-- Topic: services. Source: Rekognition developer guide, "Logging Amazon Rekognition API calls with AWS CloudTrail".
-- Example: select event_name, collection_id, image_bucket, image_name from rekognition_calls where collection_id = 'customers'
create or replace view rekognition_calls as
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

    -- What the call worked on: the first image or video, and for CompareFaces the second.
    coalesce(
        json_extract_scalar(request_parameters, '$["image"]["s3Object"]["bucket"]'),
        json_extract_scalar(request_parameters, '$["sourceImage"]["s3Object"]["bucket"]')
    ) as image_bucket,
    coalesce(
        json_extract_scalar(request_parameters, '$["image"]["s3Object"]["name"]'),
        json_extract_scalar(request_parameters, '$["sourceImage"]["s3Object"]["name"]')
    ) as image_name,
    json_extract_scalar(request_parameters, '$["targetImage"]["s3Object"]["bucket"]') as target_image_bucket,
    json_extract_scalar(request_parameters, '$["targetImage"]["s3Object"]["name"]') as target_image_name,
    json_extract_scalar(request_parameters, '$["video"]["s3Object"]["bucket"]') as video_bucket,
    json_extract_scalar(request_parameters, '$["video"]["s3Object"]["name"]') as video_name,

    -- Collections, faces and users.
    coalesce(
        json_extract_scalar(request_parameters, '$["collectionId"]'),
        json_extract_scalar(request_parameters, '$["settings"]["faceSearch"]["collectionId"]')
    ) as collection_id,
    json_extract_scalar(response_elements, '$["collectionArn"]') as collection_arn,
    json_extract_scalar(response_elements, '$["faceModelVersion"]') as face_model_version,
    try_cast(regexp_extract(json_extract_scalar(response_elements, '$["statusCode"]'), '^-?[0-9]+$') as bigint) as status_code,
    json_extract_scalar(request_parameters, '$["faceId"]') as face_id,
    json_extract_scalar(request_parameters, '$["userId"]') as user_id,
    json_extract_scalar(request_parameters, '$["externalImageId"]') as external_image_id,

    -- Limits and thresholds, in percent where they are thresholds.
    try_cast(regexp_extract(json_extract_scalar(request_parameters, '$["maxFaces"]'), '^-?[0-9]+$') as bigint) as max_faces,
    try_cast(regexp_extract(coalesce(json_extract_scalar(request_parameters, '$["maxLabels"]'), json_extract_scalar(request_parameters, '$["maxResults"]')), '^-?[0-9]+$') as bigint) as max_results,
    try_cast(json_extract_scalar(request_parameters, '$["faceMatchThreshold"]') as double) as face_match_threshold,
    try_cast(json_extract_scalar(request_parameters, '$["similarityThreshold"]') as double) as similarity_threshold,
    try_cast(json_extract_scalar(request_parameters, '$["userMatchThreshold"]') as double) as user_match_threshold,
    try_cast(json_extract_scalar(request_parameters, '$["minConfidence"]') as double) as min_confidence,
    json_extract_scalar(request_parameters, '$["qualityFilter"]') as quality_filter,

    -- Video jobs: what Start… answered or Get… asked for.
    coalesce(
        json_extract_scalar(response_elements, '$["jobId"]'),
        json_extract_scalar(request_parameters, '$["jobId"]')
    ) as job_id,
    json_extract_scalar(request_parameters, '$["jobTag"]') as job_tag,
    coalesce(
        json_extract_scalar(request_parameters, '$["notificationChannel"]["sNSTopicArn"]'),
        json_extract_scalar(request_parameters, '$["notificationChannel"]["snsTopicArn"]')
    ) as notification_topic_arn,
    coalesce(
        json_extract_scalar(request_parameters, '$["notificationChannel"]["roleArn"]'),
        json_extract_scalar(request_parameters, '$["roleArn"]')
    ) as role_arn,

    -- Stream processors.
    case when event_name like '%StreamProcessor%' then json_extract_scalar(request_parameters, '$["name"]') end as stream_processor_name,
    coalesce(
        json_extract_scalar(response_elements, '$["streamProcessorArn"]'),
        json_extract_scalar(response_elements, '$["StreamProcessorArn"]')
    ) as stream_processor_arn,
    json_extract_scalar(request_parameters, '$["input"]["kinesisVideoStream"]["arn"]') as kinesis_video_stream_arn,
    json_extract_scalar(request_parameters, '$["output"]["kinesisDataStream"]["arn"]') as kinesis_data_stream_arn,

    -- Custom Labels: projects, data sets and model versions.
    json_extract_scalar(request_parameters, '$["projectName"]') as project_name,
    coalesce(
        json_extract_scalar(request_parameters, '$["projectArn"]'),
        json_extract_scalar(response_elements, '$["projectArn"]')
    ) as project_arn,
    json_extract_scalar(request_parameters, '$["versionName"]') as version_name,
    coalesce(
        json_extract_scalar(request_parameters, '$["projectVersionArn"]'),
        json_extract_scalar(response_elements, '$["projectVersionArn"]')
    ) as project_version_arn,
    json_extract_scalar(request_parameters, '$["datasetType"]') as dataset_type,
    coalesce(
        json_extract_scalar(request_parameters, '$["datasetArn"]'),
        json_extract_scalar(response_elements, '$["datasetArn"]')
    ) as dataset_arn,
    json_extract_scalar(request_parameters, '$["datasetSource"]["groundTruthManifest"]["s3Object"]["bucket"]') as manifest_bucket,
    json_extract_scalar(request_parameters, '$["datasetSource"]["groundTruthManifest"]["s3Object"]["name"]') as manifest_name,
    coalesce(
        json_extract_scalar(request_parameters, '$["outputConfig"]["s3Bucket"]'),
        json_extract_scalar(request_parameters, '$["settings"]["outputConfig"]["s3Bucket"]')
    ) as output_bucket,
    coalesce(
        json_extract_scalar(request_parameters, '$["outputConfig"]["s3KeyPrefix"]'),
        json_extract_scalar(request_parameters, '$["settings"]["outputConfig"]["s3KeyPrefix"]')
    ) as output_prefix,
    try_cast(regexp_extract(json_extract_scalar(request_parameters, '$["minInferenceUnits"]'), '^-?[0-9]+$') as bigint) as min_inference_units,
    try_cast(regexp_extract(json_extract_scalar(request_parameters, '$["maxInferenceUnits"]'), '^-?[0-9]+$') as bigint) as max_inference_units,
    json_extract_scalar(response_elements, '$["status"]') as status,

    -- Face Liveness.
    coalesce(
        json_extract_scalar(response_elements, '$["sessionId"]'),
        json_extract_scalar(request_parameters, '$["sessionId"]')
    ) as liveness_session_id
from events
where service = 'rekognition'
