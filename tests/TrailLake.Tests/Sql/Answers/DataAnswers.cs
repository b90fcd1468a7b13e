using System.Globalization;
using System.Text.Json;

namespace TrailLake.Tests.Sql.Answers;

using static Shapes;

/// <summary>Who reached, opened, used up or destroyed data.</summary>
static class DataAnswers
{
    public static IEnumerable<Answer> All() =>
    [
        Calls("shared_snapshots_and_images",
            record => (record.Service == "ec2" && record.Name is "ModifySnapshotAttribute" or "ModifyImageAttribute" && Added(record) is not null) || (record.Service == "rds" && Added(record) is not null),
            [
                new("resource_id", record => record.Request("snapshotId") ?? record.Request("imageId") ?? record.Request("dBSnapshotIdentifier")), new("shared_with", Added),
                new("is_public", record => Added(record)!.Contains("\"all\"", StringComparison.Ordinal)),
            ],
            "event_id like '%0402'", "event_id like '%0405'"),
        Calls("s3_public_access", record => OpenedBy(record) is not null,
            [Request("bucket_name", "bucketName"), new("opened_by", OpenedBy)],
            "event_id like '%0413'", "event_id like '%0415'", "event_id like '%0130'", "event_id like '%0416'", "event_id like '%0831'"),
        PerGroup("s3_object_access",
            "event_date, region, service, recipient_account_id, bucket_name, principal, event_name, event_count, error_count, object_count, source_address_count, bytes_in, bytes_out, first_event_time, last_event_time",
            record => record.Service == "s3" && record.Request("key") is not null, record => (record.Day, record.Region, record.Service, record.Account, Bucket: record.Request("bucketName"), record.Principal, record.Name),
            (key, group) =>
            [
                key.Day, key.Region, key.Service, key.Account, key.Bucket, key.Principal, key.Name, group.Count, group.Errors(), group.Distinct(record => record.Request("key")), group.Distinct(record => record.Address),
                Sum(group, "bytesTransferredIn"), Sum(group, "bytesTransferredOut"), group.FirstTime(), group.LastTime(),
            ],
            "event_id like '%0423' => event_name = 'DeleteObjects'", "event_name = 'GetBucketPolicy'"),
        PerGroup("s3_destructive_calls",
            "event_date, region, service, recipient_account_id, bucket_name, principal, delete_object_count, delete_version_count, delete_objects_call_count, delete_bucket_count, customer_key_copy_count, short_lifecycle_count, first_event_time, last_event_time",
            record => record.Service == "s3" && !record.IsError && (record.Name!.StartsWith("DeleteObject", StringComparison.Ordinal) || record.Name == "DeleteBucket" || HasCustomerKey(record) || IsShortLifecycle(record)),
            record => (record.Day, record.Region, record.Service, record.Account, Bucket: record.Request("bucketName"), record.Principal),
            (key, group) =>
            [
                key.Day, key.Region, key.Service, key.Account, key.Bucket, key.Principal, group.LongCount(record => record.Name == "DeleteObject"),
                group.LongCount(record => record.Name == "DeleteObject" && record.Request("versionId") is not null), group.LongCount(record => record.Name == "DeleteObjects"),
                group.LongCount(record => record.Name == "DeleteBucket"), group.LongCount(HasCustomerKey), group.LongCount(IsShortLifecycle), group.FirstTime(), group.LastTime(),
            ],
            "event_id like '%0426' => bucket_name = 'acorn-hr'", "event_id like '%0427' => bucket_name = 'acorn-build'", "event_id like '%0833' => bucket_name = 'acorn-media'"),
        Calls("secret_access",
            record => !record.IsAwsService && ((record.Service == "secretsmanager" && record.Name is "GetSecretValue" or "BatchGetSecretValue")
                || (record.Service == "ssm" && record.Name!.StartsWith("GetParameter", StringComparison.Ordinal) && record.Flag("requestParameters", "withDecryption") == true)),
            [
                new("secret_id", record => record.Request("secretId") ?? record.Request("name") ?? record.Request("path")), new("secret_ids", record => record.JsonAt("requestParameters", "secretIdList") ?? record.JsonAt("requestParameters", "names")),
                Request("version_stage", "versionStage"),
            ],
            "event_id like '%0431'", "event_id like '%0433'", "event_name = 'GetParameter' and event_date = '2026-03-13'"),
        PerGroup("kms_key_usage", "event_date, region, service, key_arn, principal, invoked_by, event_name, event_count, error_count, source_address_count, first_event_time, last_event_time",
            record => record.Service == "kms" && (record.Name.IsOneOf("Decrypt Encrypt ReEncrypt Sign Verify") || record.Name!.StartsWith("GenerateDataKey", StringComparison.Ordinal)),
            record => (record.Day, record.Region, record.Service, Key: record.FirstResource ?? record.Request("keyId"), record.Principal, record.InvokedBy, record.Name),
            (key, group) => [key.Day, key.Region, key.Service, key.Key, key.Principal, key.InvokedBy, key.Name, group.Count, group.Errors(), group.Distinct(record => record.Address), group.FirstTime(), group.LastTime()],
            "event_name = 'ListAliases'", "event_name = 'CreateGrant'"),
        Calls("rds_exposures", record => Exposure(record) is not null,
            [new("database_id", record => record.Request("dBInstanceIdentifier") ?? record.Request("dBClusterIdentifier")), new("exposure", Exposure)],
            "event_id like '%0442'", "event_id like '%0443'"),
        Calls("lambda_changes",
            record => record.Service == "lambda" && record.IsWrite && record.Name!.Contains("Function", StringComparison.Ordinal) | record.Name.Contains("Permission", StringComparison.Ordinal),
            [
                new("action", Action), Request("function_name", "functionName"), new("role_arn", record => record.Request("role") ?? record.Response("role")), new("runtime", record => record.Request("runtime") ?? record.Response("runtime")),
                Response("code_sha256", "codeSha256"), RequestJson("layers", "layers"), Request("permission_principal", "principal"),
                new("is_public", record => record.Request("principal") == "*" || record.Request("authType") == "NONE"),
            ],
            "event_id like '%0452'", "event_name = 'PublishVersion20150331'", "event_name = 'Invoke'"),
        Calls("instance_user_data_changes", record => record is { Service: "ec2", Name: "ModifyInstanceAttribute" } && record.Request("userData") is not null,
            [Request("instance_id", "instanceId")],
            "event_id like '%0456'", "event_id like '%0457'"),
    ];

