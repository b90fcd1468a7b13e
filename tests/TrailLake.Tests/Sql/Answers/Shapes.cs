namespace TrailLake.Tests.Sql.Answers;

/// <summary>A column of a row that is one event.</summary>
sealed record EventColumn(string Name, Func<SampleRecord, object?> Value);

/// <summary>The shapes that most answers have: a row an event, or a row a group of events.</summary>
static class Shapes
{
    static readonly EventColumn[] Partitions = [new("event_date", record => record.Day), new("region", record => record.Region), new("service", record => record.Service)];

    static readonly EventColumn[] Who =
    [
        new("event_time", record => record.Time), new("event_id", record => record.Id), new("recipient_account_id", record => record.Account), new("event_name", record => record.Name),
        new("user_type", record => record.UserType), new("user_arn", record => record.UserArn), new("user_access_key_id", record => record.AccessKey),
        new("user_invoked_by", record => record.InvokedBy), new("source_ip_address", record => record.Address), new("user_agent", record => record.Agent),
    ];

    static readonly EventColumn[] Outcome =
    [
        new("is_error", record => record.IsError), new("error_code", record => record.ErrorCode), new("error_message", record => record.ErrorMessage),
    ];

    static readonly EventColumn[] Service =
    [
        .. Partitions, new("event_time", record => record.Time), new("event_id", record => record.Id),
        new("event_name", record => record.Name), new("recipient_account_id", record => record.Account), new("user_type", record => record.UserType), new("user_arn", record => record.UserArn),
        new("user_access_key_id", record => record.AccessKey), new("session_issuer_arn", record => record.IssuerArn), new("source_ip_address", record => record.Address),
        new("user_agent", record => record.Agent), new("read_only", record => record.IsReadOnly), .. Outcome,
    ];

    /// <summary>One row per event: when, who, from where; columns of its own; how it went.</summary>
    public static Answer Calls(string view, Func<SampleRecord, bool> where, EventColumn[] columns, params string[] nearMisses) =>
        PerEvent(view, where, [.. Partitions, .. Who, .. columns, .. Outcome], nearMisses);

    /// <summary>One row per call of a service.</summary>
    public static Answer CallsOf(string service, EventColumn[] columns, params string[] nearMisses) =>
        PerEvent(service + "_calls", record => record.Service == service, [.. Service, .. columns], nearMisses);

    /// <summary>One row per event, all its columns given.</summary>
    public static Answer PerEvent(string view, Func<SampleRecord, bool> where, EventColumn[] columns, params string[] nearMisses) =>
        new(view, [.. columns.Select(column => column.Name)], [.. SampleRecords.All.Events.Where(where).Select(record => columns.Select(column => column.Value(record)).ToArray())], nearMisses);

    /// <summary>One row per group of events that share a key.</summary>
    public static Answer PerGroup<TKey>(string view, string columns, Func<SampleRecord, bool> where, Func<SampleRecord, TKey> key, Func<TKey, List<SampleRecord>, object?[]> row, params string[] nearMisses) =>
        new(view, columns.Split(", "), [.. SampleRecords.All.Events.Where(where).GroupBy(key).Select(group => row(group.Key, [.. group]))], nearMisses);

    public static EventColumn Request(string name, params string[] path) => new(name, record => record.Request(path));

    public static EventColumn Response(string name, params string[] path) => new(name, record => record.Response(path));

    public static EventColumn Additional(string name, params string[] path) => new(name, record => record.Additional(path));

    public static EventColumn RequestJson(string name, params string[] path) => new(name, record => record.JsonAt(["requestParameters", .. path]));

    public static EventColumn RequestWhole(string name, params string[] path) => new(name, record => record.Whole(["requestParameters", .. path]));

    public static EventColumn RequestFlag(string name, params string[] path) => new(name, record => record.Request(path) is { } text ? text == "true" : null);

    /// <summary>How many different values a group has; null is none.</summary>
    public static long Distinct(this IEnumerable<SampleRecord> group, Func<SampleRecord, object?> value) => group.Select(value).Where(found => found is not null).Distinct().LongCount();

    public static long Errors(this IEnumerable<SampleRecord> group) => group.LongCount(record => record.IsError);

    public static long Writes(this IEnumerable<SampleRecord> group) => group.LongCount(record => record.IsWrite);

    public static DateTime FirstTime(this IEnumerable<SampleRecord> group) => group.Min(record => record.Time);

    public static DateTime LastTime(this IEnumerable<SampleRecord> group) => group.Max(record => record.Time);

    /// <summary>The first in the order of code points; null where there is none.</summary>
    public static string? Least(this IEnumerable<string?> texts) => texts.Where(text => text is not null).Order(StringComparer.Ordinal).FirstOrDefault();

    /// <summary>The last in the order of code points; null where there is none.</summary>
    public static string? Greatest(this IEnumerable<string?> texts) => texts.Where(text => text is not null).Order(StringComparer.Ordinal).LastOrDefault();

    public static bool IsOneOf(this string? name, string names) => name is not null && names.Split(' ').Contains(name);
}
