using System.Collections.Concurrent;
using System.Text;

namespace TrailLake.Bench.Generating;

/// <summary>Who calls in an account: roles of instances, functions, tasks, people and pipelines, a few users and the root. A role's session has a key,
/// and with most kinds an address and a name, of its own, for some hours.</summary>
sealed class Principals
{
    const int Count = 400;

    static readonly string[] Words = ["order", "billing", "search", "catalog", "payments", "ingest", "events", "audit", "metrics", "media", "mobile", "partner", "pricing", "report", "render", "sync", "thumbs", "wallet", "zone", "edge", "feature", "risk"];
    static readonly string[] People = ["ana", "ben", "chloe", "dmitri", "eva", "farid", "grace", "hugo", "ines", "jonas", "kira", "liam", "mona", "noah", "olga", "pavel", "quinn", "rosa", "sven", "tara", "uma", "viktor", "wen", "ximena", "yara"];

    static readonly string[] Agents =
    [
        "aws-cli/2.22.{0} md/awscrt#0.23.4 ua/2.0 os/linux#6.1.119-129.201.amzn2023.x86_64 md/arch#x86_64 lang/python#3.12.6 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off md/command#",
        "Boto3/1.35.{0} md/Botocore#1.35.{0} ua/2.0 os/linux#5.10.230 md/arch#x86_64 lang/python#3.11.10 md/pyimpl#CPython exec-env/AWS_Lambda_python3.11 cfg/retry-mode#legacy Botocore/1.35.{0}",
        "APN/1.0 HashiCorp/1.0 Terraform/1.9.{0} (+https://www.terraform.io) terraform-provider-aws/5.82.2 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.32.6 ua/2.1 os/linux lang/go#1.23.3 md/GOOS#linux md/GOARCH#amd64",
        "aws-sdk-go/1.55.{0} (go1.22.9; linux; amd64) amazon-ssm-agent/3.3.1611.0",
        "aws-sdk-java/2.29.{0} Linux/5.10.230-223.885.amzn2.x86_64 OpenJDK_64-Bit_Server_VM/17.0.13+11-LTS Java/17.0.13 kotlin/1.9.25 vendor/Amazon.com_Inc. md/internal exec-env/AWS_ECS_FARGATE io/sync http/Apache cfg/retry-mode/legacy",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.{0}.0 Safari/537.36",
        "aws-sdk-js/3.716.{0} ua/2.1 os/linux#5.10 lang/js md/nodejs#20.18.1 api/s3#3.716.{0} m/E,c",
        "cluster-autoscaler/v1.31.{0} aws-sdk-go/1.48.7 (go1.22.5; linux; amd64)",
        "aws-sdk-rust/1.3.{0} os/linux lang/rust/1.82.0",
        "[aws-sdk-go-v2/1.30.{0} os/linux lang/go#1.22.6 md/GOOS#linux md/GOARCH#arm64 api/ec2#1.173.0]",
    ];

    readonly ulong _seed;
    readonly string _account;
    readonly Principal[] _all;
    readonly Weighted _busy = Zipf.Of(Count, 1.0);
    readonly ConcurrentDictionary<(int Principal, long Epoch), Session> _sessions = new();

    public Principals(ulong seed, string account)
    {
        (_seed, _account) = (seed, account);
        _all = [.. Enumerable.Range(0, Count).Select(number => Principal.Make(number, Dice.Of(seed, account + "principal", number)))];
    }

    /// <summary>Draws a principal, busy ones more often.</summary>
    public int Draw(Dice dice) => _busy.Draw(dice);

    /// <summary>The session that a principal has in an hour, counted from 1970.</summary>
    public Session SessionOf(int principal, long hour)
    {
        var epoch = (hour + principal) / _all[principal].SessionHours;
        return _sessions.GetOrAdd((principal, epoch), key => Open(key.Principal, key.Epoch));
    }

    Session Open(int number, long epoch)
    {
        var (who, dice) = (_all[number], Dice.Of(_seed, _account + "session", number, epoch));
        var key = dice.Text(16, Alphabet.Base32);
        var opened = DateTime.UnixEpoch.AddHours(epoch * who.SessionHours - number).AddSeconds(-dice.Below(1200)).ToString("yyyy-MM-ddTHH:mm:ssZ");
        var address = who.Address ?? $"{dice.Pick(3, 18, 34, 44, 52, 54)}.{dice.Below(256)}.{dice.Below(256)}.{1 + dice.Below(254)}";
        var attributes = $"\"attributes\":{{\"creationDate\":\"{opened}\",\"mfaAuthenticated\":\"{(who.HasMfa ? "true" : "false")}\"}}";
        var json = who.Kind switch
        {
            "Root" => $$$"""{"type":"Root","principalId":"{{{_account}}}","arn":"arn:aws:iam::{{{_account}}}:root","accountId":"{{{_account}}}","accessKeyId":"ASIA{{{key}}}","sessionContext":{{{{attributes}}}}}""",
            "IAMUser" => $$"""{"type":"IAMUser","principalId":"AIDA{{who.Id}}","arn":"arn:aws:iam::{{_account}}:user/{{who.Name}}","accountId":"{{_account}}","accessKeyId":"AKIA{{who.Id[1..]}}","userName":"{{who.Name}}"}""",
            _ => AssumedRole(who, who.SessionName ?? $"{who.Name[..4]}-{dice.Text(17, Alphabet.Hex)}", key, attributes),
        };
        return new(json, address, who.Agent, who.Tls);
    }

