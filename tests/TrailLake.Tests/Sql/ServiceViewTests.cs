using System.Text.RegularExpressions;
using TrailLake.DuckDb;
using TrailLake.Sql;
using TrailLake.Storage;

namespace TrailLake.Tests.Sql;

/// <summary>The views that are made of what a lake holds.</summary>
public sealed partial class ServiceViewTests(SampleLake samples) : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("bucketName", "bucket_name")]
    [InlineData("DBInstanceClass", "db_instance_class")]
    [InlineData("x-amz-acl", "x_amz_acl")]
    [InlineData("iPv6CidrBlock", "i_pv6_cidr_block")]
    [InlineData("aws:tag/Größe", "aws_tag_gr_e")]
    [InlineData("__", "")]
    public void A_key_becomes_a_name_that_needs_no_quotes(string key, string name) => Assert.Equal(name, ServiceView.SnakeCase(key));

    [Fact]
    public void A_type_is_what_all_values_have_and_text_where_they_differ()
    {
        using var lake = new SmallLake();
        Add(lake, """{"n":1,"f":1.5,"b":true,"t":"x","mixed":1,"list":[1,2],"o":{"deep":{"er":{"est":{"gone":1}}}},"nothing":null,"e":{}}""", """{"n":"1"}""");
        Add(lake, """{"n":-2,"f":2,"b":false,"t":"true","mixed":"one","list":null,"o":"a text"}""", "null");
        var view = Assert.Single(Generate(lake));
        Assert.Equal(
            [("request_b", "BOOLEAN"), ("request_e", "VARCHAR"), ("request_f", "DOUBLE"), ("request_list", "VARCHAR"), ("request_mixed", "VARCHAR"), ("request_n", "BIGINT"), ("request_nothing", "VARCHAR"),
                ("request_o", "VARCHAR"), ("request_o_deep_er_est", "VARCHAR"), ("request_t", "VARCHAR"), ("response_n", "VARCHAR")],
            lake.Rows($"select column_name, column_type from (describe {view.Name}) where column_name similar to '(request|response)_.*' and column_name <> 'request_id' order by 1").Select(column => ((string)column[0]!, (string)column[1]!)));
        Assert.Equal(
            [["x", 1L, 1.5, true, "1", "[1,2]", null, "{\"gone\":1}", "{}", "1"], ["true", -2L, 2.0, false, "one", null, "a text", null, null, null]],
            lake.Rows($"select request_t, request_n, request_f, request_b, request_mixed, request_list, request_o, request_o_deep_er_est, request_e, response_n from {view.Name} order by request_n desc"));
    }

    [Fact]
    public void A_value_that_does_not_fit_what_was_seen_is_null_and_no_error()
    {
        using var lake = new SmallLake();
        Add(lake, """{"n":1,"f":1.5,"b":true}""");
        var view = Assert.Single(Generate(lake));
        Add(lake, """{"n":"many","f":[1],"b":"yes"}""");
        Assert.Equal([[1L, 1.5, true], [null, null, null]], lake.Rows($"select request_n, request_f, request_b from {view.Name} order by request_n"));
    }

    [Fact]
    public void Names_that_meet_are_kept_apart()
    {
        using var lake = new SmallLake();
        Add(lake, """{"id":"of the request","aB":"1","a_b":"2","a":{"b":"3"},"AB":"4","bad\"key":"5","":"6"}""");
        var view = Assert.Single(Generate(lake));
        Assert.Equal(
            ["request_a_b", "request_a_b_2", "request_a_b_3", "request_ab", "request_id", "request_id_2"],
            lake.Rows($"select column_name from (describe {view.Name}) where column_name like 'request\\_%' escape '\\' order by 1").Select(column => column[0]));
        Assert.Equal(["of the request", "4"], lake.Rows($"select request_id_2, request_ab from {view.Name}")[0]);
    }

    [Fact]
    public void A_view_has_at_most_300_columns_the_most_frequent_first()
    {
        using var lake = new SmallLake();
        Add(lake, $$"""{"often":1,{{string.Join(',', Enumerable.Range(0, 500).Select(index => $"\"key{index}\":{index}"))}}}""");
        Add(lake, """{"often":2}""");
        var view = Assert.Single(Generate(lake));
        Assert.Equal((300, 501 - (300 - 23)), (view.Columns, view.FieldsLeftOut));
        Assert.Equal("request_often", lake.Rows($"select column_name from (describe {view.Name}) where column_name like 'request\\_%' escape '\\' and column_name <> 'request_id'")[0][0]);
        Assert.Contains("as request_often, -- 2\n", view.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_service_has_a_name_for_its_view_and_none_takes_that_of_a_view_that_is_there()
    {
        using var lake = new SmallLake();
        foreach (var service in (string[])["s3-outposts", "s3_outposts", "2nd", "it''s; --", "rekognition", "-"])
            Add(lake, """{"a":1}""", service: service);
        Assert.Equal(
            [("-", "service_calls"), ("2nd", "service_2nd_calls"), ("it's; --", "it_s_calls"), ("rekognition", "rekognition_fields"), ("s3-outposts", "s3_outposts_calls"), ("s3_outposts", "s3_outposts_calls_2")],
            Generate(lake).Select(view => (view.Service, view.Name)));
        Assert.Equal(1L, lake.Scalar("select request_a from it_s_calls"));
        Assert.Equal(1L, lake.Scalar("select request_a from rekognition_fields"));
    }

    [Fact]
    public void A_broken_file_among_them_is_named_to_who_asks_for_it_and_stops_no_one_else()
    {
        using var lake = SmallLake.OfTwelveEvents();
        lake.Write("create or replace view mine as select nothing from nowhere", "_traillake", "views", "mine.sql");
        lake.Write("create or replace view other as select 1 as a", "_traillake", "views", "named_otherwise.sql");
        lake.Write("create or replace view root_activity as select 1 as a", "_traillake", "views", "root_activity.sql");
        Assert.Contains("mine.sql: expected a view that this lake can answer", Assert.Throws<CatalogException>(() => lake.Rows("select * from mine")).Message, StringComparison.Ordinal);
        Assert.Contains("named_otherwise.sql: expected one statement", Assert.Throws<CatalogException>(() => lake.Rows("select * from named_otherwise")).Message, StringComparison.Ordinal);
        Assert.Equal(12L, lake.Scalar("select count(*) from events"));
        Assert.NotEmpty(lake.Rows("select * from duckdb_views()"));
        Assert.NotEqual("a", lake.Rows("select column_name from (describe root_activity)")[0][0]); // the program's own wins
    }

    /// <summary>On the samples, and on the corpus where there is one: a view for every service, that each engine takes, whose columns have a value in just as many
    /// rows as events were seen with one.</summary>
    [Fact]
    public void On_real_records_every_service_has_its_view_with_every_value_that_was_seen()
    {
        var lake = samples.Location;
        if (Environment.GetEnvironmentVariable("TRAILLAKE_CORPUS") is { Length: > 0 } corpus)
        {
            lake = _folder["lake"];
            Ingest.Run(LocalStore.OpenSource(Path.Combine(corpus, "records")), LocalStore.OpenLake(lake), new(), out _);
        }

        using var catalog = LakeCatalog.Open(lake);
        var views = ServiceViews.Generate(catalog, [], TestContext.Current.CancellationToken);
        using (var services = catalog.Query("select distinct service from events order by 1"))
            Assert.Equal(services.Rows().Select(row => (string)row[0]!), views.Select(view => view.Service).Order(StringComparer.Ordinal));

        var athena = AthenaTypes.CheckTexts(views.Select(view => (view.Name, view.Text)));
        Assert.Empty(athena.Problems);
        foreach (var view in views)
        {
            catalog.Query(view.Text).Dispose();
            Assert.Equal(athena.Columns[view.Name].Length, view.Columns);
            var columns = SeenColumn().Matches(view.Text);
            using var counts = catalog.Query($"select count(*){string.Concat(columns.Select(column => $", count({column.Groups[1].Value})"))} from {view.Name}");
            Assert.Equal(
                [$"{view.Name} {view.Events}", .. columns.Select(column => $"{column.Groups[1].Value} {column.Groups[2].Value.Replace(",", "", StringComparison.Ordinal)}")],
                counts.Rows().Single().Select((count, index) => $"{(index == 0 ? view.Name : columns[index - 1].Groups[1].Value)} {count}"));
        }
    }

    [Fact]
    public void What_the_program_writes_its_query_finds_and_its_list_shows()
    {
        using var lake = new SmallLake();
        Add(lake, """{"bucketName":"b"}""");
        Add(lake, """{"name":"n"}""", service: "iam");

        var generated = TraillakeProcess.Run("views", lake.Root, "--generate", "--service", "s3");
        Assert.Equal((0, ""), (generated.Status, generated.Errors));
        var name = Assert.Single(Directory.GetFiles(lake.PathOf("_traillake", "views"), "*.sql").Select(file => Path.GetFileNameWithoutExtension(file)));
        Assert.Equal("b", TraillakeProcess.Run("query", lake.Root, $"select request_bucket_name from {name}").Output.Trim().Split('\n')[^1]);
        Assert.Matches($@"(?m)^{name} +Which calls of s3 were made, .*\?", TraillakeProcess.Run("views", lake.Root).Output);
        Assert.Contains("request_bucket_name -- 1", TraillakeProcess.Run("views", lake.Root, "--show", name).Output, StringComparison.Ordinal);

        var elsewhere = TraillakeProcess.Run("views", lake.Root, "--generate", "--output", _folder["sql"], "--json");
        Assert.StartsWith("[{\"name\":\"", elsewhere.Output, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(_folder["sql"], "*.sql").Length);
    }

    [Theory]
    [InlineData("--generate", "--service", "nothing")]
    [InlineData("--generate", "--show", "events")]
    [InlineData("--service", "s3")]
    public void Wrong_usage_writes_nothing(params string[] arguments)
    {
        using var lake = SmallLake.OfTwelveEvents();
        Assert.Equal(64, TraillakeProcess.Run(["views", lake.Root, .. arguments]).Status);
        Assert.False(Directory.Exists(lake.PathOf("_traillake")));
    }

    static void Add(SmallLake lake, string request, string response = "null", string service = "s3") => lake.AddEvents(
        $"select '{Guid.NewGuid()}' as event_id, timestamp '2024-01-31 10:00:00' as event_time, nullif({DuckDbSql.Text(request)}, 'null') as request_parameters, nullif({DuckDbSql.Text(response)}, 'null') as response_elements, '{service}' as service, '2024-01-31' as event_date, 'eu-west-1' as region");

    /// <summary>The views, which are in the lake from then on.</summary>
    static IReadOnlyList<ServiceView> Generate(SmallLake lake)
    {
        using var catalog = LakeCatalog.Open(lake.Root);
        var views = ServiceViews.Generate(catalog, [], TestContext.Current.CancellationToken);
        foreach (var view in views)
            lake.Write(view.Text, "_traillake", "views", view.Name + ".sql");
        return views;
    }

    [GeneratedRegex(@" as (\w+),? -- ([0-9,]+)\n")]
    private static partial Regex SeenColumn();
}
