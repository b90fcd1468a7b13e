-- Who made each call: root or an IAM user, temporary credentials of a role or a federated user, or another AWS service?
-- One row per event; filter service, event_date and region to prune.
-- principal is the role for a role's session, else the most exact name that the record has. An IAM user's session has temporary credentials and is an IAM user, too.
-- Topic: identity. Source: CloudTrail user guide, "What is CloudTrail" (what every entry answers) and "CloudTrail userIdentity element".
-- Example: select caller_kind, count(*) as events from event_callers group by caller_kind order by events desc
create or replace view event_callers as
select
    event_date,
    region,
    service,
    event_time,
    event_id,
    recipient_account_id,
    event_name,
    case user_type
        when 'Root' then 'root'
        when 'IAMUser' then 'iam_user'
        when 'AssumedRole' then 'role'
        when 'Role' then 'role'
        when 'FederatedUser' then 'federated_user'
        when 'SAMLUser' then 'external_user'
        when 'WebIdentityUser' then 'external_user'
        when 'IdentityCenterUser' then 'identity_center_user'
        when 'AWSAccount' then 'other_account'
        when 'AWSService' then 'aws_service'
        when 'Directory' then 'directory'
        else 'unknown'
    end as caller_kind,
    coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id) as principal,
    coalesce(user_type, '') in ('Root', 'IAMUser') as is_root_or_iam_user,
    is_root,
    is_temporary_credentials,
    is_aws_service,
    user_account_id,
    user_access_key_id,
    user_invoked_by,
    case when user_type = 'AssumedRole' then regexp_extract(user_arn, '[^/]+$') end as role_session_name,
    coalesce(session_source_identity, user_on_behalf_of_user_id) as person,
    session_mfa_authenticated as is_mfa_authenticated,
    source_ip_address
from events
