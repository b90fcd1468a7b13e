using TrailLake.DuckDb;

namespace TrailLake.Tests.DuckDb;

public sealed class DuckDbConnectionTests : IDisposable
{
    readonly DuckDbConnection _duck = DuckDbConnection.OpenInMemory(("threads", "2"));

    public void Dispose() => _duck.Dispose();

    [Fact]
    public async Task A_query_tells_another_thread_how_far_it_is()
    {
        using var duck = DuckDbConnection.OpenInMemory();
        duck.Execute("create table numbers as select range as number from range(5000000)");
        duck.CountProgress();
        var query = Task.Run(() => Assert.Throws<DuckDbException>(() => duck.Scalar("select max(md5(md5(md5(md5(number::varchar))))) from numbers")), TestContext.Current.CancellationToken);
        while (duck.Progress is null or 0)
            Assert.False(query.IsCompleted, "the query ended, and had not told how far it was");
        Assert.InRange(duck.Progress!.Value, 0, 1);
        duck.Interrupt();
        await query;
    }

    [Fact]
    public void Settings_reach_DuckDB() => Assert.Equal(2L, _duck.Scalar("select current_setting('threads')"));

    [Fact]
    public void A_setting_that_DuckDB_does_not_know_is_named() =>
        Assert.Contains("no_such_setting", Assert.Throws<DuckDbException>(() => DuckDbConnection.OpenInMemory(("no_such_setting", "1"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Several_statements_run_in_order_and_the_last_one_answers()
    {
        _duck.Execute("create table t (a integer); insert into t values (1), (2)");
        Assert.Equal(3L, Convert.ToInt64(_duck.Scalar("insert into t values (3); select count(*) from t")));
    }

    [Fact]
    public void Rows_that_are_appended_arrive_as_what_they_are()
    {
        _duck.Execute("create temp table t (a varchar, b bigint, c integer, d boolean, e timestamp)");
        using (var rows = _duck.Append("t"))
        {
            foreach (var text in new[] { "", "é'\0", new string('x', 100_000) })
            {
                rows.Text(System.Text.Encoding.UTF8.GetBytes(text));
                rows.Int64(long.MinValue);
                rows.Int64(7);
                rows.Boolean(true);
                rows.Timestamp(1_500);
                rows.EndRow();
            }
            for (var column = 0; column < 5; column++)
                rows.Null();
            rows.EndRow();
            rows.Complete();
        }
        using var result = _duck.Query("select length(a), a = 'é''' || chr(0), b, c, d, epoch_us(e) from t");
        Assert.Equal([[0L, false, long.MinValue, 7, true, 1_500L], [3L, true, long.MinValue, 7, true, 1_500L], [100_000L, false, long.MinValue, 7, true, 1_500L], [null, null, null, null, null, null]], result.Rows().ToArray());
    }

    [Fact]
    public void What_cannot_be_appended_is_said()
    {
        Assert.Contains("nowhere", Assert.Throws<DuckDbException>(() => _duck.Append("nowhere")).Message, StringComparison.Ordinal);
        _duck.Execute("create table t (a tinyint)");
        using var rows = _duck.Append("t");
        Assert.Contains("300", Assert.Throws<DuckDbException>(() => rows.Int64(300)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_arrive_as_what_they_are()
    {
        using var result = _duck.Query("select ?, ?, ?, ?, ?, ?, ?, ?, ?", null, true, 7, -1L, ulong.MaxValue, 1.5, "a\0b'é", new byte[] { 0, 1 }, new DateOnly(2024, 1, 31));
        var row = Assert.Single(result.Rows().ToArray());
        Assert.Equal([null, true, 7L, -1L, ulong.MaxValue, 1.5, "a\0b'é", (byte[])[0, 1], new DuckDbDate(19753)], row);
    }

    [Fact]
    public void A_time_goes_in_and_comes_out_the_same()
    {
        var time = new DateTime(2024, 1, 31, 23, 59, 59, 123, DateTimeKind.Utc);
        using var result = _duck.Query("select ?::timestamp", time);
        Assert.True(result.ReadChunk());
        Assert.Equal(time, result.Columns[0].GetDateTime(0));
    }

    [Fact]
    public void Too_few_parameters_are_an_error_that_counts_them() =>
        Assert.Contains("each of 2 parameters, found 1", Assert.Throws<DuckDbException>(() => _duck.Query("select ?, ?", 1)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("select\n  nme from (select 1 as name)", "LINE 2")]
    [InlineData("select 1;\nselec 2", "LINE 2")]
    [InlineData("select * from nowhere", "nowhere")]
    [InlineData("select cast('x' as integer)", "'x'")]
    public void An_error_is_DuckDBs_own_with_its_place(string sql, string expected)
    {
        var message = Assert.Throws<DuckDbException>(() => _duck.Execute(sql)).Message;
        Assert.Contains("Error: ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_in_a_late_row_is_thrown_when_it_is_reached()
    {
        _duck.Execute("set threads = 1"); // of several, one that ends for the error of another may be heard first
        using var result = _duck.Query("select case when i = 1900000 then error('row ' || i) else 'fine' end from range(2000000) t(i)");
        Assert.True(result.ReadChunk());
        Assert.Contains("row 1900000", Assert.Throws<DuckDbException>(() =>
        {
            while (result.ReadChunk())
            {
                // to the end
            }
        }).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  -- nothing\n ;")]
    [InlineData("select 1\0; drop table t")]
    public void Text_that_holds_no_statement_is_refused(string sql) => Assert.Throws<DuckDbException>(() => _duck.Execute(sql));

    [Fact]
    public void After_an_error_the_connection_goes_on()
    {
        Assert.Throws<DuckDbException>(() => _duck.Execute("select * from nowhere"));
        Assert.Equal(1, _duck.Scalar("select 1"));
    }

    [Fact]
    public void A_result_without_rows_still_has_its_columns()
    {
        using var result = _duck.Query("select 1 as a, 'x' as b where false");
        Assert.Equal(["a", "b"], result.Columns.Select(column => column.Name));
        Assert.False(result.ReadChunk());
        Assert.True(result.HasRows);
    }

    [Fact]
    public void A_statement_that_answers_nothing_says_so()
    {
        using var result = _duck.Query("create table nothing_back (a integer)");
        Assert.False(result.HasRows);
    }

    [Fact]
    public async Task A_long_query_stops_when_it_is_interrupted()
    {
        using var started = new ManualResetEventSlim();
        var running = Task.Run(() =>
        {
            started.Set();
            return Assert.Throws<DuckDbException>(() => _duck.Execute("select count(*) from range(1000000000) a, range(1000000000) b where a.range + b.range = -1"));
        }, TestContext.Current.CancellationToken);

        started.Wait(TestContext.Current.CancellationToken);
        while (!running.IsCompleted) // an interrupt that comes before the query has begun is lost
            _duck.Interrupt();
        Assert.Contains("INTERRUPT", (await running).Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Reading_a_value_of_another_type_names_column_and_types()
    {
        using var result = _duck.Query("select 'x' as name, null::integer as nothing");
        Assert.True(result.ReadChunk());
        Assert.Equal("column name: expected integer, found VARCHAR.", Assert.Throws<DuckDbException>(() => result.Columns[0].GetInt64(0)).Message);
        Assert.Contains("nothing: row 0 is NULL", Assert.Throws<DuckDbException>(() => result.Columns[1].GetInt64(0)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => result.Columns[0].GetText(1));
    }

    [Fact]
    public void The_library_is_the_version_that_the_package_pins() => Assert.Equal("v1.5.6", DuckDbConnection.Version);
}
