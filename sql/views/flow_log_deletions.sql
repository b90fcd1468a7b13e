-- Who deleted VPC flow logs?
-- One row per call; filter event_date and region to prune.
-- Topic: evasion. Source: SigmaHQ, aws_vpc_flow_logs_deleted; panther-labs/panther-analysis, aws_ec2_vpc_flow_logs.
-- Example: select event_time, user_arn, flow_log_ids from flow_log_deletions where not is_error
create or replace view flow_log_deletions as
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
    nullif(replace(array_join(regexp_extract_all(request_parameters, '"fl-[0-9a-f]+"'), ', '), '"', ''), '') as flow_log_ids,
    is_error,
    error_code,
    error_message
from events
where service = 'ec2'
    and event_name = 'DeleteFlowLogs'
