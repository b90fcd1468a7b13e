-- Who changed route tables, and where do the routes lead?
-- One row per call; filter event_date and region to prune.
-- Topic: CIS monitoring. Source: CIS AWS Foundations Benchmark 3.0, 4.13.
-- Example: select event_time, user_arn, route_table_id, destination_cidr_block, target_id from route_table_changes where destination_cidr_block = '0.0.0.0/0'
create or replace view route_table_changes as
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
        json_extract_scalar(request_parameters, '$["routeTableId"]'),
        json_extract_scalar(response_elements, '$["routeTable"]["routeTableId"]')
    ) as route_table_id,
    coalesce(
        json_extract_scalar(request_parameters, '$["destinationCidrBlock"]'),
        json_extract_scalar(request_parameters, '$["destinationIpv6CidrBlock"]')
    ) as destination_cidr_block,
    coalesce(
        json_extract_scalar(request_parameters, '$["gatewayId"]'),
        json_extract_scalar(request_parameters, '$["natGatewayId"]'),
        json_extract_scalar(request_parameters, '$["transitGatewayId"]'),
        json_extract_scalar(request_parameters, '$["vpcPeeringConnectionId"]'),
        json_extract_scalar(request_parameters, '$["networkInterfaceId"]'),
        json_extract_scalar(request_parameters, '$["instanceId"]'),
        json_extract_scalar(request_parameters, '$["egressOnlyInternetGatewayId"]'),
        json_extract_scalar(request_parameters, '$["vpcEndpointId"]'),
        json_extract_scalar(request_parameters, '$["localGatewayId"]'),
        json_extract_scalar(request_parameters, '$["carrierGatewayId"]'),
        json_extract_scalar(request_parameters, '$["coreNetworkArn"]')
    ) as target_id,
    json_extract_scalar(request_parameters, '$["associationId"]') as association_id,
    is_error,
    error_code,
    error_message
from events
where service = 'ec2'
    and event_name in (
        'CreateRoute', 'CreateRouteTable', 'ReplaceRoute', 'ReplaceRouteTableAssociation', 'DeleteRoute', 'DeleteRouteTable', 'AssociateRouteTable',
        'DisassociateRouteTable', 'EnableVgwRoutePropagation', 'DisableVgwRoutePropagation'
    )
