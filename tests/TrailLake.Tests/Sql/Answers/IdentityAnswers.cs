using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace TrailLake.Tests.Sql.Answers;

using static Shapes;

/// <summary>Who called, with which credentials, and how they came by them.</summary>
static class IdentityAnswers
{
    public static IEnumerable<Answer> All() =>
    [
        PerEvent("event_callers", _ => true,
            [
                new("event_date", record => record.Day), new("region", record => record.Region), new("service", record => record.Service), new("event_time", record => record.Time), new("event_id", record => record.Id),
                new("recipient_account_id", record => record.Account), new("event_name", record => record.Name), new("caller_kind", Kind), new("principal", record => record.Principal),
                new("is_root_or_iam_user", record => record.UserType is "Root" or "IAMUser"), new("is_root", record => record.IsRoot), new("is_temporary_credentials", record => record.IsTemporary),
                new("is_aws_service", record => record.IsAwsService), new("user_account_id", record => record.UserAccount), new("user_access_key_id", record => record.AccessKey), new("user_invoked_by", record => record.InvokedBy),
                new("role_session_name", record => record.UserType == "AssumedRole" ? record.SessionName : null),
                new("person", record => record.Text("userIdentity", "sessionContext", "sourceIdentity") ?? record.Text("userIdentity", "onBehalfOf", "userId")),
                new("is_mfa_authenticated", record => record.Flag("userIdentity", "sessionContext", "attributes", "mfaAuthenticated")), new("source_ip_address", record => record.Address),
            ],
            "event_name = 'RotateKey' => event_name = 'RotateKey' and (is_root_or_iam_user or is_temporary_credentials)"),
        PerGroup("principals",
            "recipient_account_id, principal, kind, is_root_or_iam_user, has_temporary_credentials, is_used_by_aws_services, first_event_time, last_event_time, active_days, event_count, error_count, write_count, service_count, region_count, source_address_count, user_agent_count, access_key_count",
            _ => true, record => (record.Account, record.Principal),
            (key, group) =>
            [
                key.Account, key.Principal, group.Select(record => record.UserType).Greatest(), group.Exists(record => record.UserType is "Root" or "IAMUser"), group.Exists(record => record.IsTemporary),
                group.Exists(record => record.IsAwsService), group.FirstTime(), group.LastTime(), group.Distinct(record => record.Day), group.Count, group.Errors(), group.Writes(), group.Distinct(record => record.Service),
                group.Distinct(record => record.Region), group.Distinct(record => record.Address), group.Distinct(record => record.Agent), group.Distinct(record => record.AccessKey),
            ],
            "user_arn like '%:assumed-role/engineer/diego' => principal like '%:assumed-role/engineer/diego'"),
        PerGroup("principal_activity", "event_date, region, recipient_account_id, principal, first_event_time, last_event_time, event_count, error_count, write_count, service_count, source_address_count, user_agent_count",
            record => !record.IsAwsService, record => (record.Day, record.Region, record.Account, record.Principal),
            (key, group) =>
            [
                key.Day, key.Region, key.Account, key.Principal, group.FirstTime(), group.LastTime(), group.Count, group.Errors(), group.Writes(), group.Distinct(record => record.Service),
                group.Distinct(record => record.Address), group.Distinct(record => record.Agent),
            ],
            "user_invoked_by = 'kms.amazonaws.com' => principal = 'kms.amazonaws.com'"),
        Sessions(),
        Chains(),
        PerGroup("access_key_usage",
            "event_date, user_access_key_id, user_arn, is_long_term, first_event_time, last_event_time, event_count, error_count, service_count, region_count, user_agent_count, source_address_count, source_addresses",
            record => !string.IsNullOrEmpty(record.AccessKey), record => (record.Day, record.AccessKey),
            (key, group) =>
            [
                key.Day, key.AccessKey, group.Select(record => record.UserArn).Greatest(), key.AccessKey!.StartsWith("AKIA", StringComparison.Ordinal), group.FirstTime(), group.LastTime(), group.Count, group.Errors(),
                group.Distinct(record => record.Service), group.Distinct(record => record.Region), group.Distinct(record => record.Agent), group.Distinct(record => record.Address),
                string.Join(", ", group.Select(record => record.Address).OfType<string>().Distinct().Order(StringComparer.Ordinal)),
            ],
            "user_access_key_id = ''"),
        Calls("cross_account_access",
            record => !record.IsAwsService && record.UserAccount is { Length: 12 } account && account.All(char.IsAsciiDigit) && record.Account is not null && account != record.Account,
            [
                new("user_account_id", record => record.UserAccount), new("user_principal_id", record => record.PrincipalId), new("shared_event_id", record => record.Text("sharedEventID")), Request("role_arn", "roleArn"),
            ],
            "event_id like '%0202'", "event_id like '%0204'", "recipient_account_id = 'recipient-account-id'"),
        Calls("identity_center_activity", record => record.Text("userIdentity", "onBehalfOf", "userId") is not null || record.UserType == "IdentityCenterUser" || IsPermissionSet(record),
            [
                new("user_on_behalf_of_user_id", record => record.Text("userIdentity", "onBehalfOf", "userId")), new("user_on_behalf_of_identity_store_arn", record => record.Text("userIdentity", "onBehalfOf", "identityStoreArn")),
                new("user_credential_id", record => record.Text("userIdentity", "credentialId")),
                new("permission_set", record => record.Text("userIdentity", "sessionContext", "sessionIssuer", "userName")?.Split('_') is ["AWSReservedSSO", .. var words, _] ? string.Join('_', words) : null),
                new("person", record => IsPermissionSet(record) ? record.SessionName : null), new("read_only", record => record.IsReadOnly),
            ],
            "event_id like '%0256'"),
        Calls("federated_sessions", record => record.Service == "sts" && record.Name is "AssumeRoleWithSAML" or "AssumeRoleWithWebIdentity",
            [
                new("user_name", record => record.UserName), Request("role_arn", "roleArn"), new("role_session_name", record => record.Request("roleSessionName") ?? record.Response("assumedRoleUser", "arn")?.Split('/')[^1]),
                new("provider", record => record.Request("principalArn") ?? record.Response("provider") ?? record.Text("userIdentity", "identityProvider")),
                new("subject", record => record.Response("subject") ?? record.Response("subjectFromWebIdentityToken")), Response("audience", "audience"), Response("issuer", "issuer"),
                Response("issued_access_key_id", "credentials", "accessKeyId"),
            ],
            "event_id like '%0214'", "event_name = 'GetFederationToken'"),
        Calls("identity_provider_changes", record => record.Service == "iam" && record.IsWrite && (record.Name!.Contains("SAMLProvider", StringComparison.Ordinal) || record.Name.Contains("OpenIDConnectProvider", StringComparison.Ordinal)),
            [
                new("provider_arn", record => record.Request("sAMLProviderArn") ?? record.Response("sAMLProviderArn") ?? record.Response("openIDConnectProviderArn")), Request("provider_name", "name"),
                Request("provider_url", "url"), RequestJson("client_ids", "clientIDList"),
            ],
            "event_id like '%0223'"),
        Calls("iam_credential_changes",
            record => record.Service == "iam" && record.Name.IsOneOf("CreateUser DeleteUser CreateAccessKey UpdateAccessKey DeleteAccessKey CreateLoginProfile UpdateLoginProfile DeleteLoginProfile DeactivateMFADevice EnableMFADevice UpdateUser DeleteSSHPublicKey"),
            [
                new("target_user_name", Target), new("target_access_key_id", record => record.Response("accessKey", "accessKeyId") ?? record.Request("accessKeyId")),
                new("target_status", record => record.Request("status") ?? record.Response("accessKey", "status")), Request("mfa_serial_number", "serialNumber"),
                new("is_own", record => record.UserType is "Root" or "IAMUser" && (Target(record) ?? record.UserName) == record.UserName),
            ],
            "event_id like '%0229'", "event_id like '%0805'"),
        Calls("admin_grants", record => GrantedThrough(record) is not null,
            [
                new("granted_through", GrantedThrough), Request("target_user_name", "userName"), Request("target_role_name", "roleName"), Request("target_group_name", "groupName"),
                Request("policy_arn", "policyArn"), Request("policy_name", "policyName"), Request("policy_document", "policyDocument"),
            ],
            "event_id like '%0233'", "event_id like '%0234'", "event_id like '%0236'", "event_id like '%0237'", "request_parameters like '%AWSRevokeOlderSessions%' => policy_name = 'AWSRevokeOlderSessions'"),
        Calls("instance_credential_use",
            record => record.SessionName?.StartsWith("i-0", StringComparison.Ordinal) == true && !record.IsAwsService && record.Text("vpcEndpointId") is null && IsPublic(record.Address),
            [
                new("instance_id", record => record.SessionName), new("role_arn", record => record.IssuerArn), new("instance_metadata_version", record => record.Text("userIdentity", "sessionContext", "ec2RoleDelivery")),
                new("issued_in_vpc", record => record.Text("userIdentity", "sessionContext", "ec2IssuedInVpc")),
            ],
            "event_id like '%0241'", "event_id like '%0242'", "event_id like '%0243'", "event_id like '%0244'", "event_id like '%0245'", "event_id like '%0246'"),
        Calls("root_sessions", record => record.Flag("userIdentity", "sessionContext", "assumedRoot") == true || (record.Service == "sts" && record.Name == "AssumeRoot"),
            [
                new("is_root", record => record.IsRoot), Request("target_account_id", "targetPrincipal"), Request("task_policy_arn", "taskPolicyArn", "arn"), Response("issued_access_key_id", "credentials", "accessKeyId"),
            ],
            "event_id like '%0252'", "event_id like '%0206'"),
        Calls("self_assumed_roles", record => record is { Service: "sts", Name: "AssumeRole" } && record.IssuerArn is { } issuer && issuer == record.Request("roleArn"),
            [Request("role_arn", "roleArn"), Request("role_session_name", "roleSessionName"), Response("issued_access_key_id", "credentials", "accessKeyId")],
            "event_id like '%0207'"),
        LoginFailures(),
        Calls("delegated_access", record => record.Text("userIdentity", "invokedByDelegate", "accountId") is not null,
            [new("delegate_account_id", record => record.Text("userIdentity", "invokedByDelegate", "accountId")), new("read_only", record => record.IsReadOnly)],
            "event_id like '%0202'"),
    ];

