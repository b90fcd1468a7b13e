-- Who made, changed or removed users and their keys, passwords and MFA devices?
-- One row per call; filter event_date and region to prune.
-- Topic: identity. Source: easttimor/aws-incident-response; SigmaHQ, aws_iam_backdoor_users_keys and aws_update_login_profile.
-- Example: select event_time, user_arn, event_name, target_user_name from iam_credential_changes where not is_own and not is_error
create or replace view iam_credential_changes as
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
        json_extract_scalar(request_parameters, '$["userName"]'),
        json_extract_scalar(response_elements, '$["user"]["userName"]'),
        json_extract_scalar(response_elements, '$["accessKey"]["userName"]')
    ) as target_user_name,
    coalesce(
        json_extract_scalar(response_elements, '$["accessKey"]["accessKeyId"]'),
        json_extract_scalar(request_parameters, '$["accessKeyId"]')
    ) as target_access_key_id,
    coalesce(
        json_extract_scalar(request_parameters, '$["status"]'),
        json_extract_scalar(response_elements, '$["accessKey"]["status"]')
    ) as target_status,
    coalesce(
        json_extract_scalar(request_parameters, '$["serialNumber"]'),
        json_extract_scalar(response_elements, '$["virtualMFADevice"]["serialNumber"]')
    ) as mfa_serial_number,
    case -- a root user's record has no name, nor has a role's, which is no user
        when user_type in ('Root', 'IAMUser')
            then coalesce(json_extract_scalar(request_parameters, '$["userName"]'), json_extract_scalar(response_elements, '$["user"]["userName"]'), json_extract_scalar(response_elements, '$["accessKey"]["userName"]'), user_name, '') = coalesce(user_name, '')
        else false
    end as is_own,
    is_error,
    error_code,
    error_message
from events
where service = 'iam'
    and event_name in (
        'CreateUser', 'UpdateUser', 'DeleteUser', 'CreateAccessKey', 'UpdateAccessKey', 'DeleteAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile',
        'DeleteLoginProfile', 'ChangePassword', 'CreateVirtualMFADevice', 'EnableMFADevice', 'DeactivateMFADevice', 'ResyncMFADevice',
        'DeleteVirtualMFADevice', 'CreateServiceSpecificCredential', 'UpdateServiceSpecificCredential', 'ResetServiceSpecificCredential',
        'DeleteServiceSpecificCredential', 'UploadSigningCertificate', 'UpdateSigningCertificate', 'DeleteSigningCertificate', 'UploadSSHPublicKey',
        'UpdateSSHPublicKey', 'DeleteSSHPublicKey'
    )
