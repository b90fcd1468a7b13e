-- Who read and wrote objects in which buckets, and how many bytes?
-- One row per day, region, account, bucket, principal and event; filter event_date and region to prune.
-- Needs a trail that records S3's data events.
-- Topic: data access. Source: S3 user guide, "Amazon S3 CloudTrail events"; aws-samples/cloud-trail-lake-query-samples, S3 data events.
-- Example: select bucket_name, principal, bytes_out from s3_object_access where event_name = 'GetObject' order by bytes_out desc
create or replace view s3_object_access as
select
    event_date,
    region,
    service,
    recipient_account_id,
    json_extract_scalar(request_parameters, '$["bucketName"]') as bucket_name,
    coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id) as principal,
    event_name,
    cast(count(*) as bigint) as event_count,
    cast(count(*) filter (where is_error) as bigint) as error_count,
    cast(count(distinct json_extract_scalar(request_parameters, '$["key"]')) as bigint) as object_count,
    cast(count(distinct source_ip_address) as bigint) as source_address_count,
    cast(round(coalesce(sum(try_cast(json_extract_scalar(additional_event_data, '$["bytesTransferredIn"]') as double)), 0)) as bigint) as bytes_in,
    cast(round(coalesce(sum(try_cast(json_extract_scalar(additional_event_data, '$["bytesTransferredOut"]') as double)), 0)) as bigint) as bytes_out,
    min(event_time) as first_event_time,
    max(event_time) as last_event_time
from events
where service = 's3'
    and json_extract_scalar(request_parameters, '$["key"]') is not null
group by event_date, region, service, recipient_account_id, json_extract_scalar(request_parameters, '$["bucketName"]'), coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id), event_name
