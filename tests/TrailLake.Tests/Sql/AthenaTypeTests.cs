using System.Text.RegularExpressions;
using TrailLake.DuckDb;
using TrailLake.Sql;

namespace TrailLake.Tests.Sql;

/// <summary>What DuckDB forgives and Athena does not: no view has it, and each kind is found where it is.</summary>
public sealed partial class AthenaTypeTests
{
    static readonly Lazy<AthenaTypes> Views = new(() => AthenaTypes.Check(Directory.GetFiles(Repository.PathOf("sql", "views"), "*.sql")));

    [Fact]
    public void No_view_has_what_Athena_would_refuse_or_mean_otherwise() => Assert.Empty(Views.Value.Problems);

    [Fact]
    public void Every_view_has_the_same_columns_and_types_on_both_engines()
    {
        using var lake = new SmallLake();
        var duck = lake.Rows("select table_name, column_name, data_type from duckdb_columns() order by column_index")
            .ToLookup(column => (string)column[0]!, column => $"{column[0]}.{column[1]} {AthenaNameOf((string)column[2]!)}");
        Assert.Equal(SqlLibrary.Views.Select(view => view.Name), Views.Value.Columns.Keys.Order(StringComparer.Ordinal));
        Assert.All(Views.Value.Columns, view => Assert.Equal(view.Value.Select(column => $"{view.Key}.{column[0]} {column[1]}"), duck[view.Key]));
    }

    /// <summary>Views that DuckDB makes, and a word of what is wrong with them on Athena.</summary>
    public static TheoryData<string, string> Mistakes => new()
    {
        { "select event_name from events where source_index = '1'", "bigint against varchar" },
        { "select event_name from events where json_extract_scalar(extra, '$[\"n\"]') > 5", "varchar against integer" },
        { "select event_name from events where source_index in ('1', '2')", "bigint against varchar" },
        { "select event_name from events where cast(event_date as date) >= '2024-01-01'", "date against varchar" },
        { "select event_name from events where event_date >= date '2024-01-01'", "varchar against date" },
        { "select event_name from events where event_time between '2024-01-01' and '2024-01-02'", "timestamp against varchar" },
        { "select event_name from events where is_error = 'true'", "boolean against varchar" },
        { "select e.event_name from events e join insights i on e.source_index = i.event_id", "bigint against varchar" },
        { "select e.event_name from events e where e.source_index in (select event_id from insights)", "bigint against varchar" },
        { "select case when is_error then '1' else 0 end as flag from events", "varchar against integer" },
        { "select coalesce(error_code, 0) as code from events", "coalesce(varchar, integer)" },
        { "select event_name as name from events union all select source_index as name from events", "varchar against bigint" },
        { "select source_index || 'x' as label from events", "bigint against varchar" },
        { "select md5(event_name) as hash from events", "md5(varchar)" },
        { "select length(source_index) as size from events", "length(bigint)" },
        { "select element_at(resource_arns, 'first') as arn from events", "element_at(array(varchar), varchar)" },
        { "select resource_arns[1] as arn from events", "write element_at" },
        { "select current_timestamp as seen from events", "timestamp with time zone" },
        { "select from_iso8601_timestamp(event_date) as day from events", "timestamp with time zone" },
        { "select json_extract(extra, '$[\"a\"]') as a from events", "of type json" },
        { "select null as nothing from events", "of type unknown" },
        { "select 1.5 as fraction from events", "of type decimal" },
        { "select event_time - session_creation_date as age from events", "write date_diff" },
        { "select event_name, upper(event_name) from events", "has no name" },
        { "select * from events", "list the columns" },
        { "select e.* from events e", "list the columns" },
        { "select event_name as last from events", "reserved" },
        { "select event_name as n from events where n = 'a'", "no column n" },
        { "select cast(event_time as varchar) as at from events", "date_format" },
        { "select cast(extra as json) as document, event_id from events", "json_parse" },
        { "select cast(event_name as varchar(10)) as short from events", "write varchar" },
        { "select list_transform(resource_arns, x -> x) as arns from events", "list of functions" },
        { "select strftime(event_time, '%Y') as year from events", "list of functions" },
        { "select object_key from ingested_objects", "no table or view ingested_objects" },
    };

