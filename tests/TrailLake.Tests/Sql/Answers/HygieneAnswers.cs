using System.Globalization;
using System.Text.Json;
using TrailLake.CloudTrail;

namespace TrailLake.Tests.Sql.Answers;

using static Shapes;

/// <summary>What the records themselves are like: complete, on time, in a known form, worth their room.</summary>
static class HygieneAnswers
{
    public static IEnumerable<Answer> All() =>
    [
        PerGroup("tls_usage", "event_date, region, service, tls_version, key_exchange, is_outdated, is_post_quantum, event_count, principal_count, user_agent_count, user_agent_example",
            record => record.Text("tlsDetails", "tlsVersion") is not null, record => (record.Day, record.Region, record.Service, Version: record.Text("tlsDetails", "tlsVersion"), Exchange: record.Text("tlsDetails", "keyExchange")),
            (key, group) =>
            [
                key.Day, key.Region, key.Service, key.Version, key.Exchange, key.Version is "TLSv1" or "TLSv1.1", key.Exchange == "X25519MLKEM768", group.Count, group.Distinct(record => record.Principal),
                group.Distinct(record => record.Agent), group.Select(record => record.Agent).Least(),
            ],
            "service = 'sqs'"),
        PerGroup("throttled_calls", "event_date, region, service, event_name, principal, error_code, event_count, first_event_time, last_event_time",
            record => record.ErrorCode.IsOneOf("ThrottlingException Client.RequestLimitExceeded TooManyRequestsException SlowDown ProvisionedThroughputExceededException"),
            record => (record.Day, record.Region, record.Service, record.Name, record.Principal, record.ErrorCode),
            (key, group) => [key.Day, key.Region, key.Service, key.Name, key.Principal, key.ErrorCode, group.Count, group.FirstTime(), group.LastTime()],
            "error_code = 'LimitExceededException'", "error_code = 'ConditionalCheckFailedException'"),
        PerGroup("noisiest_events", "event_date, region, service, event_name, event_category, event_count, aws_service_count, read_count, error_count, principal_count, json_characters",
            _ => true, record => (record.Day, record.Region, record.Service, record.Name, Category: record.Text("eventCategory")),
            (key, group) =>
            [
                key.Day, key.Region, key.Service, key.Name, key.Category, group.Count, group.LongCount(record => record.IsAwsService), group.LongCount(record => record.IsReadOnly == true), group.Errors(),
                group.Distinct(record => record.Principal), group.Sum(record => Characters(record, "requestParameters") + Characters(record, "responseElements") + Characters(record, "additionalEventData") + Characters(record, "serviceEventDetails")),
            ],
            "event_name = 'SendMessage' and event_category = 'Data' => event_name = 'SendMessage' and event_category = 'Management'"),
        PerGroup("delivery_lag", "event_date, region, service, recipient_account_id, event_count, within_5_minutes_count, within_15_minutes_count, within_60_minutes_count, later_count, unknown_count, max_lag_minutes",
            _ => true, record => (record.Day, record.Region, record.Service, record.Account),
            (key, group) =>
            [
                key.Day, key.Region, key.Service, key.Account, group.Count, group.LongCount(record => Lag(record) < 5), group.LongCount(record => Lag(record) is >= 5 and < 15), group.LongCount(record => Lag(record) is >= 15 and < 60),
                group.LongCount(record => Lag(record) >= 60), group.LongCount(record => Lag(record) is null), group.Max(Lag),
            ],
            "event_date = '2026-03-18' => event_date = '2026-03-18' and max_lag_minutes is not null"),
        Calls("addenda", record => record.At("addendum") is not null,
            [
                new("reason", record => record.Text("addendum", "reason")), new("updated_fields", record => record.Text("addendum", "updatedFields")), new("original_event_id", record => record.Text("addendum", "originalEventID")),
                new("original_request_id", record => record.Text("addendum", "originalRequestID")), new("supersedes", record => record.Text("addendum", "reason") == "UPDATED_DATA" && record.Text("addendum", "originalEventID") is not null),
            ],
            "event_id like '%0601'"),
        Repeated(),
        new("coverage_gaps", ["recipient_account_id", "region", "silent_since", "silent_until", "silent_hours"], Gaps(), "region = 'ap-southeast-2' and recipient_account_id = '444455556666'"),
        Drift(),
        new("unusual_activity",
            ["event_date", "region", "service", "event_time", "event_id", "recipient_account_id", "shared_event_id", "event_name", "state", "insight_type", "error_code", "baseline_rate", "insight_rate", "insight_minutes", "main_principal", "main_user_agent"],
            [.. SampleRecords.All.Insights.Select(Unusual)],
            "event_name = 'ListKeys'"),
        new("aggregated_activity", ["event_date", "region", "service", "event_id", "account_id", "window_start", "window_end", "is_primary", "dimension", "value", "value_count"],
            [.. SampleRecords.All.Aggregates.SelectMany(Aggregated)],
            "event_name = 'GetObject' and region = 'eu-west-1' => region = 'eu-west-1'"),
    ];

