namespace TrailLake.Tests;

/// <summary>Days of delivery as runs that crash are tried on: events of the day and of earlier ones, some of them delivered before.</summary>
static class RepeatedDeliveries
{
    /// <summary>What is the same of two lakes with the same events.</summary>
    public const string Checksum = "select count(*)::varchar || ' ' || count(distinct event_id)::varchar || ' ' || sum(hash(event_id, event_name, event_time, aws_region, request_id, error_code))::varchar from events";

    /// <summary>The date of a day by its number.</summary>
    public static DateOnly DateOf(int day) => new(2026, 1 + day / 28, 1 + day % 28);

    /// <summary>Puts the files of one day into the sources of some lakes.</summary>
    public static void Add(Random random, int day, params TestLake?[] lakes)
    {
        for (var file = 0; file < 3; file++)
        {
            var (account, region) = ($"{111122223333 + random.Next(3)}", random.Next(2) == 0 ? "eu-west-1" : "us-east-1");
            var records = Enumerable.Range(0, 15).Select(_ => Record(account, region, Math.Max(0, day - (random.Next(4) == 0 ? random.Next(6) : 0)), random.Next(40)));
            var key = $"AWSLogs/{account}/CloudTrail/{region}/2026/{1 + day / 28:00}/{1 + day % 28:00}/{account}_{region}_{day}_{file}_{random.Next()}.json.gz";
            var bytes = TestLake.Gzip(TestLake.Log(records));
            foreach (var lake in lakes)
                lake?.Put(key, bytes);
        }
    }

    static string Record(string account, string region, int day, int number) =>
        $$"""{"eventVersion":"1.08","eventTime":"2026-{{1 + day / 28:00}}-{{1 + day % 28:00}}T{{number % 24:00}}:00:00Z","eventSource":"{{(number % 3 == 0 ? "iam" : "s3")}}.amazonaws.com","eventName":"Get{{number % 7}}","awsRegion":"{{region}}","recipientAccountId":"{{account}}","eventID":"{{account[4..]}}-{{day:0000}}-{{number:0000}}-{{(region[0] == 'e' ? "0000" : "1111")}}-000000000000","requestParameters":{"n":{{number}}},"responseElements":null}""";
}
