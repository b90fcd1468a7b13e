using System.Text.Json;

namespace TrailLake.Tests.Sql.Answers;

using static Shapes;

/// <summary>How much happened, what was changed, what was refused.</summary>
static class ActivityAnswers
{
    public static IEnumerable<Answer> All() =>
    [
        PerGroup("activity_daily", "event_date, recipient_account_id, region, service, event_count, error_count, read_count, write_count, caller_count, source_address_count, first_event_time, last_event_time",
            _ => true, record => (record.Day, record.Account, record.Region, record.Service),
            (key, group) =>
            [
                key.Day, key.Account, key.Region, key.Service, group.Count, group.Errors(), group.LongCount(record => record.IsReadOnly == true), group.Writes(),
                group.Distinct(record => record.UserArn ?? record.PrincipalId ?? record.InvokedBy), group.Distinct(record => record.Address), group.FirstTime(), group.LastTime(),
            ],
            "event_time = timestamp '2026-03-10 23:58:41' => event_date = '2026-03-11' and first_event_time < timestamp '2026-03-11 00:00:00'"),
        PerGroup("errors_by_event", "event_date, region, service, event_name, error_code, error_count, caller_count, account_count, first_event_time, last_event_time, error_message_example",
            record => record.IsError, record => (record.Day, record.Region, record.Service, record.Name, record.ErrorCode),
            (key, group) =>
            [
                key.Day, key.Region, key.Service, key.Name, key.ErrorCode, group.Count, group.Distinct(record => record.UserArn ?? record.PrincipalId ?? record.InvokedBy), group.Distinct(record => record.Account),
                group.FirstTime(), group.LastTime(), group.Select(record => record.ErrorMessage).Least(),
            ],
            "event_name = 'SendMessage'"),
        Calls("write_events",
            record => record.IsWrite && !record.IsAwsService && !record.IsServiceEvent && record.IssuerArn?.Contains(":role/aws-service-role/", StringComparison.Ordinal) != true,
            [
                new("principal", record => record.Principal), new("is_management", record => record.Text("eventCategory") is { } category ? category == "Management" : record.Flag("managementEvent") != false),
                new("is_console", record => (record.Flag("sessionCredentialFromConsole") ?? record.Flag("userIdentity", "sessionContext", "attributes", "sessionCredentialFromConsole")) == true),
            ],
            "event_id like '%0508'", "event_id like '%0509'", "event_id like '%0138'"),
        Calls("console_actions",
            record => !record.IsAwsService && (record.Flag("sessionCredentialFromConsole") == true || record.InvokedBy == "signin.amazonaws.com" || record.Text("eventType") == "AwsConsoleAction"
                || (record.Agent is { } agent && (agent.StartsWith("Mozilla/", StringComparison.Ordinal) || agent.Contains("S3Console/", StringComparison.Ordinal) || agent.StartsWith("console.", StringComparison.Ordinal)))),
            [new("read_only", record => record.IsReadOnly), new("is_sign_in", record => record.Text("eventType") == "AwsConsoleSignIn")],
            "event_id like '%0110'", "event_id like '%0508'"),
        PerGroup("activity_by_hour", "event_date, region, service, recipient_account_id, hour_of_day, is_weekend, event_count, write_count, error_count, principal_count",
            record => !record.IsAwsService && !record.IsServiceEvent, record => (record.Day, record.Region, record.Service, record.Account, record.Time.Hour, IsWeekend: record.Time.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday),
            (key, group) => [key.Day, key.Region, key.Service, key.Account, key.Hour, key.IsWeekend, group.Count, group.Writes(), group.Errors(), group.Distinct(record => record.Principal)],
            "event_date = '2026-03-12' and hour(event_time) = 9 and region = 'eu-west-1' => event_date = '2026-03-12' and hour_of_day = 9 and region = 'eu-west-1'"),
        PerGroup("region_activity", "event_date, recipient_account_id, region, event_count, write_count, error_count, service_count, principal_count, first_event_time, last_event_time",
            record => !record.IsAwsService && !record.IsServiceEvent, record => (record.Day, record.Account, record.Region),
            (key, group) => [key.Day, key.Account, key.Region, group.Count, group.Writes(), group.Errors(), group.Distinct(record => record.Service), group.Distinct(record => record.Principal), group.FirstTime(), group.LastTime()],
            "event_date = '2026-03-12' and region = 'eu-west-1'"),
        PerGroup("first_use_of_calls", "service, principal, event_name, first_event_time, last_event_time, first_event_date, active_days, event_count, error_count",
            record => !record.IsAwsService, record => (record.Service, record.Principal, record.Name),
            (key, group) => [key.Service, key.Principal, key.Name, group.FirstTime(), group.LastTime(), group.Select(record => record.Day).Least(), group.Distinct(record => record.Day), group.Count, group.Errors()],
            "event_name = 'RotateKey'"),
        PerGroup("access_denied_by_principal", "event_date, region, service, principal, denied_count, event_name_count, source_address_count, event_names, first_event_time, last_event_time",
            record => !record.IsAwsService && record.ErrorCode is { } code && (code.EndsWith("UnauthorizedOperation", StringComparison.Ordinal) || code.Contains("AccessDenied", StringComparison.Ordinal) || code.IsOneOf("AuthorizationError ForbiddenException UnauthorizedException")),
            record => (record.Day, record.Region, record.Service, record.Principal),
            (key, group) =>
            [
                key.Day, key.Region, key.Service, key.Principal, group.Count, group.Distinct(record => record.Name), group.Distinct(record => record.Address),
                string.Join(", ", group.Select(record => record.Name).Distinct().Order(StringComparer.Ordinal)), group.FirstTime(), group.LastTime(),
            ],
            "service = 'sqs'", "user_invoked_by = 'delivery.logs.amazonaws.com' => principal = 'delivery.logs.amazonaws.com'"),
        PerGroup("aws_service_activity", "event_date, region, recipient_account_id, invoked_by, service, event_name, event_count, in_a_name_count, error_count, write_count",
            record => record.IsAwsService, record => (record.Day, record.Region, record.Account, By: record.InvokedBy ?? record.Address, record.Service, record.Name),
            (key, group) => [key.Day, key.Region, key.Account, key.By, key.Service, key.Name, group.Count, group.LongCount(record => record.UserType != "AWSService"), group.Errors(), group.Writes()],
            "event_id like '%0510' => invoked_by = 'signin.amazonaws.com'"),
        Resources(),
    ];

