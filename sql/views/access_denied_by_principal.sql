-- Who is refused how often, and at what?
-- One row per day, region, service and principal; filter event_date, region or service to prune.
-- Besides CIS's codes those of services with their own: SNS's AuthorizationError, MediaLive's ForbiddenException, IoT's UnauthorizedException.
-- Topic: activity. Source: easttimor/aws-incident-response; panther-labs/panther-analysis, AWS access denied.
-- Example: select principal, sum(denied_count) as refused, max(event_name_count) as calls from access_denied_by_principal group by principal order by refused desc
create or replace view access_denied_by_principal as
select
    event_date,
    region,
    service,
    coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id) as principal,
    cast(count(*) as bigint) as denied_count,
    cast(count(distinct event_name) as bigint) as event_name_count,
    cast(count(distinct source_ip_address) as bigint) as source_address_count,
    array_join(array_sort(array_agg(distinct event_name)), ', ') as event_names,
    min(event_time) as first_event_time,
    max(event_time) as last_event_time
from events
where (error_code like '%UnauthorizedOperation' or error_code like '%AccessDenied%' or error_code in ('AuthorizationError', 'ForbiddenException', 'UnauthorizedException'))
    and not is_aws_service
group by event_date, region, service, coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id)
