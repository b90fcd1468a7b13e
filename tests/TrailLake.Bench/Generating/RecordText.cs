using System.Text;

namespace TrailLake.Bench.Generating;

/// <summary>A call as CloudTrail writes it: the fields in its order, those left out that it leaves out.</summary>
static class RecordText
{
    static readonly string[] Versions = ["1.08", "1.09", "1.10", "1.11", "1.11", "1.11"];

    public static string Of(Call call, string? error = null)
    {
        error ??= call.ValueOf("err");
        var isData = call.Is("data");
        var (identity, address, agent) = CallerOf(call);
        var text = new StringBuilder();

        Field("eventVersion", Quoted(Versions[Checksum.Of(Encoding.UTF8.GetBytes(call.Service)) % 6]));
        Field("userIdentity", identity);
        Field("eventTime", Quoted(Column("event_time", "<time>")));
        Field("eventSource", Quoted($"{call.Service}.amazonaws.com"));
        Field("eventName", Quoted(Column("event_name", call.Name)));
        Field("awsRegion", Quoted("<region>"));
        Field("sourceIPAddress", Quoted(Column("source_ip_address", address)));
        Field("userAgent", Quoted(Column("user_agent", agent)));
        if (error is not null)
        {
            Field("errorCode", Quoted(Column("error_code", error)));
            Field("errorMessage", Quoted(MessageOf(call, error)));
        }
        Field("requestParameters", Json("request_parameters", call.Request));
        Field("responseElements", Json("response_elements", error is null ? call.Response : "null"));
        if (call.Additional.Length > 0)
            Field("additionalEventData", Json("additional_event_data", call.Additional));
        Field("requestID", Quoted(Column("request_id", call.Is("s3id") ? "<s3requestid>" : "<requestid>")));
        Field("eventID", Quoted(Column("event_id", "<eventid>")));
        Field("readOnly", call.IsReadOnly ? "true" : "false");
        if (call.Resources.Length > 0)
            Field("resources", Json("resources", call.Resources));
        Field("eventType", Quoted(call.ValueOf("type") ?? "AwsApiCall"));
        if (call.ApiVersion != "-")
            Field("apiVersion", Quoted(call.ApiVersion));
        Field("managementEvent", isData ? "false" : "true");
        Field("recipientAccountId", Quoted("<account>"));
        if (call.ValueOf("by") is not null)
            Field("sharedEventID", Quoted("<sharedid>"));
        if (call.Is("vpce"))
        {
            Field("vpcEndpointId", Quoted("<vpce>"));
            Field("vpcEndpointAccountId", Quoted("<account>"));
        }
        Field("eventCategory", Quoted(isData ? "Data" : "Management"));
        if (address == "<address>")
            Field("tlsDetails", $$"""{<tls>"clientProvidedHostHeader":"{{HostOf(call)}}"}""");
        return text.Append('}').ToString();

        void Field(string name, string json) => text.Append(text.Length == 0 ? '{' : ',').Append(Quoted(name)).Append(':').Append(json);
    }

    static (string Identity, string Address, string Agent) CallerOf(Call call)
    {
        if (call.ValueOf("type") == "AwsServiceEvent")
            return ($$"""{"accountId":"<account>","invokedBy":"{{call.ValueOf("by")}}.amazonaws.com"}""", $"{call.ValueOf("by")}.amazonaws.com", $"{call.ValueOf("by")}.amazonaws.com");
        if (call.ValueOf("by") is { } service)
            return ($$"""{"type":"AWSService","invokedBy":"{{service}}.amazonaws.com"}""", $"{service}.amazonaws.com", $"{service}.amazonaws.com");
        if (call.ValueOf("via") is { } agent)
            return ($$"""<identityopen>,"invokedBy":"{{agent}}.amazonaws.com"}""", $"{agent}.amazonaws.com", $"{agent}.amazonaws.com");
        if (call.Is("internal"))
            return ("""<identityopen>,"invokedBy":"AWS Internal"}""", "AWS Internal", "AWS Internal");
        if (call.Is("web"))
            return ("""{"type":"WebIdentityUser","principalId":"arn:aws:iam::<account>:oidc-provider/oidc.eks.<region>.amazonaws.com/id/7A1C9E0B52D84F6390AE41D7C3B8F215:sts.amazonaws.com:system:serviceaccount:<team>:<role>","userName":"system:serviceaccount:<team>:<role>","identityProvider":"arn:aws:iam::<account>:oidc-provider/oidc.eks.<region>.amazonaws.com/id/7A1C9E0B52D84F6390AE41D7C3B8F215"}""", "<address>", "<agent>");
        return ("<identity>", "<address>", "<agent>");
    }

    static string MessageOf(Call call, string error) => error switch
    {
        "ThrottlingException" => "Rate exceeded",
        "NoSuchKey" => "The specified key does not exist.",
        "NoSuchBucketPolicy" => "The bucket policy does not exist",
        "ConditionalCheckFailedException" => "The conditional request failed",
        "ResourceAlreadyExistsException" => "The specified log group already exists",
        "ResourceNotFoundException" => "Secrets Manager can't find the specified secret.",
        _ => $"User: <arn> is not authorized to perform: {call.Service}:{call.Name} because no identity-based policy allows the {call.Service}:{call.Name} action",
    };

    static string HostOf(Call call) => call.IsGlobal ? $"{call.Service}.amazonaws.com" : call.Request.Contains("<bucket>.s3.", StringComparison.Ordinal) ? "<bucket>.s3.<region>.amazonaws.com" : $"{call.Service}.<region>.amazonaws.com";

    static string Quoted(string text) => $"\"{text}\"";

    static string Column(string name, string value) => $"<+{name}>{value}<-{name}>";

    // A JSON null is no value.
    static string Json(string name, string value) => value == "null" ? value : Column(name, value);
}
