-- Who made, changed, peered or removed VPCs?
-- One row per call; filter event_date and region to prune.
-- Topic: CIS monitoring. Source: CIS AWS Foundations Benchmark 3.0, 4.14.
-- Example: select event_time, user_arn, event_name, vpc_id, peer_account_id from vpc_changes where not is_error
create or replace view vpc_changes as
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
        json_extract_scalar(request_parameters, '$["vpcId"]'),
        json_extract_scalar(response_elements, '$["vpc"]["vpcId"]'),
        json_extract_scalar(response_elements, '$["CreateDefaultVpcResponse"]["vpc"]["vpcId"]'),
        json_extract_scalar(request_parameters, '$["AssociateVpcCidrBlockRequest"]["VpcId"]'),
        json_extract_scalar(request_parameters, '$["ModifyVpcTenancyRequest"]["VpcId"]')
    ) as vpc_id,
    coalesce(
        json_extract_scalar(request_parameters, '$["cidrBlock"]'),
        json_extract_scalar(request_parameters, '$["AssociateVpcCidrBlockRequest"]["CidrBlock"]')
    ) as cidr_block,
    coalesce(
        json_extract_scalar(request_parameters, '$["vpcPeeringConnectionId"]'),
        json_extract_scalar(response_elements, '$["vpcPeeringConnection"]["vpcPeeringConnectionId"]')
    ) as peering_connection_id,
    json_extract_scalar(request_parameters, '$["peerVpcId"]') as peer_vpc_id,
    json_extract_scalar(request_parameters, '$["peerOwnerId"]') as peer_account_id,
    is_error,
    error_code,
    error_message
from events
where service = 'ec2'
    and event_name in (
        'CreateVpc', 'DeleteVpc', 'ModifyVpcAttribute', 'CreateVpcPeeringConnection', 'AcceptVpcPeeringConnection', 'RejectVpcPeeringConnection',
        'DeleteVpcPeeringConnection', 'AttachClassicLinkVpc', 'DetachClassicLinkVpc', 'EnableVpcClassicLink', 'DisableVpcClassicLink',
        'EnableVpcClassicLinkDnsSupport', 'DisableVpcClassicLinkDnsSupport', 'CreateDefaultVpc', 'ModifyVpcTenancy', 'AssociateVpcCidrBlock',
        'DisassociateVpcCidrBlock', 'ModifyVpcPeeringConnectionOptions'
    )
