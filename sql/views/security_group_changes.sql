-- Who changed security groups, and which changes let the whole internet in?
-- One row per call; filter event_date and region to prune.
-- Topic: CIS monitoring. Source: CIS AWS Foundations Benchmark 3.0, 4.10.
-- Example: select event_time, user_arn, group_id, ip_permissions from security_group_changes where opens_to_world
create or replace view security_group_changes as
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
        json_extract_scalar(request_parameters, '$["groupId"]'),
        json_extract_scalar(response_elements, '$["groupId"]'),
        json_extract_scalar(request_parameters, '$["ModifySecurityGroupRulesRequest"]["GroupId"]')
    ) as group_id,
    json_extract_scalar(request_parameters, '$["groupName"]') as group_name,
    json_extract_scalar(request_parameters, '$["vpcId"]') as vpc_id,
    json_format(json_extract(request_parameters, '$["ipPermissions"]')) as ip_permissions,
    event_name in ('AuthorizeSecurityGroupIngress', 'ModifySecurityGroupRules')
        and not is_error
        and (request_parameters like '%"0.0.0.0/0"%' or request_parameters like '%"::/0"%') as opens_to_world,
    is_error,
    error_code,
    error_message
from events
where service = 'ec2'
    and event_name in (
        'AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupIngress', 'RevokeSecurityGroupEgress', 'CreateSecurityGroup',
        'DeleteSecurityGroup', 'ModifySecurityGroupRules'
    )