    [Fact]
    public void Every_mistake_is_found_for_what_it_is()
    {
        var mistakes = Mistakes.Select((mistake, index) => (Name: $"mistake_{index:00}", Sql: mistake.Data.Item1, Word: mistake.Data.Item2)).ToArray();
        var problems = AthenaTypes.CheckTexts(mistakes.Select(mistake => (mistake.Name, $"create or replace view {mistake.Name} as\n{mistake.Sql}"))).Problems;
        Assert.All(mistakes, mistake => Assert.Contains(problems, problem => problem.Contains(mistake.Name + ".sql:", StringComparison.Ordinal) && problem.Contains(mistake.Word, StringComparison.Ordinal)));
    }

    /// <summary>Five of them DuckDB refuses as well; for the others the checker is all there is.</summary>
    [Fact]
    public void DuckDB_alone_would_not_have_found_them()
    {
        using var lake = new SmallLake();
        using var catalog = LakeCatalog.Open(lake.Root);
        Assert.Equal(5, Mistakes.Count(mistake => !IsTaken(catalog, mistake.Data.Item1)));
    }

    static bool IsTaken(LakeCatalog catalog, string sql)
    {
        try
        {
            catalog.Query($"create or replace view mistake as {sql}").Dispose();
            return true;
        }
        catch (DuckDbException)
        {
            return false;
        }
    }

    [Fact]
    public void What_both_engines_read_alike_is_let_through() => Assert.Empty(AthenaTypes.CheckTexts(
        ("with_clauses", """
            create or replace view with_clauses as
            with calls as (select event_id, event_name, source_index from events),
            last_calls as (select event_name, max(source_index) as place, count(*) as calls from calls group by event_name having count(*) > 1)
            select calls.event_name, place, cast(sum(last_calls.calls) over (partition by calls.event_name order by place desc nulls last) as bigint) as total
            from calls left join last_calls on calls.event_name = last_calls.event_name and place > 0
            where exists (select 1 from insights i where i.event_id = calls.event_id) or calls.event_id not in (select event_id from aggregates)
            order by total
            """),
        ("expressions", """
            create or replace view expressions as
            select
                coalesce(source_index, 0) as place,
                filter(resource_arns, x -> x like 'arn:%') as arns,
                cast(event_time as date) as day,
                date_diff('second', session_creation_date, event_time) as seconds,
                cast(from_iso8601_timestamp(event_date) as timestamp) as midnight,
                cast(json_extract(extra, '$["a"]') as varchar array) as list,
                event_time - interval '1' hour > session_creation_date as is_old,
                case user_type when 'Root' then 1 else 0 end as flag,
                source_index * 1e0 / 3 as share,
                "values".item
            from events cross join unnest(resource_arns) with ordinality as "values"(item, place_in_list)
            """),
        ("sides", "create or replace view sides as select event_id, 1 as n from events union all select event_id, source_index from insights order by 1"),
        ("query", "select *, count(*) over () from expressions where place between 1 and 2.5")).Problems);

    [Fact]
    public void Every_function_on_the_list_is_one_that_DuckDB_has()
    {
        using var duck = DuckDbConnection.OpenInMemory();
        duck.Execute(File.ReadAllText(Repository.PathOf("sql", "duckdb", "athena_macros.sql")));
        using var known = duck.Query("select distinct function_name from duckdb_functions()");
        var names = known.Rows().Select(row => (string)row[0]!).ToHashSet();
        string[] words = ["coalesce", "nullif", "if", "row_number", "rank", "dense_rank", "ntile", "percent_rank", "cume_dist", "first_value", "last_value", "nth_value", "lag", "lead"]; // of its grammar
        Assert.All(Listed(), name => Assert.True(names.Contains(name) || words.Contains(name), name));
    }

    [Fact]
    public void Every_macro_that_gives_DuckDB_a_word_of_Athena_is_on_the_list() =>
        Assert.Empty(SqlLibrary.Macros.Select(macro => macro.Name).Where(name => !name.StartsWith("athena_", StringComparison.Ordinal)).Except(Listed()));

    static IEnumerable<string> Listed() =>
        File.ReadLines(Repository.PathOf("tests", "TrailLake.Tests", "Sql", "athena-functions.txt")).Select(line => Signature().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value).Distinct();

    static string AthenaNameOf(string type) => type.EndsWith("[]", StringComparison.Ordinal) ? $"array({AthenaNameOf(type[..^2])})" : type.ToLowerInvariant();

    [GeneratedRegex(@"^(\w+)\(")]
    private static partial Regex Signature();
}
