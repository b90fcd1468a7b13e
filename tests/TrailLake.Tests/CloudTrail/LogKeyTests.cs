using TrailLake.CloudTrail;

namespace TrailLake.Tests.CloudTrail;

public sealed class LogKeyTests
{
    [Theory]
    [InlineData("AWSLogs/123456789012/CloudTrail/us-east-1/2024/03/01/123456789012_CloudTrail_us-east-1_20240301T1200Z_abcdefghijklmnop.json.gz", LogKind.Log, "123456789012", "us-east-1", "2024-03-01")]
    [InlineData("some/prefix/AWSLogs/o-abc123/000000000012/CloudTrail/eu-west-1/2024/12/31/x.json.gz", LogKind.Log, "000000000012", "eu-west-1", "2024-12-31")]
    [InlineData("o-abc123/AWSLogs/o-abc123/123456789012/CloudTrail/eu-west-1/2024/12/31/x.json.gz", LogKind.Log, "123456789012", "eu-west-1", "2024-12-31")]
    [InlineData("o-abc123/AWSLogs/123456789012/CloudTrail/eu-west-1/2024/12/31/x.json.gz", LogKind.Log, "123456789012", "eu-west-1", "2024-12-31")]
    [InlineData("AWSLogs/123456789012/CloudTrail-Insight/us-east-1/2024/03/01/x.json.gz", LogKind.Log, "123456789012", "us-east-1", "2024-03-01")]
    [InlineData("AWSLogs/123456789012/CloudTrail-NetworkActivity/us-east-1/2024/03/01/x.json.gz", LogKind.Log, "123456789012", "us-east-1", "2024-03-01")]
    [InlineData("AWSLogs/123456789012/CloudTrail-Aggregated/us-east-1/2024/03/01/x.json.gz", LogKind.Log, "123456789012", "us-east-1", "2024-03-01")]
    [InlineData("AWSLogs/123456789012/CloudTrail-Digest/us-east-1/2024/03/01/x.json.gz", LogKind.Digest, "123456789012", "us-east-1", "2024-03-01")]
    [InlineData("AWSLogs/123456789012/Config/us-east-1/2024/3/1/ConfigHistory/x.json.gz", LogKind.Config, "123456789012", "us-east-1", "2024-03-01")]
    [InlineData("AWSLogs/123456789012/Config/ConfigWritabilityCheckFile", LogKind.NotALog, "123456789012", null, null)]
    [InlineData("123456789012/CloudTrail/us-east-1/2024/03/01/x.json.gz", LogKind.Log, "123456789012", "us-east-1", "2024-03-01")]
    [InlineData("AWSLogs/123456789012/CloudTrail/us-east-1/2024/02/30/x.json.gz", LogKind.Log, "123456789012", "us-east-1", null)]
    [InlineData("AWSLogs/123456789012/CloudTrail/us-east-1/x.json.gz", LogKind.Log, "123456789012", "us-east-1", null)]
    [InlineData("AWSLogs/123456789012/elasticloadbalancing/us-east-1/2024/03/01/x.log.gz", LogKind.NotALog, "123456789012", null, null)]
    [InlineData("trail/2024/03/01/x.json", LogKind.Log, null, null, null)]
    [InlineData("export.JSONL", LogKind.Log, null, null, null)]
    [InlineData("a.ndjson", LogKind.Log, null, null, null)]
    [InlineData("a.log", LogKind.Log, null, null, null)]
    [InlineData("README.md", LogKind.NotALog, null, null, null)]
    [InlineData("AWSLogs/123456789012/CloudTrail-Digest/readme.txt", LogKind.NotALog, "123456789012", null, null)]
    [InlineData("", LogKind.NotALog, null, null, null)]
    [InlineData("///", LogKind.NotALog, null, null, null)]
    [InlineData("AWSLogs/１２３４５６７８９０１２/CloudTrail/x.json", LogKind.Log, null, null, null)]
    public void A_key_tells_kind_account_region_and_day(string key, LogKind kind, string? account, string? region, string? day)
    {
        var found = LogKey.Parse(key);
        Assert.Equal((kind, account, region, day), (found.Kind, found.Account, found.Region, found.Day?.ToString("yyyy-MM-dd", null)));
    }
}
