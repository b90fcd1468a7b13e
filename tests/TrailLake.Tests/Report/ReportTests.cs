using System.Text.Json;
using System.Text.RegularExpressions;
using TrailLake.Report;
using TrailLake.Sql;

namespace TrailLake.Tests.Report;

public sealed partial class ReportTests(SampleLake samples) : IDisposable
{
    static readonly DateTime Now = new(2026, 3, 20, 12, 0, 0, DateTimeKind.Utc);

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_report_is_one_small_file_that_names_no_other_address()
    {
        var ran = TraillakeProcess.Run("report", samples.Location, _folder["report.html"]);
        Assert.True(ran.Status == 0, ran.ToString());
        var page = File.ReadAllText(_folder["report.html"]);
        Assert.InRange(page.Length, 100_000, 2_000_000);
        Assert.DoesNotMatch("(src|href)=[\"']?(https?:)?//", page[..page.IndexOf("id=\"data\"", StringComparison.Ordinal)]);
        Assert.DoesNotContain("unsafe-", Policy().Match(page).Value, StringComparison.Ordinal);
        Assert.Equal(["report.html"], Directory.GetFiles(_folder.Root).Select(Path.GetFileName));
    }

    [Fact]
    public void Its_numbers_are_those_of_the_views()
    {
        var data = DataOf(LakeReport.Render(samples.Location, "lake", null, null, Now));
        Assert.Equal(("2026-03-09", "2026-03-13"), (data.GetProperty("since").GetString(), data.GetProperty("until").GetString()));
        using var catalog = LakeCatalog.Open(samples.Location);
        const string Days = "event_date between '2026-03-09' and '2026-03-13'";
        Assert.Equal(Ask(catalog, $"select sum(event_count) from activity_daily where {Days}"), Total(data, "events"));
        Assert.Equal(Ask(catalog, $"select sum(error_count) from activity_daily where {Days}"), Total(data, "errors"));
        Assert.Equal(Ask(catalog, $"select count(distinct principal) from principal_activity where {Days}"), Total(data, "principals"));
        var findings = data.GetProperty("findings").EnumerateArray().ToList();
        Assert.Equal(15, findings.Count);
        Assert.All(findings, finding => Assert.Equal(Ask(catalog, $"select count(*) from {finding.GetProperty("view").GetString()} where {Days}"), finding.GetProperty("rows").GetInt64().ToString()));
        Assert.Contains(findings, finding => finding.GetProperty("view").GetString() == "root_activity" && finding.GetProperty("rows").GetInt64() > 0);
    }

    [Fact]
    public void Who_used_the_console_as_older_records_have_it_is_a_principal_and_an_AWS_service_is_none()
    {
        using var lake = new TestLake();
        string InvokedBy(int id, string user, string service) => TestLake.Record(id, $$"""
            "userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/{{user}}","invokedBy":"{{service}}"},"recipientAccountId":"111122223333"
            """);
        lake.Put("a.json", TestLake.Log(InvokedBy(1, "jane", "signin.amazonaws.com"), InvokedBy(2, "joe", "autoscaling.amazonaws.com"))).Run();
        var data = DataOf(LakeReport.Render(lake.Lake, "lake", null, null, Now));
        Assert.Equal("arn:aws:iam::111122223333:user/jane", Assert.Single(data.GetProperty("principals").GetProperty("rows").EnumerateArray())[0].GetString());
        Assert.Equal(lake.Scalar("select count(distinct principal) from principal_activity")?.ToString(), Total(data, "principals"));
    }

    [Fact]
    public void What_is_new_is_told_against_the_days_before()
    {
        using var lake = new TestLake();
        string Event(int id, string day, string more) => TestLake.Record(id, more).Replace("2024-01-31", day, StringComparison.Ordinal);
        lake.Put("a.json", TestLake.Log(Event(1, "2024-01-30", """ "userAgent":"aws-cli/2.1" """), Event(2, "2024-01-31", """ "userAgent":"aws-cli/2.2" """), Event(3, "2024-01-31", """ "userAgent":"evil/1" """))).Run();
        string[] New(DateOnly? since) => [.. DataOf(LakeReport.Render(lake.Lake, "lake", since, null, Now)).GetProperty("new_programs").GetProperty("rows").EnumerateArray().Select(row => row[0].GetString()!)];
        Assert.Equal(["evil"], New(null));
        Assert.Equal(["evil"], New(new DateOnly(2024, 1, 31))); // the day before is not shown, and yet known
    }

    [Fact]
    public void A_file_whose_name_holds_no_time_or_an_impossible_one_has_no_delivery_lag()
    {
        using var lake = new TestLake();
        lake.Put("1_CloudTrail_us-east-1_20240131T1005Z_a.json", TestLake.Log(TestLake.Record(0)))
            .Put("1_CloudTrail_us-east-1_20249931T9905Z_a.json", TestLake.Log(TestLake.Record(1))).Put("c.json", TestLake.Log(TestLake.Record(2))).Run();
        var row = Assert.Single(DataOf(LakeReport.Render(lake.Lake, "lake", null, null, Now)).GetProperty("lag").GetProperty("rows").EnumerateArray());
        Assert.Equal("""["2024-01-31",1,5,5,5]""", row.ToString().Replace(".0", "", StringComparison.Ordinal).Replace("\"1\"", "1", StringComparison.Ordinal));
    }

