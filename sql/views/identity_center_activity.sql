-- What did the users of IAM Identity Center do, and with which permission set?
-- One row per event; filter service, event_date and region to prune.
-- Topic: identity. Source: IAM Identity Center user guide, "CloudTrail use cases" (onBehalfOf, AWSReservedSSO roles).
-- Example: select person, permission_set, count(*) as calls from identity_center_activity group by person, permission_set
create or replace view identity_center_activity as
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
    user_on_behalf_of_user_id,
    user_on_behalf_of_identity_store_arn,
    user_credential_id,
    regexp_extract(session_issuer_user_name, '^AWSReservedSSO_(.+)_[0-9a-f]+$', 1) as permission_set,
    case when session_issuer_arn like '%:role/aws-reserved/sso.amazonaws.com/%' then regexp_extract(user_arn, '[^/]+$') end as person,
    read_only,
    is_error,
    error_code,
    error_message
from events
where (
        user_on_behalf_of_user_id is not null
        or user_type = 'IdentityCenterUser'
        or session_issuer_arn like '%:role/aws-reserved/sso.amazonaws.com/%'
    )
