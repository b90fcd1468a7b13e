-- Who reached which role through other roles?
-- One row per credential that STS gave to a session which had itself come from STS; up to four steps. Filter event_date and region to prune: the steps before are looked for in all that STS did.
-- Topic: identity. Source: aws-samples/cloud-trail-lake-query-samples, role assumed by access key.
-- Example: select issued_at, chain from role_chains order by issued_at
create or replace view role_chains as
with issued as ( -- one row per key that STS gave out, also where two accounts recorded it
    select
        event_date,
        region,
        service,
        json_extract_scalar(response_elements, '$["credentials"]["accessKeyId"]') as issued_access_key_id,
        min(event_time) as issued_at,
        max(json_extract_scalar(request_parameters, '$["roleArn"]')) as role_arn,
        max(coalesce(user_arn, user_principal_id)) as caller,
        max(user_access_key_id) as caller_access_key_id
    from events
    where service = 'sts'
        and json_extract_scalar(response_elements, '$["credentials"]["accessKeyId"]') <> coalesce(user_access_key_id, '') -- in anonymised records the two are the same
    group by event_date, region, service, json_extract_scalar(response_elements, '$["credentials"]["accessKeyId"]')
)
select
    last_step.event_date,
    last_step.region,
    last_step.service,
    last_step.issued_at,
    last_step.issued_access_key_id,
    last_step.role_arn,
    last_step.caller as assumed_by,
    coalesce(step3.caller, step2.caller, step1.caller) as origin,
    coalesce(step3.caller_access_key_id, step2.caller_access_key_id, step1.caller_access_key_id) as origin_access_key_id,
    cast(2 + case when step2.caller is null then 0 else 1 end + case when step3.caller is null then 0 else 1 end as bigint) as step_count,
    coalesce(step3.caller || ' > ', '') || coalesce(step2.caller || ' > ', '') || step1.caller || ' > ' || last_step.caller
        || ' > ' || coalesce(last_step.role_arn, last_step.issued_access_key_id) as chain
from issued last_step
join issued step1 on step1.issued_access_key_id = last_step.caller_access_key_id
left join issued step2 on step2.issued_access_key_id = step1.caller_access_key_id
left join issued step3 on step3.issued_access_key_id = step2.caller_access_key_id
