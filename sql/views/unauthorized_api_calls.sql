-- Which calls were refused for want of permission, and to whom?
-- One row per call; filter service, event_date and region to prune.
-- What CloudTrail's own log delivery and HeadBucket are refused is left out, as CIS does: neither is anybody's attempt.
-- Topic: CIS monitoring. Source: CIS AWS Foundations Benchmark 3.0, 4.1.
-- Example: select user_arn, service, event_name, count(*) as refused from unauthorized_api_calls group by user_arn, service, event_name order by refused desc
create or replace view unauthorized_api_calls as
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
    is_aws_service,
    is_error,
    error_code,
    error_message
from events
where (error_code like '%UnauthorizedOperation' or error_code like 'AccessDenied%')
    and coalesce(source_ip_address, '') <> 'delivery.logs.amazonaws.com'
    and coalesce(event_name, '') <> 'HeadBucket'