    static Answer Resources()
    {
        EventColumn[] columns =
        [
            new("event_name", record => record.Name), new("user_type", record => record.UserType), new("user_arn", record => record.UserArn), new("user_access_key_id", record => record.AccessKey),
            new("user_invoked_by", record => record.InvokedBy), new("source_ip_address", record => record.Address), new("user_agent", record => record.Agent), new("read_only", record => record.IsReadOnly),
            new("is_error", record => record.IsError), new("error_code", record => record.ErrorCode), new("error_message", record => record.ErrorMessage),
        ];
        static string? Part(JsonElement resource, string name) => resource.TryGetProperty(name, out var part) ? part.GetString() : null;
        var rows = SampleRecords.All.Events.SelectMany(record => record.Resources.Select(resource => (object?[])
        [
            record.Day, record.Region, record.Service, record.Time, record.Id, record.Account, Part(resource, "ARN"), Part(resource, "type"), Part(resource, "accountId"), .. columns.Select(column => column.Value(record)),
        ]));
        string[] before = ["event_date", "region", "service", "event_time", "event_id", "recipient_account_id", "resource_arn", "resource_type", "resource_account_id"];
        return new("resource_access", [.. before, .. columns.Select(column => column.Name)], [.. rows],
            "event_id like '%0604'", "event_id like '%0104'");
    }
}
