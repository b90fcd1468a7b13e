-- Who read secrets and decrypted parameters, or tried to?
-- One row per call; filter service, event_date and region to prune.
-- What AWS services read for their own work (RDS, for one, its passwords) is left out.
-- Topic: data access. Source: panther-labs/panther-analysis and SigmaHQ, Secrets Manager rules; Secrets Manager and Systems Manager user guides.
-- Example: select user_arn, secret_id, count(*) as reads from secret_access group by user_arn, secret_id order by reads desc
create or replace view secret_access as
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
        json_extract_scalar(request_parameters, '$["secretId"]'),
        json_extract_scalar(request_parameters, '$["name"]'),
        json_extract_scalar(request_parameters, '$["path"]')
    ) as secret_id,
    coalesce(
        json_format(json_extract(request_parameters, '$["secretIdList"]')),
        json_format(json_extract(request_parameters, '$["names"]'))
    ) as secret_ids,
    json_extract_scalar(request_parameters, '$["versionStage"]') as version_stage,
    is_error,
    error_code,
    error_message
from events
where (
        (service = 'secretsmanager' and event_name in ('GetSecretValue', 'BatchGetSecretValue'))
        or (service = 'ssm' and event_name in ('GetParameter', 'GetParameters', 'GetParametersByPath', 'GetParameterHistory') and json_extract_scalar(request_parameters, '$["withDecryption"]') = 'true')
    )
    and not is_aws_service
