using System.Text;
using TrailLake.Athena;
using TrailLake.CloudTrail;
using TrailLake.Sql;
using TrailLake.Storage;
using TrailLake.Tests.Sql;

namespace TrailLake.Tests.Athena;

/// <summary>Deployments to the stand-in, which knows of a lake what it was told and nothing else.</summary>
public sealed class AthenaDeployTests : IDisposable
{
    readonly AthenaFixture _athena = new();

    public void Dispose() => _athena.Dispose();

    [Fact]
    public async Task A_night_is_there_after_its_deployment_and_not_before()
    {
        _athena.Night("2024-01-30", "CreateUser", "DeleteUser");
        var first = await _athena.DeployAsync();
        Assert.Equal((3, 1, SqlLibrary.Views.Length), (first.TablesCreated, first.PartitionsAdded, first.ViewsCreated));
        const string Question = "select event_date, event_name from root_activity where service = 'iam' order by event_time";
        Assert.Equal(["2024-01-30|CreateUser", "2024-01-30|DeleteUser"], await _athena.RowsAsync(Question));

        _athena.Night("2024-01-31", "CreateAccessKey");
        Assert.Equal(2, (await _athena.RowsAsync(Question)).Length);
        Assert.Equal(("creating views", (long)first.Views, (long)first.Views), (_athena.Work.State.Step, _athena.Work.State.Objects, _athena.Work.State.ObjectsTotal));
        var second = await _athena.DeployAsync();
        Assert.Equal((0, 1, 2, 0), (second.TablesCreated, second.PartitionsAdded, second.Partitions, second.ViewsCreated));
        Assert.Equal("2024-01-31|CreateAccessKey", Assert.Single((await _athena.RowsAsync(Question)).Skip(2)));
        Assert.Equal(_athena.Lake.Rows(Question).Select(row => string.Join('|', row)), await _athena.RowsAsync(Question)); // the same answer on both engines
    }

