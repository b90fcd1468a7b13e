-- Which calls did the policy of a VPC endpoint refuse?
-- One row per event; filter service, event_date and region to prune.
-- Topic: network. Source: CloudTrail user guide, "Logging network activity events" (VpceAccessDenied); aws-samples/cloud-trail-lake-query-samples.
-- Example: select vpc_endpoint_id, service, event_name, user_account_id, count(*) as refused from vpc_endpoint_denials group by vpc_endpoint_id, service, event_name, user_account_id
create or replace view vpc_endpoint_denials as
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
    user_account_id,
    user_principal_id,
    vpc_endpoint_id,
    vpc_endpoint_account_id,
    shared_event_id,
    is_error,
    error_code,
    error_message
from events
where error_code = 'VpceAccessDenied'
