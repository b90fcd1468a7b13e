-- Who changed the default encryption of EBS volumes?
-- One row per call; filter event_date and region to prune.
-- Topic: evasion. Source: easttimor/aws-incident-response; SigmaHQ, aws_ec2_disable_encryption.
-- Example: select event_time, user_arn, region from ebs_default_encryption_changes where disables_encryption and not is_error
create or replace view ebs_default_encryption_changes as
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
    event_name = 'DisableEbsEncryptionByDefault' as disables_encryption,
    json_extract_scalar(request_parameters, '$["ModifyEbsDefaultKmsKeyIdRequest"]["KmsKeyId"]') as kms_key_id,
    is_error,
    error_code,
    error_message
from events
where service = 'ec2'
    and event_name in ('DisableEbsEncryptionByDefault', 'EnableEbsEncryptionByDefault', 'ModifyEbsDefaultKmsKeyId', 'ResetEbsDefaultKmsKeyId')
