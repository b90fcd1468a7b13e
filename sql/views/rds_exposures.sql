-- Which databases were opened to the internet, left unprotected, or deleted without a snapshot?
-- One row per call; filter event_date and region to prune.
-- Topic: data access. Source: turbot/tailpipe-mod-aws-cloudtrail-log-detections; panther-labs/panther-analysis, RDS rules.
-- Example: select event_time, user_arn, database_id, exposure from rds_exposures where not is_error
create or replace view rds_exposures as
with changes as (
    select
        event_date, region, service, event_time, event_id, recipient_account_id, event_name, user_type, user_arn, user_access_key_id, user_invoked_by,
        source_ip_address, user_agent,
        coalesce(
            json_extract_scalar(request_parameters, '$["dBInstanceIdentifier"]'),
            json_extract_scalar(request_parameters, '$["dBClusterIdentifier"]'),
            json_extract_scalar(request_parameters, '$["dBSecurityGroupName"]')
        ) as database_id,
        case
            when event_name in ('DeleteDBInstance', 'DeleteDBCluster') and json_extract_scalar(request_parameters, '$["skipFinalSnapshot"]') = 'true' then 'deleted_without_snapshot'
            when event_name like 'Delete%' then null
            when json_extract_scalar(request_parameters, '$["publiclyAccessible"]') = 'true' then 'publicly_accessible'
            when json_extract_scalar(request_parameters, '$["deletionProtection"]') = 'false' and event_name like 'Modify%' then 'deletion_protection_off'
            when event_name = 'AuthorizeDBSecurityGroupIngress' and json_extract_scalar(request_parameters, '$["cIDRIP"]') = '0.0.0.0/0' then 'security_group_open'
        end as exposure,
        is_error, error_code, error_message
    from events
    where service = 'rds'
)
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
    database_id,
    exposure,
    is_error,
    error_code,
    error_message
from changes
where exposure is not null
