namespace TrailLake.Tests.Sql.Answers;

using static Shapes;

/// <summary>The monitoring set of the CIS AWS Foundations Benchmark, section 4.</summary>
static class CisAnswers
{
    public static IEnumerable<Answer> All() =>
    [
        Calls("unauthorized_api_calls",
            record => record.ErrorCode is { } code && (code.EndsWith("UnauthorizedOperation", StringComparison.Ordinal) || code.StartsWith("AccessDenied", StringComparison.Ordinal))
                && record.Address != "delivery.logs.amazonaws.com" && record.Name != "HeadBucket",
            [new("is_aws_service", record => record.IsAwsService)],
            "event_id like '%0102'", "event_id like '%0103'", "event_id like '%0104'"),
        PerEvent("console_logins_without_mfa",
            record => record is { Service: "signin", Name: "ConsoleLogin" } && record.Additional("MFAUsed") == "No",
            [
                new("event_date", record => record.Day), new("region", record => record.Region), new("service", record => record.Service), new("event_time", record => record.Time), new("event_id", record => record.Id),
                new("recipient_account_id", record => record.Account), new("user_type", record => record.UserType), new("user_name", record => record.UserName),
                new("user_arn", record => record.UserArn), new("is_root", record => record.IsRoot), new("is_federated", record => !record.UserType!.IsOneOf("Root IAMUser")),
                new("source_ip_address", record => record.Address), new("user_agent", record => record.Agent), Additional("login_to", "LoginTo"),
                new("is_mobile", record => record.Additional("MobileVersion") == "Yes"), new("is_failure", record => record.Response("ConsoleLogin") != "Success"), new("error_message", record => record.ErrorMessage),
            ],
            "event_id like '%0172'", "event_id like '%0173'"),
        PerEvent("root_activity", record => record.IsRoot && !record.IsAwsService && !record.IsServiceEvent,
            [
                new("event_date", record => record.Day), new("region", record => record.Region), new("service", record => record.Service), new("event_time", record => record.Time),
                new("event_id", record => record.Id), new("event_name", record => record.Name), new("event_type", record => record.Text("eventType")),
                new("recipient_account_id", record => record.Account), new("source_ip_address", record => record.Address), new("user_agent", record => record.Agent),
                new("user_access_key_id", record => record.AccessKey), new("read_only", record => record.IsReadOnly),
                new("is_mfa_used", record => record.Flag("userIdentity", "sessionContext", "attributes", "mfaAuthenticated") ?? (record.Additional("MFAUsed") is { } used ? used == "Yes" : null)),
                new("is_error", record => record.IsError), new("error_code", record => record.ErrorCode), new("error_message", record => record.ErrorMessage),
            ],
            "event_id like '%0175'", "event_id like '%0176'"),
        Calls("iam_policy_changes",
            record => record.Service == "iam" && record.Name.IsOneOf("PutGroupPolicy PutRolePolicy PutUserPolicy DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion "
                + "SetDefaultPolicyVersion AttachGroupPolicy AttachRolePolicy AttachUserPolicy DetachGroupPolicy DetachRolePolicy DetachUserPolicy UpdateAssumeRolePolicy PutRolePermissionsBoundary PutUserPermissionsBoundary"),
            [
                new("policy_arn", record => record.Request("policyArn") ?? record.Response("policy", "arn")), Request("policy_name", "policyName"), Request("target_user_name", "userName"),
                Request("target_role_name", "roleName"), Request("target_group_name", "groupName"), Request("policy_document", "policyDocument"),
            ],
            "event_id like '%0113'", "event_id like '%0166'"),
        Calls("cloudtrail_changes", record => record.Service == "cloudtrail" && record.Name.IsOneOf("CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging PutEventSelectors StartEventDataStoreIngestion"),
            [
                new("trail", record => record.Request("name") ?? record.Request("trailName") ?? record.Request("eventDataStore")), Response("trail_arn", "trailARN"),
                new("is_multi_region", record => record.Flag("requestParameters", "isMultiRegionTrail")), new("event_selectors", record => record.JsonAt("requestParameters", "eventSelectors") ?? record.JsonAt("requestParameters", "advancedEventSelectors")),
                new("stops_logging", record => record.Name is "StopLogging" or "DeleteTrail"),
            ],
            "event_id like '%0122'"),
        Calls("console_login_failures", record => record is { Service: "signin", Name: "ConsoleLogin" } && record.Response("ConsoleLogin") == "Failure",
            [
                new("user_name", record => record.UserName), new("is_name_hidden", record => record.UserName is { } name ? name.StartsWith("HIDDEN_", StringComparison.Ordinal) : null), new("is_root", record => record.IsRoot),
                new("is_mfa_used", record => record.Additional("MFAUsed") == "Yes"), Additional("login_to", "LoginTo"),
            ],
            "event_id like '%0172'", "event_id like '%0173'", "event_id like '%0174'", "event_source = 'sandbox.example.com' and event_name = 'ConsoleLogin' => event_id like '%0711'"),
        Calls("kms_key_removals", record => record.Service == "kms" && record.Name is "DisableKey" or "ScheduleKeyDeletion",
            [Request("key_id", "keyId"), new("key_arn", record => record.FirstResource), RequestWhole("pending_window_days", "pendingWindowInDays"), Response("deletion_date", "deletionDate")],
            "event_id like '%0126'", "event_name = 'CancelKeyDeletion'"),
        Calls("s3_bucket_policy_changes",
            record => record.Service == "s3" && record.Name.IsOneOf("PutBucketAcl PutBucketPolicy PutBucketLifecycle PutBucketPublicAccessBlock DeleteBucketPolicy DeleteBucketReplication DeleteBucketPublicAccessBlock"),
            [Request("bucket_name", "bucketName"), RequestJson("bucket_policy", "bucketPolicy"), RequestJson("canned_acl", "x-amz-acl")],
            "event_id like '%0132'", "event_name = 'CreateBucket'"),
        Calls("config_changes", record => record.Service == "config" && record.Name.IsOneOf("StopConfigurationRecorder PutConfigurationRecorder PutDeliveryChannel DeleteDeliveryChannel"),
            [
                new("recorder_name", record => record.Request("configurationRecorderName") ?? record.Request("configurationRecorder", "name")), Request("delivery_channel_name", "deliveryChannel", "name"),
                new("stops_recording", record => record.Name == "StopConfigurationRecorder"),
            ],
            "event_id like '%0138'"),
        Calls("security_group_changes", record => record.Service == "ec2" && record.Name.IsOneOf("AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress RevokeSecurityGroupEgress CreateSecurityGroup DeleteSecurityGroup"),
            [
                new("group_id", record => record.Request("groupId") ?? record.Response("groupId")), Request("group_name", "groupName"), Request("vpc_id", "vpcId"), RequestJson("ip_permissions", "ipPermissions"),
                new("opens_to_world", record => record.Name == "AuthorizeSecurityGroupIngress" && !record.IsError
                    && record.At("requestParameters", "ipPermissions", "items")!.Value.EnumerateArray().Any(item => item.GetProperty("ipRanges").GetProperty("items").EnumerateArray().Any(range => range.GetProperty("cidrIp").GetString() == "0.0.0.0/0"))),
            ],
            "event_id like '%0144'"),
        Calls("network_acl_changes", record => record.Service == "ec2" && record.Name.IsOneOf("CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl DeleteNetworkAclEntry ReplaceNetworkAclEntry"),
            [
                new("network_acl_id", record => record.Request("networkAclId") ?? record.Response("networkAcl", "networkAclId")), Request("vpc_id", "vpcId"), RequestWhole("rule_number", "ruleNumber"), Request("rule_action", "ruleAction"),
                Request("protocol", "aclProtocol"), RequestWhole("from_port", "portRange", "from"), RequestWhole("to_port", "portRange", "to"), Request("cidr_block", "cidrBlock"), RequestFlag("is_egress", "egress"),
            ],
            "event_id like '%0147'"),
        Calls("network_gateway_changes", record => record.Service == "ec2" && record.Name.IsOneOf("CreateInternetGateway AttachInternetGateway DetachInternetGateway DeleteInternetGateway CreateNatGateway DeleteNatGateway CreateCustomerGateway "
                + "CreateEgressOnlyInternetGateway AttachVpnGateway CreateTransitGatewayVpcAttachment"),
            [
                new("gateway_id", record => record.Request("internetGatewayId") ?? record.Response("internetGateway", "internetGatewayId") ?? record.Request("DeleteNatGatewayRequest", "NatGatewayId")
                    ?? record.Response("CreateEgressOnlyInternetGatewayResponse", "egressOnlyInternetGateway", "egressOnlyInternetGatewayId") ?? record.Request("vpnGatewayId") ?? record.Request("CreateTransitGatewayVpcAttachmentRequest", "TransitGatewayId")),
                new("vpc_id", record => record.Request("vpcId") ?? record.Request(record.Name + "Request", "VpcId")), Request("subnet_id", "CreateNatGatewayRequest", "SubnetId"),
            ],
            "event_id like '%0153'", "event_id like '%0813'"),
        Calls("route_table_changes", record => record.Service == "ec2" && record.Name.IsOneOf("CreateRoute CreateRouteTable ReplaceRoute DeleteRoute DeleteRouteTable AssociateRouteTable DisassociateRouteTable EnableVgwRoutePropagation"),
            [
                Request("route_table_id", "routeTableId"), new("destination_cidr_block", record => record.Request("destinationCidrBlock") ?? record.Request("destinationIpv6CidrBlock")),
                new("target_id", record => record.Request("gatewayId") ?? record.Request("egressOnlyInternetGatewayId")), Request("association_id", "associationId"),
            ],
            "event_id like '%0157'"),
        Calls("vpc_changes", record => record.Service == "ec2" && record.Name.IsOneOf("CreateVpc DeleteVpc ModifyVpcAttribute CreateVpcPeeringConnection AcceptVpcPeeringConnection DeleteVpcPeeringConnection CreateDefaultVpc AssociateVpcCidrBlock"),
            [
                new("vpc_id", record => record.Request("vpcId") ?? record.Response("vpc", "vpcId") ?? record.Response("CreateDefaultVpcResponse", "vpc", "vpcId") ?? record.Request("AssociateVpcCidrBlockRequest", "VpcId")),
                new("cidr_block", record => record.Request("cidrBlock") ?? record.Request("AssociateVpcCidrBlockRequest", "CidrBlock")),
                Response("peering_connection_id", "vpcPeeringConnection", "vpcPeeringConnectionId"), Request("peer_vpc_id", "peerVpcId"), Request("peer_account_id", "peerOwnerId"),
            ],
            "event_id like '%0162'"),
        Calls("organizations_changes", record => record.Service == "organizations" && record.IsWrite,
            [
                Request("target_account_id", "accountId"), Request("policy_id", "policyId"), Request("target_id", "targetId"), Request("destination_parent_id", "destinationParentId"),
                Request("service_principal", "servicePrincipal"),
            ],
            "event_id like '%0167'", "event_id like '%0168'"),
    ];
}
