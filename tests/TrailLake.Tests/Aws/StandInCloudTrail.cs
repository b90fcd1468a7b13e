using System.Text.Json.Nodes;

namespace TrailLake.Tests.Aws;

/// <summary>Stands in for CloudTrail on loopback, with a list of public keys.</summary>
sealed class StandInCloudTrail : StandInAws
{
    public StandInCloudTrail() : base("cloudtrail", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101") => Start();

    /// <summary>The pages of its answer, as JSON; each but the last gets a token.</summary>
    public string[] Pages { get; set; } = ["""{"PublicKeyList":[]}"""];

    /// <summary>An entry of the list, as CloudTrail gives it.</summary>
    public static string Key(string fingerprint, byte[] der) =>
        $$"""{"Value":"{{Convert.ToBase64String(der)}}","ValidityStartTime":1.7E9,"ValidityEndTime":1702592000.0,"Fingerprint":"{{fingerprint}}"}""";

    protected override (int Status, string Body) AnswerOf(string operation, JsonNode request)
    {
        if (operation != "ListPublicKeys")
            return Error("UnknownOperationException", operation);
        var page = int.Parse((string?)request["NextToken"] ?? "0");
        if (page + 1 == Pages.Length)
            return (200, Pages[page]);
        var answer = JsonNode.Parse(Pages[page])!;
        answer["NextToken"] = (page + 1).ToString();
        return (200, answer.ToJsonString());
    }
}
