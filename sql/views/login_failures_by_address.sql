-- From which addresses do sign-ins fail, for how many users, and did one succeed?
-- One row per day, region and address with at least one failure; filter event_date to prune.
-- Names that are no user's are hidden, and count as one in each account.
-- Topic: identity. Source: panther-labs/panther-analysis, aws_console_login_failed; SigmaHQ, password spraying.
-- Example: select event_date, source_ip_address, failed_user_count, success_count from login_failures_by_address where failed_user_count >= 3 or success_count > 0
create or replace view login_failures_by_address as
select
    event_date,
    region,
    service,
    source_ip_address,
    cast(count(*) as bigint) as login_count,
    cast(count(*) filter (where json_extract_scalar(response_elements, '$["ConsoleLogin"]') = 'Failure' or is_error) as bigint) as failure_count,
    cast(count(*) filter (where json_extract_scalar(response_elements, '$["ConsoleLogin"]') = 'Success') as bigint) as success_count,
    cast(count(distinct case when json_extract_scalar(response_elements, '$["ConsoleLogin"]') = 'Failure' or is_error then coalesce(recipient_account_id, '') || ' ' || coalesce(user_name, user_arn) end) as bigint) as failed_user_count,
    cast(count(distinct recipient_account_id) as bigint) as account_count,
    min(event_time) as first_event_time,
    max(event_time) as last_event_time
from events
where service = 'signin'
    and event_name = 'ConsoleLogin'
group by event_date, region, service, source_ip_address
having count(*) filter (where json_extract_scalar(response_elements, '$["ConsoleLogin"]') = 'Failure' or is_error) > 0
