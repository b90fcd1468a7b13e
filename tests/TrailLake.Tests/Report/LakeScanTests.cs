using TrailLake.Parquet;
using TrailLake.Report;
using TrailLake.Sql;
using TrailLake.Tests.Parquet;

namespace TrailLake.Tests.Report;

public sealed class LakeScanTests(SampleLake samples) : IDisposable
{
    readonly TestLake _lake = new();

    public void Dispose() => _lake.Dispose();

    const string Principal = "coalesce(case when user_type = 'AssumedRole' then session_issuer_arn end, user_arn, user_principal_id, user_on_behalf_of_user_id, user_invoked_by, user_account_id)";

    // The plain twin of the scan, which DuckDB answers from the same files.
    const string Events = $$"""
        select event_date, service, region, cast(hour(event_time) as integer) as hour_of_day, case when is_error then coalesce(error_code, '(no code)') end as error_code,
            {{Principal}} as principal,
            recipient_account_id as account, user_type as kind, coalesce(is_aws_service, false) as is_aws_service, case when is_aws_service then null else user_agent end as user_agent, event_time
        from events where event_date between '{history}' and '{until}'
        """;

    static readonly (string Table, string Keys, string More, string Where)[] Judges =
    [
        ("calls", "event_date, service, region, {hour} as hour_of_day, error_code", "", ""),
        ("hours", "service, region, hour_of_day", "", "where hour_of_day is not null and event_date >= '{since}'"),
        ("caller_parts", "event_date, principal, account, kind, is_aws_service, error_code", ", min({time}event_time), max({time}event_time)", ""),
        ("programs", "event_date, user_agent", "", "where user_agent is not null"),
    ];

    [Theory]
    [InlineData("principals", Principal)]
    [InlineData("access_denied_by_principal", ReportTables.IsDenied)]
    [InlineData("throttled_calls", ReportTables.IsThrottled)]
    public void A_report_means_what_the_views_mean(string view, string expression) =>
        Assert.Contains(expression, SqlLibrary.Views.Single(one => one.Name == view).Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("2026-03-01", "2026-03-31", 100_000)]
    [InlineData("2026-03-10", "2026-03-11", 100_000)] // by the hour
    [InlineData("2026-03-01", "2026-03-31", 3)] // handed over all the time, so that keys come several times
    public void A_scan_counts_what_SQL_counts(string since, string until, int mostCallers) => AssertCounts(samples.Location, since, until, mostCallers);

    [Theory]
    [InlineData("2024-01-31")]
    [InlineData("2024-01-01")]
    public void Odd_names_and_missing_values_are_counted_as_by_SQL(string since)
    {
        string[] more =
        [
            "", """ "userAgent":"" """, """ "userAgent":"a","errorCode":"" """, """ "errorMessage":"no code" """, """ "errorCode":"Client.UnauthorizedOperation","recipientAccountId":"000000000001" """,
            """ "userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::1:assumed-role/r/s"} """, """ "userIdentity":{"type":"AssumedRole","arn":"a","sessionContext":{"sessionIssuer":{"arn":"arn:aws:iam::1:role/r"}}} """,
            """ "userIdentity":{"type":"IAMUser","arn":"b","sessionContext":{"sessionIssuer":{"arn":"arn:aws:iam::1:role/r"}}} """, """ "userIdentity":{"type":"AWSService","invokedBy":"ec2.amazonaws.com"},"userAgent":"ec2.amazonaws.com" """,
            """ "userIdentity":{"type":"Unknown","principalId":""} """, """ "userIdentity":{"accountId":"1"} """, """ "userIdentity":{"type":"Root","arn":"arn:aws:iam::1:root"},"userAgent":"ä ö \u0000" """,
        ];
        string[] sources = ["s3.amazonaws.com", "we ird/x%.amazonaws.com", "ä'b.amazonaws.com", ""];
        _lake.Put("a.json", TestLake.Log(
            from source in sources.Index()
            from rest in more.Index()
            select TestLake.Record(source.Index * 100 + rest.Index, rest.Item).Replace("s3.amazonaws.com", source.Item, StringComparison.Ordinal).Replace("eu-west-1", rest.Index % 3 == 0 ? "eu/west 1" : "eu-west-1", StringComparison.Ordinal)
                .Replace("T10:", $"T{rest.Index * 2:00}:", StringComparison.Ordinal).Replace("2024-01-31", rest.Index % 4 == 1 ? "2024-01-30" : "2024-01-31", StringComparison.Ordinal))).Run();
        Assert.Contains(_lake.Files("events"), file => file.Contains('%'));
        AssertCounts(_lake.Lake, since, "2024-01-31");
    }

