-- Which role sessions were used, for what, and who had assumed the role?
-- One row per session and day; filter event_date to prune. The call that made a session is looked for in all of STS's days.
-- Topic: identity. Source: CloudTrail user guide, "CloudTrail userIdentity element" (sessionContext); aws-samples/cloud-trail-lake-query-samples, role assumed by access key.
-- Example: select issuer_arn, session_name, assumed_by, event_count from sessions where assumed_by like '%:user/%'
create or replace view sessions as
with issued as ( -- an action that two accounts see is two records: one row per key that STS gave out
    select
        json_extract_scalar(response_elements, '$["credentials"]["accessKeyId"]') as issued_access_key_id,
        min(event_time) as issued_at,
        min(event_name) as event_name,
        coalesce(min(case when user_arn is not null then event_id end), min(event_id)) as event_id,
        max(user_arn) as caller_arn,
        max(coalesce(user_arn, user_principal_id)) as caller,
        max(user_access_key_id) as caller_access_key_id
    from events
    where service = 'sts'
        and json_extract_scalar(response_elements, '$["credentials"]["accessKeyId"]') <> coalesce(user_access_key_id, '') -- in anonymised records the two are the same
    group by json_extract_scalar(response_elements, '$["credentials"]["accessKeyId"]')
),
used as (
    select
        event_date, user_access_key_id, user_arn, session_issuer_arn, recipient_account_id,
        max(session_source_identity) as source_identity,
        bool_or(session_mfa_authenticated) as is_mfa_authenticated,
        min(session_creation_date) as session_created_at,
        min(event_time) as first_event_time,
        max(event_time) as last_event_time,
        cast(count(*) as bigint) as event_count,
        cast(count(*) filter (where is_error) as bigint) as error_count,
        cast(count(distinct service) as bigint) as service_count,
        cast(count(distinct region) as bigint) as region_count,
        cast(count(distinct source_ip_address) as bigint) as source_address_count
    from events
    where user_type = 'AssumedRole' and user_access_key_id <> ''
    group by event_date, user_access_key_id, user_arn, session_issuer_arn, recipient_account_id
)
select
    used.event_date,
    used.recipient_account_id,
    used.user_access_key_id,
    used.user_arn,
    used.session_issuer_arn as issuer_arn,
    regexp_extract(used.user_arn, '[^/]+$') as session_name,
    used.source_identity,
    used.is_mfa_authenticated,
    used.session_created_at,
    used.first_event_time,
    used.last_event_time,
    used.event_count,
    used.error_count,
    used.service_count,
    used.region_count,
    used.source_address_count,
    issued.event_name as assumed_with,
    issued.event_id as assumed_with_event_id,
    issued.issued_at as assumed_at,
    issued.caller as assumed_by,
    issued.caller_access_key_id as assumed_by_access_key_id
from used
left join issued on issued.issued_access_key_id = used.user_access_key_id
