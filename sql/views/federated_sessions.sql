-- Who came in through an identity provider, into which role?
-- One row per call; filter event_date and region to prune.
-- Topic: identity. Source: STS API reference, AssumeRoleWithSAML and AssumeRoleWithWebIdentity; SigmaHQ, aws_sts_assumerole_misuse.
-- Example: select event_time, subject, provider, role_arn from federated_sessions where not is_error
create or replace view federated_sessions as
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
    user_name,
    json_extract_scalar(request_parameters, '$["roleArn"]') as role_arn,
    coalesce(
        json_extract_scalar(request_parameters, '$["roleSessionName"]'),
        regexp_extract(json_extract_scalar(response_elements, '$["assumedRoleUser"]["arn"]'), '[^/]+$')
    ) as role_session_name,
    coalesce(
        json_extract_scalar(request_parameters, '$["principalArn"]'),
        json_extract_scalar(response_elements, '$["provider"]'),
        user_identity_provider
    ) as provider,
    coalesce(
        json_extract_scalar(response_elements, '$["subject"]'),
        json_extract_scalar(response_elements, '$["subjectFromWebIdentityToken"]')
    ) as subject,
    json_extract_scalar(response_elements, '$["audience"]') as audience,
    json_extract_scalar(response_elements, '$["issuer"]') as issuer,
    json_extract_scalar(response_elements, '$["credentials"]["accessKeyId"]') as issued_access_key_id,
    is_error,
    error_code,
    error_message
from events
where service = 'sts'
    and event_name in ('AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity')
