using System.Globalization;
using System.Text.RegularExpressions;

namespace TrailLake.Bench.Generating;

/// <summary>A line, or a name, of <c>calls.txt</c>: a call of a service, with the JSON of its request, its answer and the rest.</summary>
sealed partial record Call(string Service, string ApiVersion, bool IsGlobal, string Name)
{
    public string[] Flags { get; init; } = [];

    public string Request { get; init; } = "null";

    public string Response { get; init; } = "null";

    public string Resources { get; init; } = "";

    public string Additional { get; init; } = "";

    public bool Is(string flag) => Flags.Contains(flag);

    public string? ValueOf(string flag) => Flags.FirstOrDefault(given => given.StartsWith(flag + "=", StringComparison.Ordinal))?[(flag.Length + 1)..];

    /// <summary>As <c>readOnly</c> says: by a flag, or by the name.</summary>
    public bool IsReadOnly => Is("ro") || !Is("rw") && Reading().IsMatch(Name);

    public static Call Parse(string service, string apiVersion, bool isGlobal, string line)
    {
        var parts = line.Split('¦', StringSplitOptions.TrimEntries);
        var words = parts[0].Split(' ');
        var resources = parts[3].Length > 0 && parts[3][0] != '[' && parts[3].Split(' ') is [var type, var arn]
            ? $$"""[{"accountId":"<account>","type":"{{type}}","ARN":"{{arn}}"}]""" : parts[3];
        return new(service, apiVersion, isGlobal, words[0])
        {
            Flags = words[1..], Request = parts[1], Response = parts[2], Resources = resources, Additional = parts.Length > 4 ? parts[4] : "",
        };
    }

    /// <summary>A call with the parameters that its name lets one expect: what most of AWS's APIs look like.</summary>
    public static Call FromName(string service, string apiVersion, bool isGlobal, string name)
    {
        var verb = Verb().Match(name).Value;
        var noun = name[verb.Length..] is { Length: > 0 } rest ? Version().Replace(rest, "") : "Resource";
        var item = char.ToLower(noun[0], CultureInfo.InvariantCulture) + noun[1..];
        var arn = $"arn:aws:{service}:<region>:<account>:{item.ToLowerInvariant()}/<name>";
        var call = new Call(service, apiVersion, isGlobal, name);
        return (verb, Kind(service + name)) switch
        {
            ("List" or "Search" or "Query" or "Lookup", < 3) => call with { Request = """{"maxResults":100}""" },
            ("List" or "Search" or "Query" or "Lookup", < 5) => call with { Request = """{"maxResults":50,"nextToken":"<id2>"}""" },
            ("List" or "Search" or "Query" or "Lookup", _) => call with { Request = $$"""{"resourceArn":"arn:aws:{{service}}:<region>:<account>:<team>/<name>"}""" },
            ("Describe" or "Get" or "BatchGet" or "View", < 2) when name.EndsWith('s') => call,
            ("Describe" or "Get" or "BatchGet" or "View", < 4) when name.EndsWith('s') => call with { Request = $$"""{"{{item}}":["<name>"],"maxRecords":100}""" },
            ("Describe" or "Get" or "BatchGet" or "View", < 5) => call with { Request = $$"""{"{{item}}Arn":"{{arn}}"}""", Resources = ResourceOf(service, noun, arn) },
            ("Describe" or "Get" or "BatchGet" or "View", < 8) => call with { Request = $$"""{"{{item}}Name":"<name>"}""" },
            ("Describe" or "Get" or "BatchGet" or "View", _) => call with { Request = $$"""{"{{item}}Id":"<uuid>"}""" },
            ("Create" or "Register" or "Put" or "Run" or "Start" or "Publish", _) => call with
            {
                Request = $$"""{"{{item}}Name":"<name>","description":"<team> <env>","roleArn":"arn:aws:iam::<account>:role/<role>","clientToken":"<fresh>","tags":[{"key":"team","value":"<team>"},{"key":"env","value":"<env>"}]}""",
                Response = $$$"""{"{{{item}}}":{"{{{item}}}Name":"<name>","{{{item}}}Arn":"{{{arn}}}","status":"CREATING","createdAt":<seconds>,"lastModifiedAt":<seconds>}}""",
                Resources = ResourceOf(service, noun, arn),
            },
            ("Delete" or "Stop" or "Terminate" or "Tag" or "Untag", _) => call with { Request = $$"""{"{{item}}Name":"<name>","force":false}""", Resources = ResourceOf(service, noun, arn) },
            (_, < 5) => call with { Request = $$$"""{"{{{item}}}Id":"<uuid>","settings":{"enabled":true,"owner":"<team>","notify":["arn:aws:sns:<region>:<account>:<team>-alerts"]}}""", Response = """{"requestId":"<requestid>"}""" },
            _ => call with { Request = $$"""{"{{item}}Name":"<name>","clientRequestToken":"<fresh>"}""", Response = $$"""{"{{item}}Arn":"{{arn}}"}""" },
        };
    }

    static string ResourceOf(string service, string noun, string arn) => Kind(service) < 4
        ? $$"""[{"accountId":"<account>","type":"AWS::{{char.ToUpperInvariant(service[0])}}{{service[1..]}}::{{noun}}","ARN":"{{arn}}"}]""" : "";

    // 0 to 9, always the same for the same name.
    static int Kind(string name) => (int)(Checksum.Of(System.Text.Encoding.UTF8.GetBytes(name)) % 10);

    [GeneratedRegex("^(BatchGet|[A-Z]+[a-z]*)")]
    private static partial Regex Verb();

    [GeneratedRegex("^(Get|List|Describe|Head|Lookup|Search|Query|Scan|BatchGet|BatchCheck|Select|Detect|View|Test|Simulate|Validate|Check|Poll|Discover)")]
    private static partial Regex Reading();

    [GeneratedRegex("_|[0-9]{6,}.*$")]
    private static partial Regex Version();
}