    /// <summary>A Lambda event's name without the API's version.</summary>
    public static string Action(SampleRecord record) => record.Name!.Split("201")[0];

    static string? Added(SampleRecord record) => record.JsonAt("requestParameters", "createVolumePermission", "add") ?? record.JsonAt("requestParameters", "launchPermission", "add") ?? record.JsonAt("requestParameters", "valuesToAdd");

    static bool HasCustomerKey(SampleRecord record) => record.Name is "CopyObject" or "PutObject" or "CreateMultipartUpload" && record.Request("x-amz-server-side-encryption-customer-algorithm") is not null;

    static bool IsShortLifecycle(SampleRecord record) => record.Name == "PutBucketLifecycle" && record.At("requestParameters", "LifecycleConfiguration", "Rule") is { } rule
        && (rule.ValueKind == JsonValueKind.Array ? [.. rule.EnumerateArray()] : new[] { rule }).Any(one => one.TryGetProperty("Expiration", out var end) && end.GetProperty("Days").GetInt32() <= 1);

    static long Sum(List<SampleRecord> group, string name) => (long)group.Sum(record => double.Parse(record.Additional(name) ?? "0", CultureInfo.InvariantCulture));

    static string? OpenedBy(SampleRecord record)
    {
        if (record.Service != "s3")
            return null;
        switch (record.Name)
        {
            case "DeleteBucketPublicAccessBlock":
                return "block_deleted";
            case "PutBucketPublicAccessBlock":
                return record.At("requestParameters", "PublicAccessBlockConfiguration")!.Value.EnumerateObject().Any(part => part.Value.ValueKind == JsonValueKind.False) ? "block_lowered" : null;
            case "PutBucketPolicy":
                var statement = record.At("requestParameters", "bucketPolicy", "Statement")!.Value;
                return (statement.ValueKind == JsonValueKind.Array ? [.. statement.EnumerateArray()] : new[] { statement }).Any(one => one.GetProperty("Effect").GetString() == "Allow" && IsAnybody(one.GetProperty("Principal"))) ? "policy" : null;
            case "PutBucketAcl":
                return record.At("requestParameters", "x-amz-acl")!.Value.EnumerateArray().First().GetString()!.StartsWith("public-", StringComparison.Ordinal) ? "acl" : null;
            case "PutObject":
                return record.Request("x-amz-acl") is { } acl && acl.StartsWith("public-", StringComparison.Ordinal) ? "acl" : null;
            default:
                return null;
        }
    }

    static bool IsAnybody(JsonElement principal) => principal.ValueKind switch
    {
        JsonValueKind.String => principal.GetString() == "*",
        JsonValueKind.Array => principal.EnumerateArray().Any(IsAnybody),
        _ => principal.TryGetProperty("AWS", out var accounts) && IsAnybody(accounts),
    };

    static string? Exposure(SampleRecord record) => (record.Service, record.Name) switch
    {
        ("rds", "DeleteDBInstance") => record.Flag("requestParameters", "skipFinalSnapshot") == true ? "deleted_without_snapshot" : null,
        ("rds", "ModifyDBInstance") => record.Flag("requestParameters", "publiclyAccessible") == true ? "publicly_accessible" : null,
        ("rds", "ModifyDBCluster") => record.Flag("requestParameters", "deletionProtection") == false ? "deletion_protection_off" : null,
        _ => null,
    };
}
