-- Who has used the accounts: since when, until when, how much, from where and with what?
-- One row per principal and account. It reads every day; principal_activity has the same by day.
-- Topic: identity. Source: CloudTrail user guide, "CloudTrail userIdentity element"; aws-samples/cloud-trail-lake-query-samples, activity by principal.
-- Example: select principal, kind, last_event_time, event_count from principals where is_root_or_iam_user order by last_event_time
create or replace view principals as
select
    recipient_account_id,
    coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id) as principal,
    max(user_type) as kind, -- of the few principals that records call by two types, the last in the alphabet
    coalesce(bool_or(user_type in ('Root', 'IAMUser')), false) as is_root_or_iam_user,
    bool_or(is_temporary_credentials) as has_temporary_credentials,
    bool_or(is_aws_service) as is_used_by_aws_services,
    min(event_time) as first_event_time,
    max(event_time) as last_event_time,
    cast(count(distinct event_date) as bigint) as active_days,
    cast(count(*) as bigint) as event_count,
    cast(count(*) filter (where is_error) as bigint) as error_count,
    cast(count(*) filter (where not read_only) as bigint) as write_count,
    cast(count(distinct service) as bigint) as service_count,
    cast(count(distinct region) as bigint) as region_count,
    cast(count(distinct source_ip_address) as bigint) as source_address_count,
    cast(count(distinct user_agent) as bigint) as user_agent_count,
    cast(count(distinct user_access_key_id) as bigint) as access_key_count
from events
group by recipient_account_id, coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id)
