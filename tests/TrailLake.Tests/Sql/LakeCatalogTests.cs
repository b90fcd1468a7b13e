using System.Diagnostics;
using TrailLake.CloudTrail;
using TrailLake.DuckDb;
using TrailLake.Sql;

namespace TrailLake.Tests.Sql;

public sealed class LakeCatalogTests
{
    [Fact]
    public void A_folder_that_is_not_there_is_named() =>
        Assert.Contains("nowhere: expected a lake's folder, found nothing", Assert.Throws<CatalogException>(() => LakeCatalog.Open("nowhere")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(LakeTable.Events)]
    [InlineData(LakeTable.Insights)]
    [InlineData(LakeTable.Aggregates)]
    public void A_table_without_files_has_no_rows_and_the_columns_and_types_of_one_with_files(LakeTable table)
    {
        using var empty = new SmallLake();
        using var full = new SmallLake();
        using (var duck = DuckDbConnection.OpenInMemory())
            duck.Execute($"copy (select 'x' as event_id, 's3' as service, '2024-01-31' as event_date, 'r' as region) to {DuckDbSql.Text(full.PathOf(DuckDbView.NameOf(table)))} (format parquet, partition_by (service, event_date, region))");

        var described = $"select column_name, column_type from (describe {DuckDbView.NameOf(table)})";
        Assert.Equal(0L, empty.Scalar($"select count(*) from {DuckDbView.NameOf(table)}"));
        Assert.Equal(1L, full.Scalar($"select count(*) from {DuckDbView.NameOf(table)}"));
        Assert.Equal(full.Rows(described), empty.Rows(described));
        Assert.Equal([.. Columns.Of(table).Select(column => column.Name), "service", "event_date", "region"], empty.Rows(described).Select(row => row[0]));
    }

    [Theory]
    [InlineData("ingested_objects")]
    [InlineData("ingest_runs")]
    [InlineData("quarantine")]
    public void A_lake_without_records_of_its_runs_has_none(string view)
    {
        using var lake = new SmallLake();
        Assert.Empty(lake.Rows($"select * from {view}"));
    }

    // DuckDB takes twice the longest line that it is told of for each thread, and no number of 4 GiB or more.
    [Fact]
    public void A_large_quarantine_is_not_taken_for_one_long_line()
    {
        using var lake = new SmallLake();
        var path = Path.Combine(lake.Root, "_traillake", "quarantine", "x.jsonl");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var file = File.Create(path))
            file.SetLength(5L << 30); // of holes
        Assert.Contains($"maximum_object_size = {6 * 64 * 1024 * 1024 + 1024 * 1024},", RunViews.Quarantine(lake.Root), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_view_answers_on_an_empty_lake_and_on_one_with_events()
    {
        using var empty = new SmallLake();
        using var full = SmallLake.OfTwelveEvents();
        Assert.NotEmpty(SqlLibrary.Views);
        foreach (var view in LakeCatalog.Views(empty.Root))
        {
            Assert.Empty(empty.Rows($"select * from {view.Name}"));
            full.Rows($"select * from {view.Name}");
        }

        Assert.Equal(3L, full.Scalar("select sum(error_count)::bigint from errors_by_event"));
    }

    [Fact]
    public void Partition_columns_are_text()
    {
        using var lake = SmallLake.OfTwelveEvents();
        Assert.Equal(["VARCHAR", "VARCHAR", "VARCHAR"], lake.Rows("select typeof(service), typeof(event_date), typeof(region) from events")[0]);
        Assert.Equal(6L, lake.Scalar("select count(*) from events where event_date >= '2024-02-01'"));
    }

    [Theory]
    [InlineData("service = 's3' and event_date = '2024-01-31' and region = 'region-0'", "1/12")]
    [InlineData("service = 's3'", "6/12")]
    [InlineData("event_date >= '2024-02-01' and service in ('iam', 'kms')", "3/12")]
    [InlineData("region like '%-2'", "4/12")]
    [InlineData("user_arn is not null", "12")]
    public void A_filter_on_partitions_leaves_the_other_files_unread(string filter, string files)
    {
        using var lake = SmallLake.OfTwelveEvents();
        var plan = (string)lake.Rows($"explain analyze select count(event_id) from events where {filter}")[0][1]!;
        Assert.Matches($@"(Scanning Files:|Total Files Read:)[\s│]*{files}\b", plan);
    }

    [Fact]
    public void A_broken_file_in_another_partition_does_no_harm()
    {
        using var lake = SmallLake.OfTwelveEvents();
        lake.Write("no parquet", "events", "service=kms", "event_date=2024-01-31", "region=region-0", "part.parquet");
        Assert.Equal(6L, lake.Scalar("select count(event_id) from events where service = 's3'"));
        Assert.Contains("service=kms", Assert.Throws<DuckDbException>(() => lake.Scalar("select count(event_id) from events")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_is_asked_again_as_long_as_files_vanish_that_it_has_listed()
    {
        using var lake = SmallLake.OfTwelveEvents();
        string[] files = [.. Directory.GetFiles(lake.Root, "*.parquet", SearchOption.AllDirectories)], late = [.. files.Select(file => $"{file}-late.parquet")];
        var merging = Task.Run(() =>
        {
            for (var watch = Stopwatch.StartNew(); watch.ElapsedMilliseconds < 1000;)
            {
                for (var i = 0; i < files.Length; i++)
                    File.CreateSymbolicLink(late[i], files[i]); // there at once, as when it is renamed
                Array.ForEach(late, File.Delete);
            }
        }, TestContext.Current.CancellationToken);
        do
            Assert.Equal(12L, lake.Scalar("select count(distinct event_id) from events"));
        while (!merging.IsCompleted);
        await merging;
    }

    [Fact]
    public async Task A_query_is_asked_again_as_long_as_files_are_replaced_while_it_reads_them()
    {
        using var lake = SmallLake.OfTwelveEvents();
        var files = Directory.GetFiles(lake.Root, "*.parquet", SearchOption.AllDirectories);
        var versions = files.Select(file => new[] { File.ReadAllBytes(file), Repeated(file) }).ToArray();
        var merging = Task.Run(() =>
        {
            var watch = Stopwatch.StartNew();
            for (var version = 1; watch.ElapsedMilliseconds < 1000; version ^= 1)
            {
                for (var i = 0; i < files.Length; i++)
                {
                    File.WriteAllBytes(files[i] + ".new", versions[i][version]);
                    File.Move(files[i] + ".new", files[i], overwrite: true);
                }
            }
        }, TestContext.Current.CancellationToken);
        do
            Assert.Equal(12L, lake.Scalar("select count(*) from (select distinct * from events)"));
        while (!merging.IsCompleted);
        await merging;

        byte[] Repeated(string file)
        {
            using var duck = DuckDbConnection.OpenInMemory();
            duck.Execute($"copy (select * from read_parquet('{file}'), range(100)) to '{file}.more' (format parquet)");
            return File.ReadAllBytes(file + ".more");
        }
    }

    [Fact]
    public void A_part_of_a_lake_shows_its_rows_alone_and_no_row_where_it_has_no_file()
    {
        using var lake = SmallLake.OfTwelveEvents();
        Assert.Equal(3L, CountOf(new() { Since = new(2024, 2, 1), Services = ["iam"] }));
        Assert.Equal(6L, CountOf(new() { Until = new(2024, 1, 31) }));
        Assert.Equal(0L, CountOf(new() { Since = new(2030, 1, 1) }));
        Assert.Equal(0L, CountOf(new() { Services = ["none"] }));

        long CountOf(LakePart part)
        {
            using var catalog = LakeCatalog.Open(lake.Root, part);
            return RowsOf(catalog, "events");
        }
    }

    [Fact]
    public void What_came_after_the_first_query_of_a_session_is_seen_by_the_next_one_and_through_views_that_it_made()
    {
        using var lake = SmallLake.OfTwelveEvents();
        using var catalog = LakeCatalog.Open(lake.Root);
        catalog.Query("create temp view mine as select event_id from events").Dispose();
        Assert.Equal([12L, 12L], Counts());
        lake.AddEvents("select 'new' as event_id, 's3' as service, '2024-02-02' as event_date, 'r' as region");
        Assert.Equal([13L, 13L], Counts());

        IEnumerable<long> Counts() => new[] { "mine", "events" }.Select(table => RowsOf(catalog, table));
    }

    [Fact]
    public void A_query_planned_over_hidden_files_fails_and_does_not_answer_without_rows()
    {
        using var lake = SmallLake.OfTwelveEvents();
        using var duck = DuckDbConnection.OpenInMemory();
        var files = new TableFiles(lake.Root, null, duck);
        foreach (var sql in new[] { "count(event_id)", "count(*)" }.Select(count => $"select {count} from read_parquet({TableFiles.Variable(LakeTable.Events)}, schema = map {{ {DuckDbView.SchemaEntry("event_id", "varchar")} }})"))
        {
            files.Hide(LakeTable.Events);
            Assert.Contains("magic bytes", Assert.Throws<DuckDbException>(() => duck.Scalar(sql)).Message, StringComparison.Ordinal);
            files.Show(LakeTable.Events);
            Assert.Equal(12L, duck.Scalar(sql));
        }
    }

    [Fact]
    public void A_view_prunes_as_its_table_does()
    {
        using var lake = SmallLake.OfTwelveEvents();
        lake.Write("no parquet", "events", "service=kms", "event_date=2024-01-31", "region=region-0", "part.parquet");
        Assert.NotEmpty(lake.Rows("select * from activity_daily where service = 's3'"));
    }

    [Fact]
    public void Columns_that_older_files_lack_are_null_and_those_that_newer_files_add_do_no_harm()
    {
        using var lake = new SmallLake();
        lake.AddEvents("select 'old' as event_id, 's3' as service, '2024-01-01' as event_date, 'r' as region");
        lake.AddEvents("select 'new' as event_id, 'Get' as event_name, 'later' as a_column_of_next_year, 's3' as service, '2024-01-02' as event_date, 'r' as region");
        Assert.Equal([["new", "Get"], ["old", null]], lake.Rows("select event_id, event_name from events order by 1"));
    }

    [Fact]
    public void Partition_values_are_decoded()
    {
        using var lake = new SmallLake();
        lake.AddEvents("select 'x' as event_id, 'a/b+c' as service, '2024-01-01' as event_date, '100%' as region");
        Assert.Equal(["a/b+c", "100%"], lake.Rows("select service, region from events")[0]);
    }

    [Fact]
    public void Names_that_begin_with_a_dot_or_an_underscore_are_no_data()
    {
        using var lake = SmallLake.OfTwelveEvents();
        lake.Write("half a file", "events", "service=s3", "event_date=2024-01-31", "region=region-0", "_part.parquet");
        lake.Write("half a file", "events", "service=s3", "event_date=2024-01-31", "region=region-0", ".part.parquet");
        Assert.Equal(12L, lake.Scalar("select count(*) from events"));
    }

    [Theory]
    [InlineData("it's a lake")]
    [InlineData("lake [1] *?")]
    [InlineData("service=other")]
    [InlineData("événements")]
    [InlineData(@"back\slash")]
    public void A_lake_may_lie_in_a_folder_of_any_name(string name)
    {
        using var lake = new SmallLake(name);
        Directory.CreateDirectory(lake.PathOf("_traillake", "runs"));
        lake.AddEvents("select 'x' as event_id, 's3' as service, '2024-01-01' as event_date, 'r' as region");
        lake.Write("""{"run_id": "r"}""", "_traillake", "runs", "r.json");
        Assert.Equal(["x", "s3"], lake.Rows("select event_id, service from events")[0]);
        Assert.Equal("r", lake.Scalar("select run_id from ingest_runs"));
    }

    [Fact]
    public void The_catalog_lists_every_view_and_table()
    {
        using var lake = new SmallLake();
        Assert.Equal(LakeCatalog.Views(lake.Root).Select(view => view.Name).Order(StringComparer.Ordinal), lake.Rows("select name from (show tables)").Select(row => (string)row[0]!));
    }

    [Fact]
    public void A_name_that_a_query_puts_together_is_found()
    {
        using var lake = SmallLake.OfTwelveEvents();
        Assert.Equal(12L, lake.Scalar("select count(*) from query('select * from ' || 'eve' || 'nts')"));
    }

    [Theory]
    [InlineData("select json_extract_scalar('{\"a\": {\"b\": 1}}', '$[\"a\"]')", null)]
    [InlineData("select json_extract_scalar('{\"a.b\": \"x\"}', '$[\"a.b\"]')", "x")]
    [InlineData("select 7 / 2", 3)]
    [InlineData("select cast(timestamp '2024-01-31 12:00:00' as timestamptz) = timestamptz '2024-01-31 12:00:00+00'", true)]
    public void Words_have_the_meaning_that_Athena_gives_them(string sql, object? expected)
    {
        using var lake = new SmallLake();
        Assert.Equal(expected, lake.Scalar(sql));
    }

    [Fact]
    public void Statements_may_build_on_one_another()
    {
        using var lake = SmallLake.OfTwelveEvents();
        Assert.Equal(6L, lake.Scalar("create temp table mine as select * from events where service = 's3'; select count(*) from mine"));
    }

    static long RowsOf(LakeCatalog catalog, string table)
    {
        using var result = catalog.Query($"select count(*) from {table}");
        return result.Rows().Select(row => (long)row[0]!).Single();
    }
}