    [Fact]
    public async Task Done_again_it_changes_nothing()
    {
        _athena.Night("2024-01-30", "CreateUser");
        await _athena.DeployAsync();
        _athena.Server.Statements.Clear();
        Assert.Empty((await _athena.DeployAsync()).Statements);
        Assert.All(_athena.Server.Statements, statement => Assert.StartsWith("show partitions", statement, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_statement_is_one_that_Athenas_grammars_read()
    {
        _athena.Night("2024-01-30", "CreateUser");
        Odd("service=it%27s%5C/event_date=2024-01-30/region=a%20b");
        Directory.CreateDirectory(Path.Combine(_athena.Lake.Lake, LakeViews.Folder));
        using (var catalog = LakeCatalog.Open(_athena.Lake.Lake))
        {
            foreach (var view in ServiceViews.Generate(catalog, ["iam"], TestContext.Current.CancellationToken))
                await File.WriteAllTextAsync(Path.Combine(_athena.Lake.Lake, LakeViews.Folder, view.Name + ".sql"), view.Text, TestContext.Current.CancellationToken);
        }

        await _athena.DeployAsync(isProjected: false);
        _athena.Server.Database.TableByName["events"].Columns.RemoveAt(3);
        await _athena.DeployAsync();
        var views = _athena.Server.Statements.Where(statement => statement.StartsWith("create or", StringComparison.Ordinal)).Distinct().ToArray();
        Assert.All(_athena.Server.Statements, statement => Assert.True(Encoding.UTF8.GetByteCount(statement) <= 262_144));

        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["hive.sql"], string.Join(";\n", _athena.Server.Statements.Except(views)) + ";", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder["broken.sql"], "alter table `events` add if not exists partition (`service` = 'it's') location 's3://b/';", TestContext.Current.CancellationToken);
        Assert.Equal("", AthenaGrammar.Check("hive", folder["hive.sql"]));
        Assert.NotEqual("", AthenaGrammar.Check("hive", folder["broken.sql"]));
        Assert.Empty(AthenaTypes.CheckTexts(views.Select(view => (SqlLibrary.NameOf(view), view))).Problems);
    }

    [Fact]
    public async Task Partitions_go_in_batches_and_only_those_that_are_new()
    {
        foreach (var day in Enumerable.Range(0, 250))
            Odd($"service=s3/event_date={new DateOnly(2024, 1, 1).AddDays(day):yyyy-MM-dd}/region=eu-west-1");
        var first = await _athena.DeployAsync();
        Assert.Equal(250, first.PartitionsAdded);
        Assert.Equal(3, first.Statements.Count(statement => statement.Contains("add if not exists", StringComparison.Ordinal)));

        Odd("service=s3/event_date=2025-01-01/region=odd%3Aregion");
        var second = await _athena.DeployAsync();
        Assert.Contains("partition (`service` = 's3', `event_date` = '2025-01-01', `region` = 'odd:region') location 's3://lake-bucket/trail/events/service=s3/event_date=2025-01-01/region=odd%3Aregion/'", Assert.Single(second.Statements), StringComparison.Ordinal);
        Assert.Empty((await _athena.DeployAsync()).Statements);
    }

    [Fact]
    public async Task Folders_without_data_are_no_partitions()
    {
        Odd("service=s3/event_date=2024-01-01/region=eu-west-1", "_half.parquet");
        Odd("service=s3/event_date=2024-01-02/region=eu-west-1", ".hidden.parquet");
        Odd("service=s3/event_date=2024-01-03/region=eu-west-1", "notes.txt");
        Odd("elsewhere=s3/event_date=2024-01-03/region=eu-west-1");
        Assert.Equal(0, (await _athena.DeployAsync()).Partitions);
    }

    [Fact]
    public async Task A_column_that_a_release_brought_is_added_and_the_views_are_made_again()
    {
        _athena.Night("2024-01-30", "CreateUser");
        await _athena.DeployAsync();
        _athena.Server.Database.TableByName["events"].Columns.RemoveAll(column => column.Name is "annotation" or "is_root");
        var again = await _athena.DeployAsync();
        Assert.Equal((2, again.Views, 0), (again.ColumnsAdded, again.ViewsCreated, again.PartitionsAdded));
        Assert.Equal(["CreateUser|true"], await _athena.RowsAsync("select event_name, is_root from events"));
    }

    [Fact]
    public async Task A_view_that_was_dropped_comes_again_alone()
    {
        await _athena.DeployAsync();
        _athena.Server.Database.DropView("root_activity");
        var again = await _athena.DeployAsync();
        Assert.StartsWith("create or replace view root_activity as", Assert.Single(again.Statements), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Projection_needs_no_partitions_and_can_be_given_up_again()
    {
        _athena.Night("2024-01-30", "CreateUser");
        var projected = await _athena.DeployAsync(isProjected: true);
        Assert.Equal((true, 0), (projected.IsProjected, projected.PartitionsAdded));
        Assert.Equal(["CreateUser"], await _athena.RowsAsync("select event_name from events"));

        _athena.Night("2024-01-31", "DeleteUser"); // a service and a region that the properties know: nothing to do
        Assert.Equal(["CreateUser", "DeleteUser"], await _athena.RowsAsync("select event_name from events order by event_time"));
        Assert.Empty((await _athena.DeployAsync()).Statements);

        Odd("service=s3/event_date=2024-01-31/region=eu-west-1", "no-data.txt");
        Odd("service=sts/event_date=2024-01-01/region=eu-west-1");
        var further = await _athena.DeployAsync();
        Assert.StartsWith("alter table `events` set tblproperties ('projection.event_date.range' = '2024-01-01,NOW', 'projection.region.values' = 'eu-west-1,us-east-1', 'projection.service.values' = 'iam,sts')", Assert.Single(further.Statements), StringComparison.Ordinal);
        Directory.Delete(Path.Combine(_athena.Lake.Lake, "events", "service=sts"), recursive: true);

        var listed = await _athena.DeployAsync(isProjected: false);
        Assert.Equal((false, 2), (listed.IsProjected, listed.PartitionsAdded));
        Assert.Equal(["CreateUser", "DeleteUser"], await _athena.RowsAsync("select event_name from events order by event_time"));
    }

    [Fact]
    public async Task A_value_that_projection_cannot_list_is_an_error_that_says_so()
    {
        Odd("service=a%2Cb/event_date=2024-01-30/region=eu-west-1");
        var refused = await Assert.ThrowsAsync<CatalogException>(() => _athena.DeployAsync(isProjected: true));
        Assert.Matches("found 'a,b', .* Deploy with --projection false", refused.Message);
    }

    [Fact]
    public async Task A_dry_run_says_what_is_due_and_does_nothing()
    {
        _athena.Night("2024-01-30", "CreateUser");
        var dry = await _athena.DeployAsync(isDryRun: true);
        Assert.Empty(_athena.Server.Statements);
        Assert.Equal(dry.Statements.Order(StringComparer.Ordinal), (await _athena.DeployAsync()).Statements.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Another_lakes_table_is_left_alone()
    {
        await _athena.DeployAsync();
        var other = AthenaLake.Of(LocalStore.OpenLake(_athena.Lake.Lake), "s3://other-bucket");
        var refused = await Assert.ThrowsAsync<AthenaException>(() => AthenaDeploy.RunAsync(_athena.Queries, other, null, false, new(), TestContext.Current.CancellationToken));
        Assert.Contains("audit.events: expected a table of s3://other-bucket/events, found one of s3://lake-bucket/trail/events", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_of_other_types_is_left_alone()
    {
        await _athena.DeployAsync();
        var columns = _athena.Server.Database.TableByName["events"].Columns;
        columns[0] = (columns[0].Name, "string");
        Assert.Contains("expected the column event_time of type timestamp, found string", (await Assert.ThrowsAsync<AthenaException>(() => _athena.DeployAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_view_that_Athena_refuses_is_named_and_stops_no_other()
    {
        View("mine", "-- Mine?\ncreate or replace view mine as select nothing as nothing from events");
        View("second", "create or replace view second as select event_id from first_of_all");
        View("zfirst", "create or replace view zfirst as select 1 as a; select 2");
        View("first_of_all", "create or replace view first_of_all as select event_id from events");
        var done = await _athena.DeployAsync();
        Assert.Equal(SqlLibrary.Views.Length + 2, done.ViewsCreated);
        Assert.Contains(done.Refused, refused => refused.StartsWith("the view mine: query ", StringComparison.Ordinal) && refused.Contains("SYNTAX_ERROR", StringComparison.Ordinal));
        Assert.Contains(done.Refused, refused => refused.Contains("zfirst.sql: expected one statement", StringComparison.Ordinal));
        Assert.Equal(2, done.Refused.Count);
    }

    [Fact]
    public async Task After_a_refusal_only_the_view_that_was_refused_is_sent_again()
    {
        View("mine", "create or replace view mine as select record from quarantine");
        await _athena.DeployAsync();
        var again = await _athena.DeployAsync();
        Assert.StartsWith("create or replace view mine as", Assert.Single(again.Statements), StringComparison.Ordinal);
        Assert.Equal((0, 1), (again.ViewsCreated, again.Refused.Count));

        View("mine", "create or replace view mine as select event_id from events");
        var mended = await _athena.DeployAsync();
        Assert.Equal((2, 1, 0), (mended.Statements.Count, mended.ViewsCreated, mended.Refused.Count)); // the other one notes it
        Assert.Empty((await _athena.DeployAsync()).Statements);
    }

    [Fact]
    public async Task A_view_that_changes_is_made_again_with_those_that_read_it()
    {
        View("mine", "create or replace view mine as select event_id from events");
        View("readers", "create or replace view readers as select event_id from mine");
        await _athena.DeployAsync();
        View("mine", "create or replace view mine as select event_id, event_name from events");
        var again = await _athena.DeployAsync();
        Assert.Equal(["mine", "readers"], again.Statements[..^1].Select(SqlLibrary.NameOf));
    }

    [Fact]
    public async Task A_view_of_the_lake_that_does_not_say_or_replace_is_replaced_all_the_same()
    {
        View("mine", "/* Mine? */ CREATE  view mine as select 1 as a");
        Assert.Empty((await _athena.DeployAsync()).Refused);
        View("mine", "create view mine as select 2 as a");
        Assert.Equal("create or replace view mine as select 2 as a", (await _athena.DeployAsync()).Statements[0]);
        Assert.Equal(["2"], await _athena.RowsAsync("select a from mine"));
    }

    [Fact]
    public async Task A_macro_among_the_lakes_views_is_named_and_not_sent()
    {
        View("mine", "create or replace macro mine(a) as a + 1");
        var done = await _athena.DeployAsync();
        Assert.Contains("mine.sql: expected a view, found a macro, which DuckDB alone can have", Assert.Single(done.Refused), StringComparison.Ordinal);
        Assert.DoesNotContain(_athena.Server.Statements, statement => statement.Contains("macro", StringComparison.Ordinal));
        Assert.Empty((await _athena.DeployAsync()).Statements);
    }

    [Fact]
    public void A_table_has_every_column_of_the_lake_and_its_partitions()
    {
        var text = AthenaLake.Of(LocalStore.OpenLake(_athena.Lake.Lake), AthenaFixture.Place).CreateTable(LakeTable.Events, isProjected: false);
        Assert.All(Columns.Of(LakeTable.Events), column => Assert.Contains($"    `{column.Name}` {AthenaTable.TypeOf(column.Type)} comment", text, StringComparison.Ordinal));
        Assert.Contains("partitioned by (\n    `service` string", text, StringComparison.Ordinal);
        Assert.Contains("stored as parquet\nlocation 's3://lake-bucket/trail/events/'", text, StringComparison.Ordinal);
    }

    // A view of the lake's own.
    void View(string name, string text)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_athena.Lake.Lake, LakeViews.Folder)).FullName;
        File.WriteAllText(Path.Combine(folder, name + ".sql"), text);
    }

    // A partition with a file that nothing reads.
    void Odd(string partition, string file = "a.parquet")
    {
        var folder = Path.Combine(_athena.Lake.Lake, "events", partition);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, file), "");
    }
}
