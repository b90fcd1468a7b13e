-- Which roles were assumed and which temporary credentials given out, and to whom?
-- One row per call; filter event_date and region to prune. A column is NULL where the call has no such field.
-- Topic: services. Source: STS API reference; IAM user guide, "Logging IAM and AWS STS API calls with AWS CloudTrail".
-- Example: select event_time, user_arn, role_arn, issued_access_key_id from sts_calls where event_name = 'AssumeRole' and not is_error
create or replace view sts_calls as
select
    event_date,
    region,
    service,
    event_time,
    event_id,
    event_name,
    recipient_account_id,
    user_type,
    user_arn,
    user_access_key_id,
    session_issuer_arn,
    source_ip_address,
    user_agent,
    read_only,
    is_error,
    error_code,
    error_message,

    -- What was asked for.
    json_extract_scalar(request_parameters, '$["roleArn"]') as role_arn,
    json_extract_scalar(request_parameters, '$["roleSessionName"]') as role_session_name,
    regexp_extract(json_extract_scalar(request_parameters, '$["roleArn"]'), '^arn:aws[a-z-]*:iam::([0-9]+):', 1) as role_account_id,
    json_extract_scalar(request_parameters, '$["externalId"]') as external_id,
    try_cast(regexp_extract(json_extract_scalar(request_parameters, '$["durationSeconds"]'), '^-?[0-9]+$') as bigint) as duration_seconds,
    json_extract_scalar(request_parameters, '$["serialNumber"]') as mfa_serial_number,
    json_extract_scalar(request_parameters, '$["policy"]') as session_policy,
    json_extract_scalar(request_parameters, '$["targetPrincipal"]') as target_principal,
    coalesce(
        json_extract_scalar(request_parameters, '$["sourceIdentity"]'),
        json_extract_scalar(response_elements, '$["sourceIdentity"]')
    ) as source_identity,

    -- What was given out. expiration is text, as STS spells it.
    json_extract_scalar(response_elements, '$["credentials"]["accessKeyId"]') as issued_access_key_id,
    json_extract_scalar(response_elements, '$["credentials"]["expiration"]') as expiration,
    json_extract_scalar(response_elements, '$["assumedRoleUser"]["arn"]') as assumed_role_arn,
    json_extract_scalar(response_elements, '$["federatedUser"]["arn"]') as federated_user_arn,

    -- Through which identity provider.
    coalesce(json_extract_scalar(response_elements, '$["provider"]'), json_extract_scalar(request_parameters, '$["principalArn"]')) as provider,
    coalesce(
        json_extract_scalar(response_elements, '$["subject"]'),
        json_extract_scalar(response_elements, '$["subjectFromWebIdentityToken"]')
    ) as subject,
    json_extract_scalar(response_elements, '$["audience"]') as audience,

    -- The same action in another account's trail.
    shared_event_id,
    user_invoked_by
from events
where service = 'sts'
