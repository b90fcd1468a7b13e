-- Which calls go through which VPC endpoint, and how many does it refuse?
-- One row per day, region, service and endpoint; filter event_date, region or service to prune.
-- Topic: network. Source: CloudTrail user guide, "Logging network activity events"; "CloudTrail record contents" (vpcEndpointId).
-- Example: select vpc_endpoint_id, service, sum(event_count) as calls, sum(denied_count) as refused from vpc_endpoint_usage group by vpc_endpoint_id, service
create or replace view vpc_endpoint_usage as
select
    event_date,
    region,
    service,
    vpc_endpoint_id,
    vpc_endpoint_account_id,
    cast(count(*) as bigint) as event_count,
    cast(count(*) filter (where is_error) as bigint) as error_count,
    cast(count(*) filter (where error_code = 'VpceAccessDenied') as bigint) as denied_count,
    cast(count(distinct coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id)) as bigint) as principal_count,
    cast(count(distinct source_ip_address) as bigint) as source_address_count
from events
where vpc_endpoint_id is not null
group by event_date, region, service, vpc_endpoint_id, vpc_endpoint_account_id
