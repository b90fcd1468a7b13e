-- Who made, attached or removed gateways to other networks?
-- One row per call; filter event_date and region to prune.
-- Beyond CIS's list: NAT, egress-only, carrier, VPN and transit gateways.
-- Topic: CIS monitoring. Source: CIS AWS Foundations Benchmark 3.0, 4.12.
-- Example: select event_time, user_arn, event_name, gateway_id, vpc_id from network_gateway_changes order by event_time
create or replace view network_gateway_changes as
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
        json_extract_scalar(request_parameters, '$["internetGatewayId"]'),
        json_extract_scalar(response_elements, '$["internetGateway"]["internetGatewayId"]'),
        json_extract_scalar(request_parameters, '$["customerGatewayId"]'),
        json_extract_scalar(response_elements, '$["customerGateway"]["customerGatewayId"]'),
        json_extract_scalar(request_parameters, '$["DeleteNatGatewayRequest"]["NatGatewayId"]'),
        json_extract_scalar(response_elements, '$["CreateNatGatewayResponse"]["natGateway"]["natGatewayId"]'),
        json_extract_scalar(request_parameters, '$["DeleteEgressOnlyInternetGatewayRequest"]["EgressOnlyInternetGatewayId"]'),
        json_extract_scalar(response_elements, '$["CreateEgressOnlyInternetGatewayResponse"]["egressOnlyInternetGateway"]["egressOnlyInternetGatewayId"]'),
        json_extract_scalar(request_parameters, '$["vpnGatewayId"]'),
        json_extract_scalar(response_elements, '$["vpnGateway"]["vpnGatewayId"]'),
        json_extract_scalar(request_parameters, '$["DeleteTransitGatewayRequest"]["TransitGatewayId"]'),
        json_extract_scalar(response_elements, '$["CreateTransitGatewayResponse"]["transitGateway"]["transitGatewayId"]'),
        json_extract_scalar(request_parameters, '$["CreateTransitGatewayVpcAttachmentRequest"]["TransitGatewayId"]'),
        json_extract_scalar(request_parameters, '$["CreateTransitGatewayPeeringAttachmentRequest"]["TransitGatewayId"]')
    ) as gateway_id,
    coalesce(
        json_extract_scalar(request_parameters, '$["vpcId"]'),
        json_extract_scalar(request_parameters, '$["CreateEgressOnlyInternetGatewayRequest"]["VpcId"]'),
        json_extract_scalar(request_parameters, '$["CreateTransitGatewayVpcAttachmentRequest"]["VpcId"]')
    ) as vpc_id,
    json_extract_scalar(request_parameters, '$["CreateNatGatewayRequest"]["SubnetId"]') as subnet_id,
    is_error,
    error_code,
    error_message
from events
where service = 'ec2'
    and event_name in (
        'CreateInternetGateway', 'AttachInternetGateway', 'DetachInternetGateway', 'DeleteInternetGateway', 'CreateCustomerGateway', 'DeleteCustomerGateway',
        'CreateEgressOnlyInternetGateway', 'DeleteEgressOnlyInternetGateway', 'CreateNatGateway', 'DeleteNatGateway',
        'CreateCarrierGateway', 'DeleteCarrierGateway', 'CreateVpnGateway', 'AttachVpnGateway', 'DetachVpnGateway', 'DeleteVpnGateway',
        'CreateTransitGateway', 'DeleteTransitGateway', 'CreateTransitGatewayVpcAttachment', 'AcceptTransitGatewayVpcAttachment',
        'DeleteTransitGatewayVpcAttachment', 'CreateTransitGatewayPeeringAttachment', 'AcceptTransitGatewayPeeringAttachment',
        'DeleteTransitGatewayPeeringAttachment'
    )
