using System.Text.Json;

namespace TrailLake.Tests.Sql.Answers;

using static Shapes;

/// <summary>Who switched off what watches.</summary>
static class EvasionAnswers
{
    public static IEnumerable<Answer> All() =>
    [
        Calls("security_service_disruptions",
            record => record.Service.IsOneOf("guardduty securityhub macie2")
                && (record.Name is "DeleteDetector" or "DisableSecurityHub" or "DisableMacie" or "DisassociateMember" || (record.Name == "UpdateMacieSession" && record.Request("status") == "PAUSED")
                    || (record.Name == "UpdateDetector" && (record.Flag("requestParameters", "enable") == false
                        || (record.At("requestParameters", "features") is { } features && features.EnumerateArray().Any(feature => feature.GetProperty("status").GetString() == "DISABLED"))))),
            [Request("detector_id", "detectorId"), new("request", record => record.At("requestParameters")!.Value.ValueKind == JsonValueKind.Null ? null : record.JsonAt("requestParameters"))],
            "event_id like '%0303'", "event_id like '%0306'", "event_id like '%0821'", "event_id like '%0822'"),
        Calls("flow_log_deletions", record => record is { Service: "ec2", Name: "DeleteFlowLogs" },
            [Request("flow_log_ids", "DeleteFlowLogsRequest", "FlowLogId", "content")],
            "event_id like '%0311'"),
        Calls("log_and_alarm_deletions", record => record.Service.IsOneOf("logs monitoring events") && (record.Name.IsOneOf("DeleteLogGroup PutRetentionPolicy DeleteAlarms DisableRule")
                || (record.Name == "PutRule" && record.Request("state") == "DISABLED") || (record.Name == "PutMetricAlarm" && record.Request("actionsEnabled") == "false")),
            [
                new("target_name", record => record.Request("logGroupName") ?? record.Request("name") ?? record.Request("alarmName")), RequestJson("alarm_names", "alarmNames"), RequestWhole("retention_days", "retentionInDays"),
            ],
            "event_id like '%0318'", "event_id like '%0826'", "event_id like '%0828'"),
        Calls("ebs_default_encryption_changes", record => record.Service == "ec2" && record.Name!.Contains("Ebs", StringComparison.Ordinal) && record.IsWrite,
            [new("disables_encryption", record => record.Name!.StartsWith("Disable", StringComparison.Ordinal)), Request("kms_key_id", "ModifyEbsDefaultKmsKeyIdRequest", "KmsKeyId")],
            "event_id like '%0321'"),
        Calls("bedrock_guardrail_changes", record => record.Service == "bedrock" && record.IsWrite,
            [
                new("guardrail_id", record => record.Request("guardrailIdentifier") ?? record.Response("guardrailId")), Request("guardrail_name", "name"),
                new("removes_protection", record => record.Name!.StartsWith("Delete", StringComparison.Ordinal)),
            ],
            "event_id like '%0328'", "event_id like '%0330'"),
    ];
}
