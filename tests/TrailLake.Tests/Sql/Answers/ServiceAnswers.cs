using System.Text.Json;

namespace TrailLake.Tests.Sql.Answers;

using static Shapes;

/// <summary>The calls of one service, with its own fields. Those of Rekognition, Lookout for Vision and Personalize were worked out by hand: they are not here.</summary>
static class ServiceAnswers
{
    /// <summary>Views whose Expected/VIEW.csv is kept by hand.</summary>
    public static string[] ByHand { get; } = ["lookoutvision_calls", "personalize_calls", "rekognition_calls"];

    public static IEnumerable<Answer> All() =>
    [
        CallsOf("s3",
            [
                Request("bucket_name", "bucketName"), Request("object_key", "key"), Request("version_id", "versionId"), Request("prefix", "prefix"), Request("copy_source", "x-amz-copy-source"), Request("upload_id", "uploadId"),
                Request("storage_class", "x-amz-storage-class"), RequestJson("canned_acl", "x-amz-acl"), RequestJson("bucket_policy", "bucketPolicy"),
                new("server_side_encryption", record => record.Response("x-amz-server-side-encryption") ?? record.Request("x-amz-server-side-encryption")),
                new("kms_key_id", record => record.Response("x-amz-server-side-encryption-aws-kms-key-id") ?? record.Request("x-amz-server-side-encryption-aws-kms-key-id")),
                Request("customer_key_algorithm", "x-amz-server-side-encryption-customer-algorithm"), Bytes("bytes_in", "bytesTransferredIn"), Bytes("bytes_out", "bytesTransferredOut"),
                Additional("authentication_method", "AuthenticationMethod"), Additional("signature_version", "SignatureVersion"), Endpoint,
            ],
            "event_name = 'ListKeys'"),
        CallsOf("iam",
            [
                new("target_user_name", record => record.Request("userName") ?? record.Response("user", "userName")), new("target_role_name", record => record.Request("roleName") ?? record.Response("role", "roleName")),
                Request("target_group_name", "groupName"), Request("instance_profile_name", "instanceProfileName"), Request("path", "path"), Request("policy_name", "policyName"),
                new("policy_arn", record => record.Request("policyArn") ?? record.Response("policy", "arn")), Request("policy_document", "policyDocument"), Request("trust_policy", "assumeRolePolicyDocument"),
                Request("permissions_boundary", "permissionsBoundary"), new("target_access_key_id", record => record.Response("accessKey", "accessKeyId") ?? record.Request("accessKeyId")),
                new("target_status", record => record.Response("accessKey", "status") ?? record.Request("status")), Request("mfa_serial_number", "serialNumber"), RequestFlag("is_password_reset_required", "passwordResetRequired"),
                Request("linked_service", "aWSServiceName"), new("provider_arn", record => record.Request("sAMLProviderArn") ?? record.Response("sAMLProviderArn") ?? record.Response("openIDConnectProviderArn")),
            ],
            "event_id like '%0166'"),
        CallsOf("sts",
            [
                Request("role_arn", "roleArn"), Request("role_session_name", "roleSessionName"), new("role_account_id", record => record.Request("roleArn")?.Split(':')[4]), Request("external_id", "externalId"),
                RequestWhole("duration_seconds", "durationSeconds"), Request("mfa_serial_number", "serialNumber"), Request("session_policy", "policy"), Request("target_principal", "targetPrincipal"),
                new("source_identity", record => record.Request("sourceIdentity") ?? record.Response("sourceIdentity")), Response("issued_access_key_id", "credentials", "accessKeyId"),
                Response("expiration", "credentials", "expiration"), Response("assumed_role_arn", "assumedRoleUser", "arn"), Response("federated_user_arn", "federatedUser", "arn"),
                new("provider", record => record.Response("provider") ?? record.Request("principalArn")), new("subject", record => record.Response("subject") ?? record.Response("subjectFromWebIdentityToken")),
                Response("audience", "audience"), new("shared_event_id", record => record.Text("sharedEventID")), InvokedBy,
            ],
            "event_name = 'GetRoleCredentials'"),
        CallsOf("ec2",
            [
                new("instance_ids", record => Instances(record, "responseElements") ?? record.Request("instanceId") ?? Instances(record, "requestParameters")),
                new("image_id", record => record.Request("imageId") ?? record.Response("imageId") ?? FirstInstance(record, "imageId")), Request("instance_type", "instanceType"),
                new("key_name", record => record.Request("keyName") ?? FirstInstance(record, "keyName")), new("instance_profile", record => record.Request("iamInstanceProfile", "arn") ?? record.Request("iamInstanceProfile", "name")),
                new("has_user_data", record => record.At("requestParameters", "userData") is not null), new("max_count", record => FirstInstance(record, "maxCount") is { } count ? long.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : null),
                new("volume_id", record => record.Request("volumeId") ?? record.Response("volumeId")), new("snapshot_id", record => record.Request("snapshotId") ?? record.Response("snapshotId")),
                new("vpc_id", record => record.Request("vpcId") ?? record.Response("vpc", "vpcId")), new("subnet_id", record => record.Request("subnetId") ?? record.Response("subnet", "subnetId")),
                new("security_group_id", record => record.Request("groupId") ?? record.Response("groupId")), Request("network_interface_id", "networkInterfaceId"), Request("route_table_id", "routeTableId"),
                Request("network_acl_id", "networkAclId"), new("gateway_id", record => record.Request("internetGatewayId") ?? record.Request("gatewayId")), new("cidr_block", record => record.Request("cidrBlock") ?? record.Request("destinationCidrBlock")),
                new("allocation_id", record => record.Request("allocationId") ?? record.Response("allocationId")), InvokedBy,
            ],
            "event_id like '%0455' => event_id like '%0455' and image_id is not null"),
        CallsOf("kms",
            [
                Request("key_id", "keyId"), new("key_arn", record => record.FirstResource), Request("alias_name", "aliasName"), Request("key_spec", "keySpec"), Request("key_usage", "keyUsage"), Request("key_origin", "origin"),
                Request("encryption_algorithm", "encryptionAlgorithm"), RequestJson("encryption_context", "encryptionContext"), InvokedBy, Request("key_policy", "policy"), Request("grantee_principal", "granteePrincipal"),
                RequestJson("grant_operations", "operations"), Response("grant_id", "grantId"), RequestWhole("pending_window_days", "pendingWindowInDays"), Response("deletion_date", "deletionDate"), Endpoint,
            ],
            "service = 'secretsmanager' => event_name = 'GetSecretValue'"),
        CallsOf("lambda",
            [
                new("action", DataAnswers.Action), Request("function_name", "functionName"), new("function_arn", record => record.Response("functionArn") ?? record.FirstResource), Response("version", "version"), Request("alias_name", "name"),
                Request("description", "description"), new("runtime", record => record.Request("runtime") ?? record.Response("runtime")), new("handler", record => record.Request("handler") ?? record.Response("handler")),
                new("role_arn", record => record.Request("role") ?? record.Response("role")), new("memory_mb", record => record.Whole("requestParameters", "memorySize") ?? record.Whole("responseElements", "memorySize")),
                new("timeout_seconds", record => record.Whole("requestParameters", "timeout") ?? record.Whole("responseElements", "timeout")), Response("code_sha256", "codeSha256"),
                new("code_bytes", record => record.Whole("responseElements", "codeSize")), RequestJson("layers", "layers"), Request("permission_principal", "principal"), Request("permission_action", "action"),
                Request("statement_id", "statementId"), Request("url_auth_type", "authType"), Request("event_source_arn", "eventSourceArn"),
            ],
            "event_id like '%0455'"),
        CallsOf("dynamodb",
            [
                Request("table_name", "tableName"), new("table_arn", record => record.Response("tableDescription", "tableArn") ?? record.FirstResource), Response("table_status", "tableDescription", "tableStatus"),
                Request("index_name", "indexName"), Request("billing_mode", "billingMode"), RequestFlag("is_deletion_protected", "deletionProtectionEnabled"), RequestJson("item_key", "key"),
                RequestJson("transaction", "transactItems"), RequestFlag("is_consistent_read", "consistentRead"), Request("filter_expression", "filterExpression"), Request("query_statement", "statement"),
                Request("backup_arn", "backupArn"), Request("export_bucket", "s3Bucket"), Response("export_arn", "exportDescription", "exportArn"), InvokedBy,
            ],
            "user_invoked_by = 'dynamodb.amazonaws.com'"),
        CallsOf("secretsmanager",
            [
                new("secret_id", record => record.Request("secretId") ?? record.Request("name")), RequestJson("secret_ids", "secretIdList"), new("secret_arn", record => record.Response("aRN") ?? record.Response("arn") ?? record.FirstResource),
                Request("version_id", "versionId"), Request("version_stage", "versionStage"), Request("kms_key_id", "kmsKeyId"), Request("rotation_lambda_arn", "rotationLambdaARN"),
                RequestWhole("recovery_window_days", "recoveryWindowInDays"), RequestFlag("is_forced_deletion", "forceDeleteWithoutRecovery"), Request("resource_policy", "resourcePolicy"), InvokedBy,
            ],
            "service = 'ssm' => event_name = 'GetParameter'"),
        CallsOf("ssm",
            [
                new("parameter_name", record => record.Request("name") ?? record.Request("path")), RequestJson("parameter_names", "names"), RequestFlag("is_with_decryption", "withDecryption"), Request("parameter_type", "type"),
                Request("document_name", "documentName"), Request("document_version", "documentVersion"), RequestJson("instance_ids", "instanceIds"), RequestJson("targets", "targets"),
                Response("command_id", "command", "commandId"), Response("command_status", "command", "status"), Response("automation_execution_id", "automationExecutionId"), Request("session_target", "target"),
                Response("session_id", "sessionId"), Request("instance_id", "instanceId"), InvokedBy,
            ],
            "service = 'secretsmanager' => event_name = 'GetSecretValue'"),
        CallsOf("cloudformation",
            [
                Request("stack_name", "stackName"), Response("stack_id", "stackId"), Request("stack_set_name", "stackSetName"), Request("change_set_name", "changeSetName"), Request("template_url", "templateURL"),
                Request("role_arn", "roleARN"), RequestJson("capabilities", "capabilities"), RequestFlag("is_rollback_disabled", "disableRollback"), RequestFlag("is_termination_protected", "enableTerminationProtection"),
                Request("client_request_token", "clientRequestToken"), InvokedBy,
            ],
            "user_invoked_by = 'cloudformation.amazonaws.com'"),
        CallsOf("bedrock",
            [
                Request("model_id", "modelId"), Additional("inference_region", "inferenceRegion"), Request("inference_profile_id", "inferenceProfileIdentifier"), Request("job_name", "jobName"),
                Request("provisioned_model_name", "provisionedModelName"), new("guardrail_id", record => record.Request("guardrailIdentifier") ?? record.Response("guardrailId")),
                new("guardrail_version", record => record.Request("guardrailVersion") ?? record.Response("version")), Request("guardrail_name", "name"), Request("agent_id", "agentId"), Request("agent_alias_id", "agentAliasId"),
                Request("session_id", "sessionId"), Request("knowledge_base_id", "knowledgeBaseId"), InvokedBy,
            ],
            "service = 'rekognition' => event_name = 'DetectLabels'"),
        CallsOf("signin",
            [
                new("user_name", record => record.UserName), new("is_root", record => record.IsRoot), new("outcome", Outcome), new("is_failure", record => Outcome(record) == "Failure" || record.IsError),
                new("is_mfa_used", record => record.Additional("MFAUsed") is { } used ? used == "Yes" : null), Additional("mfa_identifier", "MFAIdentifier"), Additional("mfa_type", "MfaType"),
                new("is_mobile", record => record.Additional("MobileVersion") is { } mobile ? mobile == "Yes" : null), Additional("login_to", "LoginTo"), Additional("switch_from", "SwitchFrom"), Additional("switch_to", "SwitchTo"),
                Additional("redirect_to", "RedirectTo"),
            ],
            "service = 'sso' => event_name = 'GetRoleCredentials'"),
    ];

