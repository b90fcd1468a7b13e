-- Which Amazon EC2 calls were made, on which instances, images, volumes and networks?
-- One row per call; filter event_date and region to prune. A column is NULL where the call has no such field.
-- Topic: services. Source: EC2 API reference.
-- Example: select event_time, user_arn, event_name, instance_ids from ec2_calls where event_name in ('RunInstances', 'TerminateInstances')
create or replace view ec2_calls as
select
    event_date,
    region,
    service,
    event_time,
    event_id,
    event_name,
    recipient_account_id,
    user_type,
    user_arn,
    user_access_key_id,
    session_issuer_arn,
    source_ip_address,
    user_agent,
    read_only,
    is_error,
    error_code,
    error_message,

    -- Instances: those answered, else those asked for.
    coalesce(
        json_extract_scalar(response_elements, '$["instanceId"]'),
        nullif(replace(array_join(regexp_extract_all(json_format(json_extract(response_elements, '$["instancesSet"]')), '"i-[0-9a-f]+"'), ', '), '"', ''), ''),
        json_extract_scalar(request_parameters, '$["instanceId"]'),
        nullif(replace(array_join(regexp_extract_all(json_format(json_extract(request_parameters, '$["instancesSet"]')), '"i-[0-9a-f]+"'), ', '), '"', ''), '')
    ) as instance_ids,
    coalesce(
        json_extract_scalar(request_parameters, '$["imageId"]'),
        json_extract_scalar(response_elements, '$["imageId"]'),
        json_extract_scalar(element_at(try_cast(json_extract(request_parameters, '$["instancesSet"]["items"]') as json array), 1), '$["imageId"]')
    ) as image_id,
    json_extract_scalar(request_parameters, '$["instanceType"]') as instance_type,
    coalesce(
        json_extract_scalar(request_parameters, '$["keyName"]'),
        json_extract_scalar(element_at(try_cast(json_extract(request_parameters, '$["instancesSet"]["items"]') as json array), 1), '$["keyName"]')
    ) as key_name,
    coalesce(
        json_extract_scalar(request_parameters, '$["iamInstanceProfile"]["arn"]'),
        json_extract_scalar(request_parameters, '$["iamInstanceProfile"]["name"]')
    ) as instance_profile,
    json_extract(request_parameters, '$["userData"]') is not null as has_user_data,
    try_cast(regexp_extract(json_extract_scalar(element_at(try_cast(json_extract(request_parameters, '$["instancesSet"]["items"]') as json array), 1), '$["maxCount"]'), '^-?[0-9]+$') as bigint) as max_count,

    -- Storage.
    coalesce(json_extract_scalar(request_parameters, '$["volumeId"]'), json_extract_scalar(response_elements, '$["volumeId"]')) as volume_id,
    coalesce(json_extract_scalar(request_parameters, '$["snapshotId"]'), json_extract_scalar(response_elements, '$["snapshotId"]')) as snapshot_id,

    -- Networks.
    coalesce(json_extract_scalar(request_parameters, '$["vpcId"]'), json_extract_scalar(response_elements, '$["vpc"]["vpcId"]')) as vpc_id,
    coalesce(
        json_extract_scalar(request_parameters, '$["subnetId"]'),
        json_extract_scalar(response_elements, '$["subnet"]["subnetId"]')
    ) as subnet_id,
    coalesce(json_extract_scalar(request_parameters, '$["groupId"]'), json_extract_scalar(response_elements, '$["groupId"]')) as security_group_id,
    json_extract_scalar(request_parameters, '$["networkInterfaceId"]') as network_interface_id,
    json_extract_scalar(request_parameters, '$["routeTableId"]') as route_table_id,
    json_extract_scalar(request_parameters, '$["networkAclId"]') as network_acl_id,
    coalesce(
        json_extract_scalar(request_parameters, '$["internetGatewayId"]'),
        json_extract_scalar(request_parameters, '$["gatewayId"]')
    ) as gateway_id,
    coalesce(
        json_extract_scalar(request_parameters, '$["cidrBlock"]'),
        json_extract_scalar(request_parameters, '$["destinationCidrBlock"]')
    ) as cidr_block,
    coalesce(
        json_extract_scalar(request_parameters, '$["allocationId"]'),
        json_extract_scalar(response_elements, '$["allocationId"]')
    ) as allocation_id,

    -- Who made the call for whom.
    user_invoked_by
from events
where service = 'ec2'