    [Fact]
    public void The_period_ends_at_the_last_day_that_has_come()
    {
        DateOnly[] days = [new(2018, 3, 26), new(2026, 3, 1), new(2026, 3, 13), new(2099, 1, 1)];
        Assert.Equal(new(new(2026, 3, 1), new(2026, 3, 13)), ReportPeriod.Of(days, null, null, DateOnly.FromDateTime(Now)));
        Assert.Equal(new(new(2026, 1, 1), new(2026, 3, 13)), ReportPeriod.Of(days, new(2026, 1, 1), null, DateOnly.FromDateTime(Now)));
        Assert.Equal(new(DateOnly.FromDateTime(Now), DateOnly.FromDateTime(Now)), ReportPeriod.Of([], null, null, DateOnly.FromDateTime(Now)) with { Since = DateOnly.FromDateTime(Now) });
    }

    [Fact]
    public void In_a_browser_it_is_drawn_clicked_and_filtered_without_a_complaint()
    {
        File.WriteAllText(_folder["report.html"], LakeReport.Render(samples.Location, "lake", null, null, Now));
        var saw = Chromium.Browse(_folder["report.html"], _folder.Root);
        Assert.Empty(saw.GetProperty("complaints").EnumerateArray());
        Assert.Empty(saw.GetProperty("requests").EnumerateArray());
        var (whole, service, none) = (saw.GetProperty("whole"), saw.GetProperty("ofService"), saw.GetProperty("ofNoName"));
        Assert.True(whole.GetProperty("charts").GetInt32() >= 4);
        Assert.True(service.GetProperty("bars").GetInt32() < whole.GetProperty("bars").GetInt32());
        Assert.Contains($" of {saw.GetProperty("service").GetString()}", service.GetProperty("lead").GetString(), StringComparison.Ordinal);
        Assert.Contains("us-east-1", saw.GetProperty("byRegion").GetString(), StringComparison.Ordinal);
        Assert.Matches(@"\d", saw.GetProperty("tip").GetString());
        Assert.True(saw.GetProperty("numbers").GetInt32() > 0);
        Assert.Equal(0, none.GetProperty("principals").GetInt32());
        Assert.Contains("traillake query lake", saw.GetProperty("query").GetString(), StringComparison.Ordinal);
        Assert.Equal((0, 0), (saw.GetProperty("phone").GetProperty("overflow").GetInt32(), saw.GetProperty("phone").GetProperty("cut").GetInt32()));
        Assert.Equal("rgb(18, 22, 27)", saw.GetProperty("dark").GetString());
        Assert.Equal(["rgb(255, 255, 255)", "none", "flex"], saw.GetProperty("print").EnumerateArray().Select(value => value.GetString()));
    }