    static string Kind(SampleRecord record) => record.UserType switch
    {
        "Root" => "root", "IAMUser" => "iam_user", "AssumedRole" => "role", "FederatedUser" => "federated_user", "SAMLUser" or "WebIdentityUser" => "external_user",
        "IdentityCenterUser" => "identity_center_user", "AWSAccount" => "other_account", "AWSService" => "aws_service", _ => "unknown",
    };

    static bool IsPermissionSet(SampleRecord record) => record.IssuerArn?.Contains(":role/aws-reserved/sso.amazonaws.com/", StringComparison.Ordinal) == true;

    static string? Target(SampleRecord record) => record.Request("userName") ?? record.Response("user", "userName") ?? record.Response("accessKey", "userName");

    // By the policy itself, read as JSON: some statement allows everything on everything.
    static string? GrantedThrough(SampleRecord record)
    {
        if (record.Service != "iam")
            return null;
        if (record.Name is "AttachUserPolicy" or "AttachRolePolicy" or "AttachGroupPolicy")
            return record.Request("policyArn") is { } arn && arn.EndsWith("/AdministratorAccess", StringComparison.Ordinal) ? "managed_policy" : null;
        if (record.Name == "AddUserToGroup")
            return record.Request("groupName")!.Contains("admin", StringComparison.OrdinalIgnoreCase) ? "group" : null;
        if (record.Request("policyDocument") is not { } text)
            return null;
        using var document = JsonDocument.Parse(text);
        var statement = document.RootElement.GetProperty("Statement");
        var statements = statement.ValueKind == JsonValueKind.Array ? [.. statement.EnumerateArray()] : new[] { statement };
        static bool IsAll(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Any(IsAll) : value.GetString() is "*" or "*:*";
        return statements.Any(one => one.GetProperty("Effect").GetString() == "Allow" && IsAll(one.GetProperty("Action")) && IsAll(one.GetProperty("Resource"))) ? "policy_document" : null;
    }

    /// <summary>An address of the internet, by the bits of the reserved networks.</summary>
    public static bool IsPublic(string? text)
    {
        if (!IPAddress.TryParse(text, out var address))
            return false;
        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? !(bytes[0] is 10 or 127 || (bytes[0] == 172 && bytes[1] >> 4 == 1) || (bytes[0] == 192 && bytes[1] == 168) || (bytes[0] == 169 && bytes[1] == 254) || (bytes[0] == 100 && bytes[1] >> 6 == 1))
            : !(address.IsIPv6LinkLocal || bytes[0] >> 1 == 0x7e || IPAddress.IsLoopback(address));
    }

    // What STS gave out: by the key that it issued, the records of all accounts that saw it.
    static Dictionary<string, List<SampleRecord>> Issued() => SampleRecords.All.Events
        .Where(record => record.Service == "sts" && !record.IsError && record.Response("credentials", "accessKeyId") is { } key && key != record.AccessKey)
        .GroupBy(record => record.Response("credentials", "accessKeyId")!).ToDictionary(group => group.Key, group => group.ToList());

    static Answer Sessions()
    {
        var issued = Issued();
        return PerGroup("sessions",
            "event_date, recipient_account_id, user_access_key_id, user_arn, issuer_arn, session_name, source_identity, is_mfa_authenticated, session_created_at, first_event_time, last_event_time, event_count, error_count, service_count, region_count, source_address_count, assumed_with, assumed_with_event_id, assumed_at, assumed_by, assumed_by_access_key_id",
            record => record.UserType == "AssumedRole" && !string.IsNullOrEmpty(record.AccessKey), record => (record.Day, record.AccessKey, record.UserArn, record.IssuerArn, record.Account),
            (key, group) =>
            {
                var calls = issued.GetValueOrDefault(key.AccessKey!, []);
                var own = calls.Find(record => record.UserArn is not null) ?? calls.FirstOrDefault();
                return
                [
                    key.Day, key.Account, key.AccessKey, key.UserArn, key.IssuerArn, group[0].SessionName, group.Select(record => record.Text("userIdentity", "sessionContext", "sourceIdentity")).Greatest(),
                    group.Exists(record => record.Flag("userIdentity", "sessionContext", "attributes", "mfaAuthenticated") == true), group.Min(Created), group.FirstTime(), group.LastTime(), group.Count, group.Errors(),
                    group.Distinct(record => record.Service), group.Distinct(record => record.Region), group.Distinct(record => record.Address),
                    own?.Name, own?.Id, own is null ? null : calls.FirstTime(), Caller(calls), calls.Select(record => record.AccessKey).Greatest(),
                ];
            },
            "event_id like '%0214' => user_access_key_id = 'AKIALIJUANEXAMPLE'", "user_type = 'FederatedUser' => user_arn like '%:federated-user/%'");
    }

    static DateTime? Created(SampleRecord record) => record.Text("userIdentity", "sessionContext", "attributes", "creationDate") is { } text && DateTime.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    static string? Caller(List<SampleRecord> calls) => calls.Select(record => record.UserArn ?? record.PrincipalId).Greatest();

    static Answer Chains()
    {
        var issued = Issued();
        var rows = new List<object?[]>();
        foreach (var (key, calls) in issued)
        {
            List<string> callers = [Caller(calls)!]; // from the last step back to the first
            var callerKey = calls.Select(record => record.AccessKey).Greatest();
            while (callerKey is not null && issued.TryGetValue(callerKey, out var before))
            {
                callers.Add(Caller(before)!);
                callerKey = before.Select(record => record.AccessKey).Greatest();
            }
            if (callers.Count < 2)
                continue;
            var role = calls.Select(record => record.Request("roleArn")).Greatest();
            rows.Add([calls[0].Day, calls[0].Region, calls[0].Service, calls.FirstTime(), key, role, callers[0], callers[^1], callerKey, callers.Count, string.Join(" > ", Enumerable.Reverse(callers).Append(role ?? key))]);
        }
        return new("role_chains", ["event_date", "region", "service", "issued_at", "issued_access_key_id", "role_arn", "assumed_by", "origin", "origin_access_key_id", "step_count", "chain"], rows,
            "event_id like '%0201' => issued_access_key_id = 'ASIAPARTNERSCANEXAMPLE'", "event_id like '%0205' => issued_access_key_id = 'ASIAENGINEER16EXAMPLE'",
            "event_id like '%0215' => issued_access_key_id = 'AKIALIJUANEXAMPLE'");
    }

    static Answer LoginFailures()
    {
        static bool IsFailure(SampleRecord record) => record.Response("ConsoleLogin") == "Failure";
        var all = PerGroup("login_failures_by_address", "event_date, region, service, source_ip_address, login_count, failure_count, success_count, failed_user_count, account_count, first_event_time, last_event_time",
            record => record is { Service: "signin", Name: "ConsoleLogin" }, record => (record.Day, record.Region, record.Service, record.Address),
            (key, group) =>
            [
                key.Day, key.Region, key.Service, key.Address, group.Count, group.LongCount(IsFailure), group.LongCount(record => record.Response("ConsoleLogin") == "Success"),
                group.Where(IsFailure).Distinct(record => (record.UserName ?? record.UserArn) is { } name ? (record.Account, name) : null), group.Distinct(record => record.Account), group.FirstTime(), group.LastTime(),
            ],
            "event_name = 'ConsoleLogin' and event_date = '2026-03-09' => event_date = '2026-03-09'");
        return all with { Rows = [.. all.Rows.Where(row => (long)row[5]! > 0)] };
    }
}
