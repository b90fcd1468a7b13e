-- Which calls did identities of other accounts make here?
-- One row per call; filter service, event_date and region to prune.
-- A role of this account that somebody else assumed is an identity of this account: the AssumeRole call is here, its later calls are not.
-- Topic: identity. Source: CloudTrail user guide, "CloudTrail userIdentity element" (accountId, recipientAccountId); panther-labs/panther-analysis.
-- Example: select user_account_id, recipient_account_id, service, count(*) as calls from cross_account_access group by user_account_id, recipient_account_id, service
create or replace view cross_account_access as
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
    user_account_id,
    user_principal_id,
    shared_event_id,
    json_extract_scalar(request_parameters, '$["roleArn"]') as role_arn,
    is_error,
    error_code,
    error_message
from events
where user_account_id <> recipient_account_id
    and not is_aws_service
    and regexp_like(user_account_id, '^[0-9]{12}$')
