-- Which Amazon S3 calls were made, on which buckets and objects?
-- One row per call; filter event_date and region to prune. A column is NULL where the call has no such field.
-- Topic: services. Source: S3 user guide, "Amazon S3 CloudTrail events"; S3 API reference.
-- Example: select event_name, bucket_name, object_key, bytes_out from s3_calls where event_name = 'GetObject' order by bytes_out desc limit 10
create or replace view s3_calls as
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
    json_extract_scalar(request_parameters, '$["bucketName"]') as bucket_name,
    json_extract_scalar(request_parameters, '$["key"]') as object_key,
    json_extract_scalar(request_parameters, '$["versionId"]') as version_id,
    json_extract_scalar(request_parameters, '$["prefix"]') as prefix,
    json_extract_scalar(request_parameters, '$["x-amz-copy-source"]') as copy_source,
    json_extract_scalar(request_parameters, '$["uploadId"]') as upload_id,
    json_extract_scalar(request_parameters, '$["x-amz-storage-class"]') as storage_class,

    -- Who may, and with which key. canned_acl is JSON: some records have a text there, some a list of one.
    json_format(json_extract(request_parameters, '$["x-amz-acl"]')) as canned_acl,
    json_format(json_extract(request_parameters, '$["bucketPolicy"]')) as bucket_policy,
    coalesce(
        json_extract_scalar(response_elements, '$["x-amz-server-side-encryption"]'),
        json_extract_scalar(request_parameters, '$["x-amz-server-side-encryption"]')
    ) as server_side_encryption,
    coalesce(
        json_extract_scalar(response_elements, '$["x-amz-server-side-encryption-aws-kms-key-id"]'),
        json_extract_scalar(request_parameters, '$["x-amz-server-side-encryption-aws-kms-key-id"]')
    ) as kms_key_id,
    json_extract_scalar(request_parameters, '$["x-amz-server-side-encryption-customer-algorithm"]') as customer_key_algorithm,

    -- How it was sent.
    cast(round(try_cast(json_extract_scalar(additional_event_data, '$["bytesTransferredIn"]') as double)) as bigint) as bytes_in,
    cast(round(try_cast(json_extract_scalar(additional_event_data, '$["bytesTransferredOut"]') as double)) as bigint) as bytes_out,
    json_extract_scalar(additional_event_data, '$["AuthenticationMethod"]') as authentication_method,
    json_extract_scalar(additional_event_data, '$["SignatureVersion"]') as signature_version,
    vpc_endpoint_id
from events
where service = 's3'
