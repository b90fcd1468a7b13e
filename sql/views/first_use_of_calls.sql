-- When did each principal first use each call, and how often since?
-- One row per principal, service and event; filter service to prune. It reads every day: what is new can only be told from all that is old.
-- Topic: activity. Source: SigmaHQ, panther-labs: first-seen detections.
-- Example: select principal, service, event_name, first_event_time from first_use_of_calls where first_event_time >= timestamp '2026-03-11 00:00:00' order by first_event_time
create or replace view first_use_of_calls as
select
    service,
    coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id) as principal,
    event_name,
    min(event_time) as first_event_time,
    max(event_time) as last_event_time,
    min(event_date) as first_event_date,
    cast(count(distinct event_date) as bigint) as active_days,
    cast(count(*) as bigint) as event_count,
    cast(count(*) filter (where is_error) as bigint) as error_count
from events
where not is_aws_service
group by service, coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id), event_name
