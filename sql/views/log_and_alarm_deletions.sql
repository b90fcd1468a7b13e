-- Who deleted or shortened logs, or switched off alarms and event rules?
-- One row per call; filter service, event_date and region to prune.
-- CloudWatch's own calls are those of the service monitoring.
-- Topic: evasion. Source: MITRE ATT&CK T1562.008; panther-labs/panther-analysis; easttimor/aws-incident-response.
-- Example: select event_time, user_arn, service, event_name, target_name from log_and_alarm_deletions where not is_error
create or replace view log_and_alarm_deletions as
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
    coalesce(
        json_extract_scalar(request_parameters, '$["logGroupName"]'),
        json_extract_scalar(request_parameters, '$["name"]'),
        json_extract_scalar(request_parameters, '$["rule"]'),
        json_extract_scalar(request_parameters, '$["destinationName"]'),
        json_extract_scalar(request_parameters, '$["alarmName"]')
    ) as target_name,
    json_format(json_extract(request_parameters, '$["alarmNames"]')) as alarm_names,
    try_cast(regexp_extract(json_extract_scalar(request_parameters, '$["retentionInDays"]'), '^-?[0-9]+$') as bigint) as retention_days,
    is_error,
    error_code,
    error_message
from events
where service in ('logs', 'monitoring', 'events')
    and event_name in (
        'DeleteLogGroup', 'DeleteLogStream', 'DeleteMetricFilter', 'DeleteSubscriptionFilter', 'DeleteDestination', 'PutRetentionPolicy', 'DeleteAlarms',
        'DisableAlarmActions', 'PutMetricAlarm', 'DeleteRule', 'DisableRule', 'PutRule', 'RemoveTargets'
    )
    and (event_name <> 'PutMetricAlarm' or json_extract_scalar(request_parameters, '$["actionsEnabled"]') = 'false')
    and (event_name <> 'PutRule' or json_extract_scalar(request_parameters, '$["state"]') = 'DISABLED')
