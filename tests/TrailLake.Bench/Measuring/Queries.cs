using TrailLake.Sql;

namespace TrailLake.Bench.Measuring;

/// <summary>A question that is asked of our lake, of DuckDB's own Parquet and of the raw JSON.</summary>
/// <param name="Name">What is asked.</param>
/// <param name="Sql">It, of a table <c>events</c> and the views over it.</param>
/// <param name="IsNeedle">It looks for one value in all days.</param>
sealed record BenchQuery(string Name, string Sql, bool IsNeedle = false)
{
    // Derived columns, made of what the records say.
    static readonly Dictionary<string, string> Derived = new()
    {
        ["is_error"] = "(error_code is not null or error_message is not null)",
        ["is_root"] = "(user_type = 'Root')",
        ["is_aws_service"] = "(user_type = 'AWSService' or user_invoked_by is not null)",
        ["is_temporary_credentials"] = "(session_creation_date is not null or starts_with(user_access_key_id, 'ASIA'))",
    };

    /// <summary>The views that the program ships, a few questions of the README's kind, and needles.</summary>
    /// <param name="needles">Values that are in the lake: an event_id, an access key, an address.</param>
    public static BenchQuery[] All(IReadOnlyList<string> needles) =>
    [
        new("count by service", "select service, count(*) as calls from events group by service"),
        new("view activity_daily", "select * from activity_daily"),
        new("view errors_by_event", "select * from errors_by_event"),
        new("view root_activity", "select event_time, event_name, source_ip_address from root_activity"),
        new("view console_logins_without_mfa", "select event_time, user_arn, source_ip_address from console_logins_without_mfa"),
        new("view rekognition_calls", "select event_time, event_name, image_bucket, image_name from rekognition_calls"),
        new("S3 buckets by bytes sent", """
            select json_extract_scalar(request_parameters, '$["bucketName"]') as bucket, count(*) as calls, sum(try_cast(json_extract_scalar(additional_event_data, '$["bytesTransferredOut"]') as bigint)) as bytes
            from events where service = 's3' group by 1
            """),
        new("one event_id, all columns", $"select {string.Join(", ", DuckDbTrail.Columns.Select(column => column.Name))} from events where event_id = '{needles[0]}'", IsNeedle: true),
        new("one access key", $"select event_time, event_id, event_name, user_arn from events where user_access_key_id = '{needles[1]}'", IsNeedle: true),
        new("one source address", $"select event_time, event_id, event_name, user_arn from events where source_ip_address = '{needles[2]}'", IsNeedle: true),
    ];

    /// <summary>The columns of the records that it needs: those that it, its view and their derived columns name.</summary>
    public IReadOnlyList<CloudTrail.Column> Columns
    {
        get
        {
            var words = SqlText.Words(Sql);
            foreach (var view in Views)
                words.UnionWith(SqlText.Words(view.Text));
            foreach (var (name, expression) in Derived)
            {
                if (words.Contains(name))
                    words.UnionWith(SqlText.Words(expression));
            }
            return [.. DuckDbTrail.Columns.Where(column => words.Contains(column.Name))];
        }
    }

    /// <summary>The shipped views that it names.</summary>
    public IEnumerable<SqlDefinition> Views => SqlText.Words(Sql) is var words ? SqlLibrary.Views.Where(view => words.Contains(view.Name)) : [];

    /// <summary>The table <c>events</c> over what another has flattened, with the derived columns that the query's view wants.</summary>
    public static string EventsOver(string source, IReadOnlyList<CloudTrail.Column> columns)
    {
        var names = columns.Select(column => column.Name).ToHashSet();
        var derived = Derived.Where(pair => SqlText.Words(pair.Value).All(word => names.Contains(word) || DuckDbTrail.Columns.All(column => column.Name != word)));
        return $"create or replace view events as select *{string.Concat(derived.Select(pair => $", {pair.Value} as {pair.Key}"))} from ({source})";
    }
}
