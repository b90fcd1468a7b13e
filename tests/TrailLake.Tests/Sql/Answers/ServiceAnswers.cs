using System.Text.Json;

namespace TrailLake.Tests.Sql.Answers;

using static Shapes;

/// <summary>The calls of one service, with its own fields.</summary>
static class ServiceAnswers
{
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
        CallsOf("rekognition",
            [
                new("image_bucket", record => record.Request("image", "s3Object", "bucket") ?? record.Request("sourceImage", "s3Object", "bucket")),
                new("image_name", record => record.Request("image", "s3Object", "name") ?? record.Request("sourceImage", "s3Object", "name")),
                Request("target_image_bucket", "targetImage", "s3Object", "bucket"), Request("target_image_name", "targetImage", "s3Object", "name"), Request("video_bucket", "video", "s3Object", "bucket"),
                Request("video_name", "video", "s3Object", "name"), new("collection_id", record => record.Request("collectionId") ?? record.Request("settings", "faceSearch", "collectionId")),
                Response("collection_arn", "collectionArn"), Response("face_model_version", "faceModelVersion"), new("status_code", record => record.Whole("responseElements", "statusCode")),
                Request("face_id", "faceId"), Request("user_id", "userId"), Request("external_image_id", "externalImageId"), new("max_faces", record => record.Whole("requestParameters", "maxFaces")),
                new("max_results", record => record.Whole("requestParameters", "maxLabels") ?? record.Whole("requestParameters", "maxResults")),
                new("face_match_threshold", record => Number(record.Request("faceMatchThreshold"))), new("similarity_threshold", record => Number(record.Request("similarityThreshold"))),
                new("user_match_threshold", record => Number(record.Request("userMatchThreshold"))), new("min_confidence", record => Number(record.Request("minConfidence"))),
                Request("quality_filter", "qualityFilter"), new("job_id", record => record.Response("jobId") ?? record.Request("jobId")), Request("job_tag", "jobTag"),
                new("notification_topic_arn", record => record.Request("notificationChannel", "sNSTopicArn") ?? record.Request("notificationChannel", "snsTopicArn")),
                new("role_arn", record => record.Request("notificationChannel", "roleArn") ?? record.Request("roleArn")),
                new("stream_processor_name", record => record.Name!.Contains("StreamProcessor", StringComparison.Ordinal) ? record.Request("name") : null),
                new("stream_processor_arn", record => record.Response("streamProcessorArn") ?? record.Response("StreamProcessorArn")),
                Request("kinesis_video_stream_arn", "input", "kinesisVideoStream", "arn"), Request("kinesis_data_stream_arn", "output", "kinesisDataStream", "arn"), Request("project_name", "projectName"),
                new("project_arn", record => record.Request("projectArn") ?? record.Response("projectArn")), Request("version_name", "versionName"),
                new("project_version_arn", record => record.Request("projectVersionArn") ?? record.Response("projectVersionArn")), Request("dataset_type", "datasetType"),
                new("dataset_arn", record => record.Request("datasetArn") ?? record.Response("datasetArn")), Request("manifest_bucket", "datasetSource", "groundTruthManifest", "s3Object", "bucket"),
                Request("manifest_name", "datasetSource", "groundTruthManifest", "s3Object", "name"),
                new("output_bucket", record => record.Request("outputConfig", "s3Bucket") ?? record.Request("settings", "outputConfig", "s3Bucket")),
                new("output_prefix", record => record.Request("outputConfig", "s3KeyPrefix") ?? record.Request("settings", "outputConfig", "s3KeyPrefix")),
                new("min_inference_units", record => record.Whole("requestParameters", "minInferenceUnits")), new("max_inference_units", record => record.Whole("requestParameters", "maxInferenceUnits")),
                Response("status", "status"), new("liveness_session_id", record => record.Response("sessionId") ?? record.Request("sessionId")),
            ],
            "service = 'lookoutvision' => event_name = 'CreateModel'"),
        CallsOf("lookoutvision",
            [
                Request("project_name", "projectName"), Request("description", "description"), new("project_arn", record => record.Response("projectArn") ?? record.Response("projectMetadata", "projectArn")),
                new("status", record => record.Response("status") ?? record.Response("datasetMetadata", "status") ?? record.Response("modelMetadata", "status")),
                new("status_message", record => record.Response("statusMessage") ?? record.Response("datasetMetadata", "statusMessage") ?? record.Response("modelMetadata", "statusMessage")),
                Request("dataset_type", "datasetType"), Request("manifest_bucket", "datasetSource", "groundTruthManifest", "s3Object", "bucket"),
                Request("manifest_key", "datasetSource", "groundTruthManifest", "s3Object", "key"),
                new("model_version", record => record.Request("modelVersion") ?? record.Response("modelVersion") ?? record.Response("modelMetadata", "modelVersion")),
                new("model_arn", record => record.Response("modelArn") ?? record.Response("modelMetadata", "modelArn")), Request("output_bucket", "outputConfig", "s3Location", "bucket"),
                Request("output_prefix", "outputConfig", "s3Location", "prefix"), new("min_inference_units", record => record.Whole("requestParameters", "minInferenceUnits")),
                new("max_inference_units", record => record.Whole("requestParameters", "maxInferenceUnits")), Request("content_type", "contentType"),
                new("is_trial_detection", record => record.Name!.Contains("TrialDetection", StringComparison.Ordinal)), new("job_name", record => record.Request("jobName") ?? record.Response("jobName")),
                Request("greengrass_component_name", "configuration", "greengrass", "componentName"), Request("greengrass_component_version", "configuration", "greengrass", "componentVersion"),
                Request("greengrass_target_device", "configuration", "greengrass", "targetDevice"), Request("client_token", "clientToken"),
            ],
            "event_id like '%0472' => event_id like '%0472' and is_trial_detection"),
        CallsOf("personalize",
            [
                new("name", record => record.Request("name") ?? record.Request("jobName")), Request("domain", "domain"), Request("role_arn", "roleArn"), Request("kms_key_arn", "kmsKeyArn"),
                new("max_results", record => record.Whole("requestParameters", "maxResults")), new("dataset_group_arn", record => record.Request("datasetGroupArn") ?? record.Response("datasetGroupArn")),
                new("schema_arn", record => record.Request("schemaArn") ?? record.Response("schemaArn")), new("dataset_arn", record => record.Request("datasetArn") ?? record.Response("datasetArn")),
                Request("dataset_type", "datasetType"), new("dataset_import_job_arn", record => record.Request("datasetImportJobArn") ?? record.Response("datasetImportJobArn")),
                Request("import_location", "dataSource", "dataLocation"), Request("import_mode", "importMode"),
                new("dataset_export_job_arn", record => record.Request("datasetExportJobArn") ?? record.Response("datasetExportJobArn")),
                new("event_tracker_arn", record => record.Request("eventTrackerArn") ?? record.Response("eventTrackerArn")), Response("tracking_id", "trackingId"),
                new("filter_arn", record => record.Request("filterArn") ?? record.Response("filterArn")), Request("recipe_arn", "recipeArn"),
                new("solution_arn", record => record.Request("solutionArn") ?? record.Response("solutionArn")),
                new("solution_version_arn", record => record.Request("solutionVersionArn") ?? record.Response("solutionVersionArn")), Request("training_mode", "trainingMode"),
                new("is_auto_ml", record => IsTrue(record.Request("performAutoML"))), new("is_hpo", record => IsTrue(record.Request("performHPO"))),
                new("campaign_arn", record => record.Request("campaignArn") ?? record.Response("campaignArn")), new("min_provisioned_tps", record => record.Whole("requestParameters", "minProvisionedTPS")),
                new("recommender_arn", record => record.Request("recommenderArn") ?? record.Response("recommenderArn")),
                new("min_recommendation_requests_per_second", record => record.Whole("requestParameters", "recommenderConfig", "minRecommendationRequestsPerSecond")),
                new("batch_inference_job_arn", record => record.Request("batchInferenceJobArn") ?? record.Response("batchInferenceJobArn")),
                new("batch_segment_job_arn", record => record.Request("batchSegmentJobArn") ?? record.Response("batchSegmentJobArn")), Request("job_input_path", "jobInput", "s3DataSource", "path"),
                Request("job_output_path", "jobOutput", "s3DataDestination", "path"), new("num_results", record => record.Whole("requestParameters", "numResults")),
            ],
            "service = 'lookoutvision' => event_name = 'CreateModel'"),
    ];

    static double? Number(string? text) => text is null ? null : double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    static object? IsTrue(string? text) => text is null ? null : text == "true";

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
