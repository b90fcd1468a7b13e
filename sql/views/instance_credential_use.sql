-- Which calls with an EC2 instance's credentials came from a public address?
-- One row per call; filter service, event_date and region to prune.
-- An instance with a public address, or behind a NAT gateway, calls from one as well: what counts is an address that is not yours. instance_metadata_version 1.0 can be had by a forged request.
-- Topic: identity. Source: panther-labs/panther-analysis, aws_ec2_instance credentials; SigmaHQ, aws_susp_instance_credentials; EC2 user guide, ec2RoleDelivery.
-- Example: select instance_id, source_ip_address, count(*) as calls from instance_credential_use group by instance_id, source_ip_address
create or replace view instance_credential_use as
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
    regexp_extract(user_principal_id, ':(i-[0-9a-f]+)$', 1) as instance_id,
    session_issuer_arn as role_arn,
    session_ec2_role_delivery as instance_metadata_version,
    session_ec2_issued_in_vpc as issued_in_vpc,
    is_error,
    error_code,
    error_message
from events
where regexp_like(user_principal_id, ':i-[0-9a-f]{8,17}$')
    and not is_aws_service
    and vpc_endpoint_id is null
    and regexp_like(source_ip_address, '^[0-9]{1,3}(\.[0-9]{1,3}){3}$|^[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*$')
    and not regexp_like(source_ip_address, '^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|f[cd][0-9a-f]{2}:|fe80:|::1$)')
