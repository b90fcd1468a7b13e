-- Who changed network ACLs, and to what?
-- One row per call; filter event_date and region to prune.
-- Topic: CIS monitoring. Source: CIS AWS Foundations Benchmark 3.0, 4.11.
-- Example: select event_time, user_arn, network_acl_id, rule_action, cidr_block from network_acl_changes where not is_egress
create or replace view network_acl_changes as
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
    coalesce(
        json_extract_scalar(request_parameters, '$["networkAclId"]'),
        json_extract_scalar(response_elements, '$["networkAcl"]["networkAclId"]')
    ) as network_acl_id,
    json_extract_scalar(request_parameters, '$["vpcId"]') as vpc_id,
    try_cast(regexp_extract(json_extract_scalar(request_parameters, '$["ruleNumber"]'), '^-?[0-9]+$') as bigint) as rule_number,
    json_extract_scalar(request_parameters, '$["ruleAction"]') as rule_action,
    json_extract_scalar(request_parameters, '$["aclProtocol"]') as protocol,
    try_cast(regexp_extract(json_extract_scalar(request_parameters, '$["portRange"]["from"]'), '^-?[0-9]+$') as bigint) as from_port,
    try_cast(regexp_extract(json_extract_scalar(request_parameters, '$["portRange"]["to"]'), '^-?[0-9]+$') as bigint) as to_port,
    coalesce(json_extract_scalar(request_parameters, '$["cidrBlock"]'), json_extract_scalar(request_parameters, '$["ipv6CidrBlock"]')) as cidr_block,
    json_extract_scalar(request_parameters, '$["egress"]') = 'true' as is_egress,
    is_error,
    error_code,
    error_message
from events
where service = 'ec2'
    and event_name in ('CreateNetworkAcl', 'CreateNetworkAclEntry', 'DeleteNetworkAcl', 'DeleteNetworkAclEntry', 'ReplaceNetworkAclEntry', 'ReplaceNetworkAclAssociation')
