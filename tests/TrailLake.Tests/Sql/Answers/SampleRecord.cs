using System.Globalization;
using System.Text;
using System.Text.Json;

namespace TrailLake.Tests.Sql.Answers;

/// <summary>A record of the samples, read by System.Text.Json and by nothing of the program's own: what views are judged by.</summary>
/// <param name="json">The record.</param>
/// <param name="file">The name of its file.</param>
sealed class SampleRecord(JsonElement json, string file)
{
    /// <summary>The name of the file that it stands in.</summary>
    public string File => file;

    /// <summary>The record itself.</summary>
    public JsonElement Json => json;

    public string? Id => Text("eventID") ?? Text("eventId");

    public string? Name => Text("eventName");

    /// <summary>When it happened, in UTC; for aggregated records the window's start.</summary>
    public DateTime Time => DateTime.Parse(Text("eventTime") ?? Text("timeWindow", "windowStart")!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);

    public string Day => Time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public string Service => (Text("eventSource") ?? Text("insightDetails", "eventSource"))!.Split('.')[0].ToLowerInvariant();

    public string? Region => Text("awsRegion");

    public string? Account => Text("recipientAccountId");

    public string? UserType => Text("userIdentity", "type");

    public string? UserName => Text("userIdentity", "userName");

    public string? UserArn => Text("userIdentity", "arn");

    public string? UserAccount => Text("userIdentity", "accountId");

    public string? PrincipalId => Text("userIdentity", "principalId");

    public string? AccessKey => Text("userIdentity", "accessKeyId");

    public string? InvokedBy => Text("userIdentity", "invokedBy");

    public string? IssuerArn => Text("userIdentity", "sessionContext", "sessionIssuer", "arn");

    public string? Address => Text("sourceIPAddress");

    public string? Agent => Text("userAgent");

    public string? ErrorCode => Text("errorCode");

    public string? ErrorMessage => Text("errorMessage");

    public bool IsError => !string.IsNullOrEmpty(ErrorCode) || !string.IsNullOrEmpty(ErrorMessage);

    public bool IsRoot => UserType == "Root";

    /// <summary>Older records name the console as the service that called.</summary>
    public bool IsAwsService => UserType == "AWSService" || InvokedBy is not (null or "signin.amazonaws.com");

    public bool IsServiceEvent => Text("eventType") == "AwsServiceEvent";

    public bool IsTemporary => AccessKey?.StartsWith("ASIA", StringComparison.Ordinal) == true || (At("userIdentity", "sessionContext") is { ValueKind: JsonValueKind.Object } session && session.EnumerateObject().Any());

    public bool? IsReadOnly => Flag("readOnly");

    public bool IsWrite => IsReadOnly == false;

    /// <summary>The resources that have an ARN.</summary>
    public IEnumerable<JsonElement> Resources => At("resources") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Where(item => item.TryGetProperty("ARN", out _)) : [];

    /// <summary>The first of their ARNs.</summary>
    public string? FirstResource => Resources.Select(resource => resource.GetProperty("ARN").GetString()).FirstOrDefault();

    /// <summary>The role of a role's session, else the most exact name of the caller.</summary>
    public string? Principal => (UserType == "AssumedRole" ? IssuerArn : null) ?? UserArn ?? PrincipalId ?? Text("userIdentity", "onBehalfOf", "userId") ?? InvokedBy ?? UserAccount;

    /// <summary>What follows the last slash of the caller's ARN.</summary>
    public string? SessionName => UserArn is { } arn && arn[(arn.LastIndexOf('/') + 1)..] is { Length: > 0 } name ? name : null;

    public string? Request(params string[] path) => Text(["requestParameters", .. path]);

    public string? Response(params string[] path) => Text(["responseElements", .. path]);

    public string? Additional(params string[] path) => Text(["additionalEventData", .. path]);

    /// <summary>A boolean, which some records have as a text; null where there is none.</summary>
    public bool? Flag(params string[] path) => Text(path) switch { "true" => true, "false" => false, _ => null };

    /// <summary>A whole number; null where there is none.</summary>
    public long? Whole(params string[] path) => long.TryParse(Text(path), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A scalar as text, as the record spells it; null where there is none, or an object or a list.</summary>
    public string? Text(params string[] path) => At(path) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } scalar => scalar.GetRawText(),
        _ => null,
    };

    /// <summary>The JSON at a path, without blanks; null where there is none.</summary>
    public string? JsonAt(params string[] path) => At(path) is { } found ? Compact(found.GetRawText()) : null;

    /// <summary>The value at a path; null where there is none.</summary>
    public JsonElement? At(params string[] path)
    {
        var element = json;
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return null;
        }
        return element;
    }

    static string Compact(string text)
    {
        var compact = new StringBuilder(text.Length);
        var isInText = false;
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '"')
                isInText = !isInText;
            if (isInText || !char.IsWhiteSpace(text[index]))
                compact.Append(text[index]);
            if (isInText && text[index] == '\\')
                compact.Append(text[++index]);
        }
        return compact.ToString();
    }
}
