-- Who changed the start-up script (user data) of an instance?
-- One row per call; filter event_date and region to prune.
-- The script itself is removed by EC2 before the record is made.
-- Topic: data access. Source: easttimor/aws-incident-response; SigmaHQ, aws_ec2_startup_script_change; panther-labs/panther-analysis.
-- Example: select event_time, user_arn, instance_id from instance_user_data_changes where not is_error
create or replace view instance_user_data_changes as
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
    json_extract_scalar(request_parameters, '$["instanceId"]') as instance_id,
    is_error,
    error_code,
    error_message
from events
where service = 'ec2'
    and event_name = 'ModifyInstanceAttribute'
    and (json_extract(request_parameters, '$["userData"]') is not null or json_extract_scalar(request_parameters, '$["attribute"]') = 'userData')