    static readonly EventColumn Endpoint = new("vpc_endpoint_id", record => record.Text("vpcEndpointId"));

    static readonly EventColumn InvokedBy = new("user_invoked_by", record => record.InvokedBy);

    static EventColumn Bytes(string name, string field) => new(name, record => record.Additional(field) is { } bytes ? (long)double.Parse(bytes, System.Globalization.CultureInfo.InvariantCulture) : null);

    static string? Outcome(SampleRecord record) => record.At("responseElements") is { ValueKind: JsonValueKind.Object } answer ? answer.EnumerateObject().First().Value.GetString() : null;

    static string? FirstInstance(SampleRecord record, string field) =>
        record.At("requestParameters", "instancesSet", "items") is { ValueKind: JsonValueKind.Array } items && items.GetArrayLength() > 0 && items[0].TryGetProperty(field, out var value) ? value.ToString() : null;

    static string? Instances(SampleRecord record, string side) =>
        record.At(side, "instancesSet", "items") is { ValueKind: JsonValueKind.Array } items && items.EnumerateArray().Any(item => item.TryGetProperty("instanceId", out _))
            ? string.Join(", ", items.EnumerateArray().Where(item => item.TryGetProperty("instanceId", out _)).Select(item => item.GetProperty("instanceId").GetString()))
            : null;
}
