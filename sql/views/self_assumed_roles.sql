-- Which role sessions assumed their own role again?
-- One row per call; filter event_date and region to prune.
-- Topic: identity. Source: aws-samples/cloud-trail-lake-query-samples, self assumed roles; AWS security blog, "Announcing an update to IAM role trust policy behavior".
-- Example: select user_arn, role_arn, count(*) as times from self_assumed_roles group by user_arn, role_arn
create or replace view self_assumed_roles as
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
    json_extract_scalar(request_parameters, '$["roleArn"]') as role_arn,
    json_extract_scalar(request_parameters, '$["roleSessionName"]') as role_session_name,
    json_extract_scalar(response_elements, '$["credentials"]["accessKeyId"]') as issued_access_key_id,
    is_error,
    error_code,
    error_message
from events
where service = 'sts'
    and event_name = 'AssumeRole'
    and json_extract_scalar(request_parameters, '$["roleArn"]') = session_issuer_arn
