namespace TrailLake.Tests.Sql.Answers;

using static Shapes;

/// <summary>Where calls come from, and with what.</summary>
static class NetworkAnswers
{
    public static IEnumerable<Answer> All() =>
    [
        PerGroup("source_address_activity",
            "event_date, region, source_ip_address, event_count, error_count, write_count, principal_count, account_count, service_count, user_agent_count, first_event_time, last_event_time",
            record => IdentityAnswers.IsPublic(record.Address), record => (record.Day, record.Region, record.Address),
            (key, group) =>
            [
                key.Day, key.Region, key.Address, group.Count, group.Errors(), group.Writes(), group.Distinct(record => record.Principal), group.Distinct(record => record.Account),
                group.Distinct(record => record.Service), group.Distinct(record => record.Agent), group.FirstTime(), group.LastTime(),
            ],
            "source_ip_address = '172.20.4.4'", "source_ip_address = '100.64.1.1'", "source_ip_address = 'cloudformation.amazonaws.com'"),
        PerGroup("user_agents", "event_date, region, service, principal, user_agent, program, event_count, error_count, source_address_count, first_event_time, last_event_time",
            record => !record.IsAwsService && record.Agent is not null, record => (record.Day, record.Region, record.Service, record.Principal, record.Agent),
            (key, group) =>
            [
                key.Day, key.Region, key.Service, key.Principal, key.Agent, key.Agent!.TrimStart('[').Split('/', ' ')[0] is { Length: > 0 } program ? program : null, group.Count, group.Errors(),
                group.Distinct(record => record.Address), group.FirstTime(), group.LastTime(),
            ],
            "user_agent = 'dynamodb.amazonaws.com'"),
        PerGroup("vpc_endpoint_usage", "event_date, region, service, vpc_endpoint_id, vpc_endpoint_account_id, event_count, error_count, denied_count, principal_count, source_address_count",
            record => record.Text("vpcEndpointId") is not null, record => (record.Day, record.Region, record.Service, Endpoint: record.Text("vpcEndpointId"), Owner: record.Text("vpcEndpointAccountId")),
            (key, group) =>
            [
                key.Day, key.Region, key.Service, key.Endpoint, key.Owner, group.Count, group.Errors(), group.LongCount(record => record.ErrorCode == "VpceAccessDenied"), group.Distinct(record => record.Principal),
                group.Distinct(record => record.Address),
            ],
            "service = 'sqs'"),
        Calls("vpc_endpoint_denials", record => record.ErrorCode == "VpceAccessDenied",
            [
                new("user_account_id", record => record.UserAccount), new("user_principal_id", record => record.PrincipalId), new("vpc_endpoint_id", record => record.Text("vpcEndpointId")),
                new("vpc_endpoint_account_id", record => record.Text("vpcEndpointAccountId")), new("shared_event_id", record => record.Text("sharedEventID")),
            ],
            "event_id like '5775d19d-%'", "event_id like '%0101'"),
    ];
}