    [Fact]
    public void In_a_browser_a_list_that_is_cut_says_of_how_many_it_has_the_busiest()
    {
        using var lake = new TestLake();
        lake.Put("a.json", TestLake.Log(Enumerable.Range(0, 120).Select(id => TestLake.Record(id, $$"""
            "userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/caller-{{id}}"},"errorCode":"Error{{id}}"
            """)))).Run();
        File.WriteAllText(_folder["report.html"], LakeReport.Render(lake.Lake, "lake", null, null, Now));
        var saw = Chromium.Browse(_folder["report.html"], _folder.Root);
        Assert.Empty(saw.GetProperty("complaints").EnumerateArray());
        var (whole, none) = (saw.GetProperty("whole").GetProperty("text").GetString(), saw.GetProperty("ofNoName").GetProperty("text").GetString());
        Assert.Contains("This list has the 100 busiest of 120 principals.", whole, StringComparison.Ordinal);
        Assert.Contains("This list has the 100 busiest of 120 errors.", whole, StringComparison.Ordinal);
        Assert.DoesNotContain("Show all 100", whole, StringComparison.Ordinal);
        Assert.Contains("None of the 100 busiest of 120 principals matches the filter.", none, StringComparison.Ordinal);
        Assert.DoesNotContain("No name matches the filter.", none, StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_browser_ten_years_are_drawn_with_few_elements_and_each_day_has_a_pixel_and_its_year()
    {
        using var lake = new TestLake();
        string Called(int id, int year) => TestLake.Record(id, $$"""
            "userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/caller-{{id}}"}
            """).Replace("2024-01-31", $"{year}-01-31", StringComparison.Ordinal);
        lake.Put("a.json", TestLake.Log(Enumerable.Range(0, 100).Select(id => Called(id, 2014)).Append(Called(100, 2024)))).Run();
        File.WriteAllText(_folder["report.html"], LakeReport.Render(lake.Lake, "lake", new(2014, 1, 31), null, Now));
        var saw = Chromium.Browse(_folder["report.html"], _folder.Root);
        Assert.Empty(saw.GetProperty("complaints").EnumerateArray());
        Assert.InRange(saw.GetProperty("whole").GetProperty("elements").GetInt32(), 500, 5_000); // a day of a caller has none of its own
        Assert.InRange(saw.GetProperty("whole").GetProperty("thinnestBar").GetDouble(), 0.9, 2);
        Assert.Matches(@"caller-0\s[^c]*31 Jan 2014\s+31 Jan 2014", saw.GetProperty("whole").GetProperty("text").GetString());
        Assert.Contains("31 Jan 2014", saw.GetProperty("tip").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_browser_what_the_logs_hold_stays_text()
    {
        const string Attack = "<script>alert(1)</script><img src=x onerror=alert(2)><b>{{data}}</b>";
        using var lake = new TestLake();
        string Hostile(int id, string day) => $$"""
            {"eventVersion":"1.08","eventTime":"{{day}}T10:00:00Z","eventSource":"iam.amazonaws.com","eventName":"PutUserPolicy","awsRegion":"<b>here<\/b>","eventID":"00000000-0000-0000-0000-{{id:000000000000}}",
             "userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/{{id}}{{Attack}}"},"userAgent":"{{id}}{{Attack}}","errorCode":"AccessDenied{{Attack}}","sourceIPAddress":"1.2.3.4","requestParameters":null,"responseElements":null}
            """;
        lake.Put("a.json", TestLake.Log(Hostile(1, "2024-01-30"), Hostile(2, "2024-01-31"))).Run();
        File.WriteAllText(_folder["report.html"], LakeReport.Render(lake.Lake, $"lake{Attack}", null, null, Now));
        var saw = Chromium.Browse(_folder["report.html"], _folder.Root);
        Assert.Empty(saw.GetProperty("complaints").EnumerateArray());
        Assert.Equal(0, saw.GetProperty("dialogs").GetInt32());
        Assert.Equal((4, 0), (saw.GetProperty("whole").GetProperty("scripts").GetInt32(), saw.GetProperty("whole").GetProperty("foreign").GetInt32()));
        Assert.Contains("<script>alert(1)</script><img src=x onerror=alert(2)><b>{{data}}</b>", saw.GetProperty("whole").GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "no events in these days")]
    [InlineData(1, "one day only")]
    public void In_a_browser_a_lake_of_no_day_or_one_says_so(int events, string expected)
    {
        using var lake = new TestLake();
        Directory.CreateDirectory(lake.Lake);
        if (events > 0)
            lake.Put("a.json", TestLake.Log(TestLake.Record(1))).Run();
        File.WriteAllText(_folder["report.html"], LakeReport.Render(lake.Lake, "lake", null, null, Now));
        var saw = Chromium.Browse(_folder["report.html"], _folder.Root);
        Assert.Empty(saw.GetProperty("complaints").EnumerateArray());
        Assert.Equal(events == 0, saw.GetProperty("whole").GetProperty("text").GetString()!.Contains("No log file is known.", StringComparison.Ordinal));
        Assert.DoesNotContain("delivered on each day", saw.GetProperty("whole").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains(expected, saw.GetProperty("whole").GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_browser_the_hours_of_few_days_are_those_of_a_clock_with_24_in_UTC()
    {
        Assert.Equal(0, TraillakeProcess.Run("report", samples.Location, _folder["report.html"], "--since", "2026-03-11", "--until", "2026-03-12").Status);
        var saw = Chromium.Browse(_folder["report.html"], _folder.Root);
        Assert.Empty(saw.GetProperty("complaints").EnumerateArray());
        var text = saw.GetProperty("whole").GetProperty("text").GetString()!;
        Assert.DoesNotMatch(@"\d [AP]M\b", text);
        Assert.Matches(@"00:00\s*12 Mar", text);
    }

    [Fact]
    public void Days_the_wrong_way_round_and_a_lake_that_is_not_there_are_errors()
    {
        Assert.Equal(64, TraillakeProcess.Run("report", samples.Location, _folder["r.html"], "--since", "2026-03-12", "--until", "2026-03-10").Status);
        var ran = TraillakeProcess.Run("report", _folder["nowhere"], _folder["r.html"]);
        Assert.Equal(2, ran.Status);
        Assert.Contains("expected a lake's folder", ran.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Root));
    }

    static JsonElement DataOf(string page) => JsonElement.Parse(Data().Match(page).Groups[1].Value);

    static string Total(JsonElement data, string column)
    {
        var totals = data.GetProperty("totals");
        var at = totals.GetProperty("columns").EnumerateArray().Select(name => name.GetString()).ToList().IndexOf(column);
        return totals.GetProperty("rows")[0][at].ToString();
    }

    static string? Ask(LakeCatalog catalog, string sql)
    {
        using var result = catalog.Query(sql);
        return result.Rows().First()[0]?.ToString();
    }

    [GeneratedRegex("<script type=\"application/json\" id=\"data\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Data();

    [GeneratedRegex("Content-Security-Policy\" content=\"[^\"]*\"")]
    private static partial Regex Policy();
}