    string AssumedRole(Principal who, string session, string key, string attributes) =>
        $"{{\"type\":\"AssumedRole\",\"principalId\":\"AROA{who.Id}:{session}\",\"arn\":\"arn:aws:sts::{_account}:assumed-role/{who.Name}/{session}\",\"accountId\":\"{_account}\",\"accessKeyId\":\"ASIA{key}\",\"sessionContext\":{{"
        + $"\"sessionIssuer\":{{\"type\":\"Role\",\"principalId\":\"AROA{who.Id}\",\"arn\":\"arn:aws:iam::{_account}:role/{who.Path}{who.Name}\",\"accountId\":\"{_account}\",\"userName\":\"{who.Name}\"}},"
        + $"{(who.HasFederation ? "\"webIdFederationData\":{}," : "")}{attributes}{(who.IsInstance ? ",\"ec2RoleDelivery\":\"2.0\"" : "")}}}}}";

    sealed record Principal(string Kind, string Name, string Id, string Path, string? SessionName, string? Address, string Agent, string Tls, int SessionHours, bool HasMfa, bool HasFederation, bool IsInstance)
    {
        public static Principal Make(int number, Dice dice)
        {
            var (word, env, person) = (dice.Pick<string>(Words), dice.Pick("prod", "prod", "stage", "dev"), dice.Pick<string>(People));
            var inside = $"10.{dice.Below(4)}.{dice.Below(64)}.{1 + dice.Below(254)}";
            var outside = dice.Hits(0.05) ? $"2a05:d018:{dice.Text(3, Alphabet.Hex)}:{dice.Text(4, Alphabet.Hex)}::{dice.Text(4, Alphabet.Hex)}" : $"{dice.Pick(81, 93, 188, 203)}.{dice.Below(256)}.{dice.Below(256)}.{1 + dice.Below(254)}";
            var agent = string.Format(null, dice.Pick<string>(Agents), dice.Tail(0.8, 90));
            var tls = dice.Hits(0.85) ? TlsOf("TLSv1.3", "TLS_AES_128_GCM_SHA256") : TlsOf("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256");
            var who = new Principal("AssumedRole", "", dice.Text(17, Alphabet.Base32), "", null, inside, agent, tls, 6, false, dice.Hits(0.5), false);
            return dice.Below(200) switch
            {
                < 60 => who with { Name = $"{word}-{env}-node-{number}", SessionName = "i-" + dice.Text(17, Alphabet.Hex), IsInstance = true },
                < 124 => who with { Name = $"{word}-{env}-lambda-{number}", SessionName = $"{word}-{env}-handler", Address = dice.Hits(0.5) ? null : inside, SessionHours = 2 },
                < 144 => who with { Name = $"ecs-{word}-{env}-{number}", SessionHours = 12 },
                < 160 => who with { Name = $"AWSReservedSSO_{dice.Pick("Administrator", "PowerUser", "ReadOnly")}_{dice.Text(16, Alphabet.Hex)}", Path = "aws-reserved/sso.amazonaws.com/", SessionName = person + "@example.com", Address = outside, SessionHours = 8 },
                < 176 => who with { Name = $"github-ci-{word}", Address = null, SessionHours = 1 },
                < 186 => who with { Name = "AWSServiceRoleForConfig", Path = "aws-service-role/config.amazonaws.com/", SessionName = "configLambdaExecution", SessionHours = 1 },
                < 199 => who with { Kind = "IAMUser", Name = $"{person}.{number}", Address = outside, HasMfa = dice.Hits(0.3) },
                _ => who with { Kind = "Root", Address = outside, HasMfa = true, SessionHours = 1 },
            };
        }

        static string TlsOf(string version, string cipher) => $"\"tlsVersion\":\"{version}\",\"cipherSuite\":\"{cipher}\",";
    }
}

/// <summary>Credentials in use: the <c>userIdentity</c> of their calls, and where these come from.</summary>
sealed class Session
{
    public Session(string identity, string address, string agent, string tls)
    {
        Identity = Encoding.UTF8.GetBytes(identity);
        Arn = Find("\"arn\":\""u8);
        Key = Find("\"accessKeyId\":\""u8);
        Address = Encoding.UTF8.GetBytes(address);
        Agent = Encoding.UTF8.GetBytes(agent);
        Tls = Encoding.UTF8.GetBytes(tls);
    }

    /// <summary>A JSON object.</summary>
    public byte[] Identity { get; }

    /// <summary>Where its <c>arn</c> stands in it.</summary>
    public Range Arn { get; }

    /// <summary>Where its <c>accessKeyId</c> stands in it.</summary>
    public Range Key { get; }

    public byte[] Address { get; }

    /// <summary>Ends in # where the AWS CLI adds the command.</summary>
    public byte[] Agent { get; }

    /// <summary>The first fields of <c>tlsDetails</c>.</summary>
    public byte[] Tls { get; }

    Range Find(ReadOnlySpan<byte> name)
    {
        var start = Identity.AsSpan().IndexOf(name) + name.Length;
        return start..(start + Identity.AsSpan(start).IndexOf((byte)'"'));
    }
}