    static long Characters(SampleRecord record, string field) => record.At(field) is { ValueKind: not JsonValueKind.Null } ? record.JsonAt(field)!.Length : 0;

    // From the time in the file's name, 111122223333_CloudTrail_us-east-1_20260311T0230Z_….json.gz.
    static long? Lag(SampleRecord record) =>
        record.File.Split('_') is [.., var stamp, _] && DateTime.TryParseExact(stamp, "yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var delivered)
            ? (long)(delivered - record.Time).TotalMinutes
            : null;

    static Answer Repeated()
    {
        var all = PerGroup("repeated_event_ids", "event_date, region, service, event_id, record_count, source_object_count, event_names, first_event_time, last_event_time",
            record => record.Id is not null, record => (record.Day, record.Region, record.Service, record.Id),
            (key, group) =>
            [
                key.Day, key.Region, key.Service, key.Id, group.Count, group.Distinct(record => record.File), string.Join(", ", group.Select(record => record.Name).Distinct().Order(StringComparer.Ordinal)),
                group.FirstTime(), group.LastTime(),
            ],
            "event_id like 'EXAMPLE-%'", "event_id is null"); // the first was delivered twice, and was the same
        return all with { Rows = [.. all.Rows.Where(row => (int)row[4]! > 1)] };
    }

    static List<object?[]> Gaps()
    {
        var rows = new List<object?[]>();
        foreach (var place in SampleRecords.All.Events.GroupBy(record => (record.Account, record.Region)))
        {
            var hours = place.Select(record => record.Time.Date.AddHours(record.Time.Hour)).Distinct().Order().ToList();
            foreach (var (before, after) in hours.Zip(hours.Skip(1)))
            {
                if ((after - before).TotalHours > 24)
                    rows.Add([place.Key.Account, place.Key.Region, before.AddHours(1), after, (long)(after - before).TotalHours - 1]);
            }
        }
        return rows;
    }

    static Answer Drift()
    {
        var known = Columns.Of(LakeTable.Events).Select(column => column.Path).Where(path => path.Length > 0).ToHashSet();
        var found = SampleRecords.All.Events.SelectMany(record => Unknown(record.Json, "", known).Select(field => (record, field)));
        return new("field_drift", ["event_date", "region", "service", "event_version", "field", "event_count", "event_id_example"],
            [.. found.GroupBy(one => (one.record.Day, one.record.Region, one.record.Service, Version: one.record.Text("eventVersion"), one.field))
                .Select(group => new object?[] { group.Key.Day, group.Key.Region, group.Key.Service, group.Key.Version, group.Key.field, group.Count(), group.Select(one => one.record.Id).Least() })],
            "event_id like '%0604' => event_version = '1.11' and service = 'sqs'");
    }

    // Fields at the places that columns are made of: a name that is neither a column nor leads to one.
    static IEnumerable<string> Unknown(JsonElement at, string place, HashSet<string> known)
    {
        foreach (var field in at.EnumerateObject())
        {
            var path = place + field.Name;
            if (known.Contains(path))
                continue;
            if (!known.Any(column => column.StartsWith(path + ".", StringComparison.Ordinal)))
                yield return path;
            else if (field.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (var inner in Unknown(field.Value, path + ".", known))
                    yield return inner;
            }
        }
    }

    static object?[] Unusual(SampleRecord record)
    {
        string? Main(string attribute) => record.At("insightDetails", "insightContext", "attributions") is { } list
            ? list.EnumerateArray().First(one => one.GetProperty("attribute").GetString() == attribute).GetProperty("insight")[0].GetProperty("value").GetString()
            : null;
        double Rate(string of) => double.Parse(record.Text("insightDetails", "insightContext", "statistics", of, "average")!, CultureInfo.InvariantCulture);
        return
        [
            record.Day, record.Region, record.Service, record.Time, record.Id, record.Account, record.Text("sharedEventID"), record.Text("insightDetails", "eventName"), record.Text("insightDetails", "state"),
            record.Text("insightDetails", "insightType"), record.Text("insightDetails", "errorCode"), Rate("baseline"), Rate("insight"), record.Whole("insightDetails", "insightContext", "statistics", "insightDuration"),
            Main("userIdentityArn"), Main("userAgent"),
        ];
    }

    static IEnumerable<object?[]> Aggregated(SampleRecord record)
    {
        var primary = record.At("summary", "primaryDimension")!.Value;
        foreach (var dimension in record.At("summary", "details")!.Value.EnumerateArray().Prepend(primary))
        {
            foreach (var statistic in dimension.GetProperty("statistics").EnumerateArray())
            {
                yield return
                [
                    record.Day, record.Region, record.Service, record.Id, record.Text("accountId"), record.Time, record.Time.AddMinutes(5), dimension.Equals(primary), dimension.GetProperty("dimension").GetString(),
                    statistic.GetProperty("name").GetString(), statistic.GetProperty("value").GetInt64(),
                ];
            }
        }
    }
}
