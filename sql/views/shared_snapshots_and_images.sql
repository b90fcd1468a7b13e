-- Which snapshots and machine images were shared, with whom, and which with everybody?
-- One row per call; filter service, event_date and region to prune.
-- shared_with is JSON: EC2's items of userId or group, or RDS's list of account ids. Taking a share back is not here.
-- Topic: data access. Source: SigmaHQ, aws_ec2_snapshot_shared and aws_rds_public_db_restore; turbot/tailpipe-mod-aws-cloudtrail-log-detections.
-- Example: select event_time, user_arn, resource_id, shared_with from shared_snapshots_and_images where is_public and not is_error
create or replace view shared_snapshots_and_images as
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
        json_extract_scalar(request_parameters, '$["snapshotId"]'),
        json_extract_scalar(request_parameters, '$["imageId"]'),
        json_extract_scalar(request_parameters, '$["dBSnapshotIdentifier"]'),
        json_extract_scalar(request_parameters, '$["dBClusterSnapshotIdentifier"]')
    ) as resource_id,
    coalesce(
        json_format(json_extract(request_parameters, '$["createVolumePermission"]["add"]')),
        json_format(json_extract(request_parameters, '$["launchPermission"]["add"]')),
        json_format(json_extract(request_parameters, '$["valuesToAdd"]'))
    ) as shared_with,
    coalesce(
        json_format(json_extract(request_parameters, '$["createVolumePermission"]["add"]')),
        json_format(json_extract(request_parameters, '$["launchPermission"]["add"]')),
        json_format(json_extract(request_parameters, '$["valuesToAdd"]'))
    ) like '%"all"%' as is_public,
    is_error,
    error_code,
    error_message
from events
where service in ('ec2', 'rds')
    and event_name in ('ModifySnapshotAttribute', 'ModifyImageAttribute', 'ModifyDBSnapshotAttribute', 'ModifyDBClusterSnapshotAttribute')
    and (
        json_extract(request_parameters, '$["createVolumePermission"]["add"]') is not null
        or json_extract(request_parameters, '$["launchPermission"]["add"]') is not null
        or json_extract(request_parameters, '$["valuesToAdd"]') is not null
    )