    [Fact]
    public void A_file_of_an_older_release_lacks_columns_and_one_of_many_row_groups_and_values_is_read_whole()
    {
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1, """ "userAgent":"new" """))).Run();
        var folder = Path.Combine(_lake.Lake, Path.GetDirectoryName(_lake.Files("events")[0])!);
        const long Time = 1_706_695_200_000;
        File.WriteAllBytes(Path.Combine(folder, "old.parquet"), new TestTable(TestTable.Texts("error_code", null, "AccessDenied"), TestTable.Texts("user_arn", "a", "b")).Write());
        File.WriteAllBytes(Path.Combine(folder, "groups.parquet"), new TestTable(
            (new ParquetColumn("event_time", ParquetType.TimestampMillis), [.. Enumerable.Range(0, 1000).Select(i => i % 10 == 9 ? (object?)null : Time + i * 1000L)]),
            (new ParquetColumn("is_error", ParquetType.Boolean), [.. Enumerable.Range(0, 1000).Select(i => i % 7 == 0 ? (object?)null : i < 300)]),
            (new ParquetColumn("is_aws_service", ParquetType.Boolean), [.. Enumerable.Range(0, 1000).Select(i => (object?)(i % 5 == 0))]),
            TestTable.Texts("error_code", Enumerable.Range(0, 1000).Select(i => i % 3 == 0 ? "E" : null)),
            TestTable.Texts("user_type", Enumerable.Range(0, 1000).Select(i => i < 500 ? "IAMUser" : "AssumedRole")),
            TestTable.Texts("user_arn", Enumerable.Range(0, 1000).Select(i => i % 4 == 0 ? null : $"arn:{i}")),
            TestTable.Texts("user_account_id", Enumerable.Range(0, 1000).Select(i => "1")),
            TestTable.Texts("user_agent", Enumerable.Range(0, 1000).Select(i => $"agent/{i}"))).Write(new() { RowGroupRows = 150 }));
        File.WriteAllText(Path.Combine(folder, "_other.parquet"), "no data");
        AssertCounts(_lake.Lake, "2024-01-01", "2024-01-31");
    }

    [Fact]
    public void Each_file_of_the_days_is_opened_once_and_none_afterwards()
    {
        var period = new ReportPeriod(new(2024, 1, 20), new(2024, 1, 31));
        _lake.Put("a.json", TestLake.Log(
            TestLake.Record(1).Replace("2024-01-31", "2024-01-12", StringComparison.Ordinal), TestLake.Record(2).Replace("2024-01-31", "2024-01-13", StringComparison.Ordinal), TestLake.Record(3).Replace("2024-01-31", "2024-02-01", StringComparison.Ordinal),
            TestLake.Record(4, """ "errorCode":"AccessDenied","userIdentity":{"type":"IAMUser","arn":"denied"} """), TestLake.Record(5, """ "userIdentity":{"type":"Root","accountId":"1"} """),
            TestLake.Record(6).Replace("GetObject", "PutBucketPolicy", StringComparison.Ordinal))).Run();
        using var catalog = LakeCatalog.Open(_lake.Lake);
        Assert.Equal(2, Scan(catalog, _lake.Lake, period)); // of four, one is before the days that tell what is new, one behind the last day
        Directory.Delete(_lake.Lake, recursive: true);
        foreach (var statement in ReportTables.Statements(period))
            catalog.Execute(statement);
        Assert.Equal(["root_activity", "s3_bucket_policy_changes", "unauthorized_api_calls"],
            ReportFinding.All(catalog).Where(finding => finding.Rows == 1).Select(finding => finding.View).Order());
        Assert.Equal("3", Ask(catalog, ReportSections.All.First(section => section.Name == "totals").Sql));
    }

    [Fact]
    public void A_file_that_a_merge_removes_meanwhile_is_looked_for_again()
    {
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1))).Run();
        var file = Path.Combine(_lake.Lake, _lake.Files("events")[0]);
        var listings = new Queue<string[]>([[file, file + ".gone.parquet"], [file]]);
        using var files = PartitionFiles.Open(listings.Dequeue);
        Assert.Equal([file], files.All.Select(open => open.Path));
        Assert.Contains("gone", Assert.Throws<FileNotFoundException>(() => PartitionFiles.Open(() => [file + ".gone.parquet"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("column event_time")]
    [InlineData("footer")]
    [InlineData("event_time of type")]
    public void A_damaged_or_foreign_file_is_named_and_no_report_is_written(string expected)
    {
        _lake.Put("a.json", TestLake.Log(TestLake.Record(1), TestLake.Record(2))).Run();
        var file = Path.Combine(_lake.Lake, _lake.Files("events")[0]);
        var bytes = expected.Contains("type", StringComparison.Ordinal) ? new TestTable(TestTable.Texts("event_time", "now")).Write() : File.ReadAllBytes(file);
        if (expected == "footer")
            bytes = bytes[..^100];
        else if (expected.StartsWith("column", StringComparison.Ordinal))
            bytes.AsSpan(4, 200).Fill(0xAA);
        File.WriteAllBytes(file, bytes);
        using var target = new TempFolder();
        var ran = TraillakeProcess.Run("report", _lake.Lake, target["report.html"]);
        Assert.Equal(2, ran.Status);
        Assert.Contains(file, ran.Errors, StringComparison.Ordinal);
        Assert.Contains(expected, ran.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(target.Root));
    }

    [Fact]
    public void The_conditions_of_all_views_of_the_CIS_set_are_understood()
    {
        var rules = SqlLibrary.Views.Where(view => ViewIndex.CisOf(view.Text).Length > 0).Select(FindingRule.Of).ToList();
        Assert.Equal(15, rules.Count);
        Assert.All(rules, rule => Assert.True(rule.IsRoot || rule.ErrorWords.Count > 0 || rule.Service is not null && rule.Names.Count > 0));
    }

    [Theory]
    [InlineData("where service = 's3' or event_name = 'A'")]
    [InlineData("where service = 's3'\n    and event_name = 'A'\n    or is_root")]
    [InlineData("where is_error")]
    [InlineData("where (error_code like 'A_B%')")]
    public void A_condition_that_the_scan_does_not_understand_is_refused(string condition) =>
        Assert.Throws<InvalidOperationException>(() => FindingRule.Of(new("v", "?", () => $"create or replace view v as\nselect\n    region\nfrom events\n{condition}\n")));

    static void AssertCounts(string lake, string since, string until, int mostCallers = 100_000)
    {
        var period = new ReportPeriod(DateOnly.Parse(since), DateOnly.Parse(until));
        using var catalog = LakeCatalog.Open(lake);
        catalog.Execute($"create temp table judge as {Events.Replace("{history}", ReportPeriod.Text(period.History), StringComparison.Ordinal).Replace("{until}", until, StringComparison.Ordinal)}");
        Scan(catalog, lake, period, mostCallers);
        foreach (var (table, keys, more, where) in Judges)
        {
            string Spell(string sql) => sql.Replace("{hour}", period.IsHourly ? "hour_of_day" : "cast(null as integer)", StringComparison.Ordinal).Replace("{since}", since, StringComparison.Ordinal);
            var found = $"select {keys.Replace("{hour} as ", "", StringComparison.Ordinal)}, sum(events){more.Replace("min({time}event", "min(first", StringComparison.Ordinal).Replace("max({time}event", "max(last", StringComparison.Ordinal)} from {table} group by all";
            var expected = Spell($"select {keys}, count(*){more.Replace("{time}", "", StringComparison.Ordinal)} from judge {where} group by all");
            Assert.NotEqual("0", Ask(catalog, $"select count(*) from ({expected})"));
            Assert.Equal("0", Ask(catalog, $"select count(*) from (({expected}) except all ({found}))"));
            Assert.Equal("0", Ask(catalog, $"select count(*) from (({found}) except all ({expected}))"));
        }
    }

    static long Scan(LakeCatalog catalog, string lake, ReportPeriod period, int mostCallers = 100_000) =>
        LakeScan.Run(catalog, period, ReportPeriod.FoldersOf(lake).Where(folder => folder.Day >= period.History && folder.Day <= period.Until), ReportFinding.Rules, new(), mostCallers);

    static string? Ask(LakeCatalog catalog, string sql)
    {
        using var result = catalog.Query(sql);
        return result.Rows().First()[0]?.ToString();
    }
}
