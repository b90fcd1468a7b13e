-- Who deletes objects in numbers, encrypts them with a key of their own, or lets them expire at once?
-- One row per day, region, account, bucket and principal; filter event_date and region to prune.
-- Only what succeeded. DeleteObjects removes up to 1,000 objects a call, and the record names none.
-- Topic: data access. Source: panther-labs/panther-analysis, S3 ransomware; AWS security blog, "Preventing unintended encryption of Amazon S3 objects".
-- Example: select event_date, bucket_name, principal, delete_object_count, customer_key_copy_count from s3_destructive_calls where delete_object_count > 100 or customer_key_copy_count > 0
create or replace view s3_destructive_calls as
with destructive as (
    select
        event_date, region, service, recipient_account_id, event_name, event_time,
        json_extract_scalar(request_parameters, '$["bucketName"]') as bucket_name,
        coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id) as principal,
        json_extract_scalar(request_parameters, '$["versionId"]') as version_id,
        event_name in ('CopyObject', 'PutObject', 'CreateMultipartUpload')
            and json_extract_scalar(request_parameters, '$["x-amz-server-side-encryption-customer-algorithm"]') is not null as is_customer_key,
        event_name = 'PutBucketLifecycle'
            and cardinality(filter( -- one rule, or a list of them
                coalesce(try_cast(json_extract(request_parameters, '$["LifecycleConfiguration"]["Rule"]') as json array), array[json_extract(request_parameters, '$["LifecycleConfiguration"]["Rule"]')]),
                x -> json_extract_scalar(x, '$["Expiration"]["Days"]') in ('0', '1')
            )) > 0 as is_short_lifecycle
    from events
    where service = 's3'
        and event_name in ('DeleteObject', 'DeleteObjects', 'CopyObject', 'PutObject', 'CreateMultipartUpload', 'PutBucketLifecycle', 'DeleteBucket')
        and not is_error
)
select
    event_date,
    region,
    service,
    recipient_account_id,
    bucket_name,
    principal,
    cast(count(*) filter (where event_name = 'DeleteObject') as bigint) as delete_object_count,
    cast(count(*) filter (where event_name = 'DeleteObject' and version_id is not null) as bigint) as delete_version_count,
    cast(count(*) filter (where event_name = 'DeleteObjects') as bigint) as delete_objects_call_count,
    cast(count(*) filter (where event_name = 'DeleteBucket') as bigint) as delete_bucket_count,
    cast(count(*) filter (where is_customer_key) as bigint) as customer_key_copy_count,
    cast(count(*) filter (where is_short_lifecycle) as bigint) as short_lifecycle_count,
    min(event_time) as first_event_time,
    max(event_time) as last_event_time
from destructive
where event_name in ('DeleteObject', 'DeleteObjects', 'DeleteBucket') or is_customer_key or is_short_lifecycle
group by event_date, region, service, recipient_account_id, bucket_name, principal
