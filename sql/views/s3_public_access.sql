-- Who opened buckets or objects to the public, or tried to?
-- One row per call; filter event_date and region to prune.
-- A policy counts when one of its statements allows "*": its condition may still keep the public out.
-- Topic: data access. Source: turbot/tailpipe-mod-aws-cloudtrail-log-detections; panther-labs/panther-analysis, aws_s3 public access; S3 user guide, "Blocking public access".
-- Example: select event_time, user_arn, bucket_name, opened_by from s3_public_access where not is_error
create or replace view s3_public_access as
with openings as (
    select
        event_date, region, service, event_time, event_id, recipient_account_id, event_name, user_type, user_arn, user_access_key_id, user_invoked_by,
        source_ip_address, user_agent,
        json_extract_scalar(request_parameters, '$["bucketName"]') as bucket_name,
        case
            when event_name in ('DeleteBucketPublicAccessBlock', 'DeleteAccountPublicAccessBlock') then 'block_deleted'
            when event_name in ('PutBucketPublicAccessBlock', 'PutAccountPublicAccessBlock')
                and json_format(json_extract(request_parameters, '$["PublicAccessBlockConfiguration"]')) like '%false%' then 'block_lowered'
            when event_name = 'PutBucketPolicy'
                and cardinality(filter(
                    coalesce(try_cast(json_extract(request_parameters, '$["bucketPolicy"]["Statement"]') as json array), array[json_extract(request_parameters, '$["bucketPolicy"]["Statement"]')]),
                    x -> json_extract_scalar(x, '$["Effect"]') = 'Allow' and json_format(json_extract(x, '$["Principal"]')) like '%"*"%'
                )) > 0 then 'policy'
            when event_name in ('CreateBucket', 'PutBucketAcl', 'PutObjectAcl', 'PutObject', 'CopyObject', 'CreateMultipartUpload')
                and regexp_like(request_parameters, '"x-amz-acl"\s*:\s*(\[\s*)?"(public-read|public-read-write|authenticated-read)"|acs\.amazonaws\.com/groups/global/') then 'acl'
        end as opened_by,
        is_error, error_code, error_message
    from events
    where service = 's3'
        and event_name in (
        'CreateBucket', 'PutBucketAcl', 'PutObjectAcl', 'PutObject', 'CopyObject', 'CreateMultipartUpload', 'PutBucketPolicy',
        'PutBucketPublicAccessBlock', 'PutAccountPublicAccessBlock', 'DeleteBucketPublicAccessBlock', 'DeleteAccountPublicAccessBlock'
    )
)
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
    bucket_name,
    opened_by,
    is_error,
    error_code,
    error_message
from openings
where opened_by is not null
