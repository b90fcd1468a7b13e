-- Who changed a bucket's policy, ACL, CORS, lifecycle, replication or public access block?
-- One row per call; filter event_date and region to prune.
-- canned_acl is JSON: some records have a text there, some a list of one.
-- Topic: CIS monitoring. Source: CIS AWS Foundations Benchmark 3.0, 4.8.
-- Example: select event_time, user_arn, event_name, bucket_name from s3_bucket_policy_changes where not is_error
create or replace view s3_bucket_policy_changes as
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
    json_extract_scalar(request_parameters, '$["bucketName"]') as bucket_name,
    json_format(json_extract(request_parameters, '$["bucketPolicy"]')) as bucket_policy,
    json_format(json_extract(request_parameters, '$["x-amz-acl"]')) as canned_acl,
    is_error,
    error_code,
    error_message
from events
where service = 's3'
    and event_name in (
        'PutBucketAcl', 'PutBucketPolicy', 'PutBucketCors', 'PutBucketLifecycle', 'PutBucketReplication', 'PutBucketPublicAccessBlock',
        'PutAccountPublicAccessBlock', 'DeleteBucketPolicy', 'DeleteBucketCors', 'DeleteBucketLifecycle', 'DeleteBucketReplication',
        'DeleteBucketPublicAccessBlock', 'DeleteAccountPublicAccessBlock'
    )
