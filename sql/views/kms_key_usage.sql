-- Who uses which KMS key, for what, and through which service?
-- One row per day, region, key, principal and operation; filter event_date and region to prune.
-- Topic: data access. Source: KMS developer guide, "Logging AWS KMS API calls with CloudTrail".
-- Example: select key_arn, principal, invoked_by, sum(event_count) as uses from kms_key_usage where event_name = 'Decrypt' group by key_arn, principal, invoked_by
create or replace view kms_key_usage as
select
    event_date,
    region,
    service,
    coalesce(element_at(resource_arns, 1), json_extract_scalar(request_parameters, '$["keyId"]')) as key_arn,
    coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id) as principal,
    user_invoked_by as invoked_by,
    event_name,
    cast(count(*) as bigint) as event_count,
    cast(count(*) filter (where is_error) as bigint) as error_count,
    cast(count(distinct source_ip_address) as bigint) as source_address_count,
    min(event_time) as first_event_time,
    max(event_time) as last_event_time
from events
where service = 'kms'
    and (event_name in ('Decrypt', 'Encrypt', 'ReEncrypt', 'Sign', 'Verify', 'GenerateMac', 'VerifyMac', 'DeriveSharedSecret') or event_name like 'GenerateDataKey%')
group by
    event_date,
    region,
    service,
    coalesce(element_at(resource_arns, 1), json_extract_scalar(request_parameters, '$["keyId"]')),
    coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id),
    user_invoked_by,
    event_name
