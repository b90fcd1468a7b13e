using System.Text.RegularExpressions;
using TrailLake.DuckDb;

namespace TrailLake.Tests.Sql;

/// <summary>sql/duckdb/athena_macros.sql against what Trino's documentation says of each function: its examples, and what it says
/// of NULL, of what is missing and of what is malformed.</summary>
public sealed class AthenaMacroTests : IDisposable
{
    static readonly string Macros = File.ReadAllText(Repository.PathOf("sql", "duckdb", "athena_macros.sql"));

    readonly DuckDbConnection _duck = DuckDbConnection.OpenInMemory();

    public AthenaMacroTests() => _duck.Execute(Macros);

    public void Dispose() => _duck.Dispose();

    /// <summary>An expression, and its answer as text; null is NULL.</summary>
    public static TheoryData<string, string?> Answers => new()
    {
        // JSON
        { """json_extract_scalar('{"a":{"b":"x"}}', '$["a"]["b"]')""", "x" },
        { """json_extract_scalar('{"a.b":1,"a":{"b":2}}', '$["a.b"]')""", "1" },
        { """json_extract_scalar('{"aws:tag/x y":3}', '$["aws:tag/x y"]')""", "3" },
        { """json_extract_scalar('{"a":{"k":[10,20]}}', '$.a["k"][1]')""", "20" },
        { """json_extract_scalar('{"a":true}', '$.a')""", "true" },
        { """json_extract_scalar('{"a":""}', '$.a')""", "" },
        { """json_extract_scalar('{"a":"{no json"}', '$.a')""", "{no json" },
        { """json_extract_scalar('{"a":null}', '$.a')""", null },
        { """json_extract_scalar('{"a":[1]}', '$.a')""", null },
        { """json_extract_scalar('{"a":{}}', '$.a')""", null },
        { """json_extract_scalar('{"b":1}', '$.a')""", null },
        { """json_extract_scalar('{bad', '$.a')""", null },
        { """json_extract_scalar('', '$.a')""", null },
        { """json_extract_scalar(cast(null as varchar), '$.a')""", null },
        { """json_extract_scalar(json_extract('{"a":{"b":5}}', '$.a'), '$.b')""", "5" },
        { """(select count(*) from (values ('{"a":"x"}'), ('{bad'), (null)) as t(j) where json_extract_scalar(j, '$.a') = 'x')""", "1" },
        { """json_format(json_extract('{"a":{"b":"c"}}', '$.a'))""", """{"b":"c"}""" },
        { """json_extract('{bad', '$.a')""", null },
        { """json_array_length('[1, 2, 3]')""", "3" },
        { """json_array_length('{}')""", null },
        { """json_array_length('{bad')""", null },
        { """json_size('{"x":{"a":1,"b":2}}', '$.x')""", "2" },
        { """json_size('{"x":[1,2,3]}', '$.x')""", "3" },
        { """json_size('{"x":1}', '$.x')""", "0" },
        { """json_size('{"x":1}', '$.y')""", null },
        { """json_format(json_parse('[1, 2]'))""", "[1,2]" },
        { """json_extract_scalar('{"a":"b\ud83d","c":"\ud83d\ude00","d":"\\ud83d"}', '$.a')""", "b" }, // half a letter: Athena has b?
        { """json_extract_scalar('{"a":"b\ud83d","c":"\ud83d\ude00","d":"\\ud83d"}', '$.c')""", "😀" },
        { """json_extract_scalar('{"a":"b\ud83d","c":"\ud83d\ude00","d":"\\ud83d"}', '$.d')""", "\\ud83d" },
        { """json_array_length('["\udc00", 1]')""", "2" },
        { """json_size('{"x":["\uD83D"]}', '$.x')""", "1" },
        { """json_format(json_parse('{"a":"\ud83d"}'))""", """{"a":""}""" },
        { """cast(json_extract('{"l":["a","b"]}', '$.l') as varchar array)""", "[a, b]" },

        // Arrays and maps
        { "cardinality(array[1, 2, 3])", "3" },
        { "element_at(array[1, 2, 3], -1)", "3" },
        { "element_at(array[1], 5)", null },
        { "element_at(map(array['a'], array[1]), 'z')", null },
        { "array_join(array['a', null, 'b'], ',')", "a,b" },
        { "array_join(array['a', null, 'b'], ',', '?')", "a,?,b" },
        { "array_position(array['a', 'b'], 'b')", "2" },
        { "array_position(array['a'], 'z')", "0" },
        { "arrays_overlap(array[1, 2], array[2])", "true" },
        { "array_remove(array[1, 2, 1], 1)", "[2]" },
        { "array_max(array[1, 5]) - array_min(array[1, 5])", "4" },
        { "array_except(array[1, 2], array[2])", "[1]" },
        { "array_sort(array_union(array[1, 2], array[2, 3]))", "[1, 2, 3]" },
        { "sequence(1, 3)", "[1, 2, 3]" },
        { "sequence(3, 1)", "[3, 2, 1]" },
        { "sequence(1, 7, 3)", "[1, 4, 7]" },
        { "slice(array[1, 2, 3, 4], 2, 2)", "[2, 3]" },
        { "element_at((select map_agg(k, v) from (values ('a', 1), ('b', 2)) as t(k, v)), 'b')", "2" },

        // Text
        { "concat('a', 'b', 'c', 'd')", "abcd" },
        { "concat('a', cast(null as varchar))", null },
        { "replace('abc', 'b')", "ac" },
        { "replace('abc', 'b', 'x')", "axc" },
        { "split_part('a..b', '.', 2)", "" },
        { "split_part('a.b', '.', 9)", null },
        { "substr('hello', 2, 2)", "el" },
        { "substr('hello', -2)", "lo" },
        { "substr('hello', 0)", "" },
        { "substr('hello', -9)", "" },
        { "trim(chr(9) || ' a ' || chr(10))", "a" },
        { "trim(both 'x' from 'xax')", "a" },
        { "url_extract_host('https://user:word@host.example:443/p?q')", "host.example" },
        { "url_extract_host('nope')", null },
        { "url_decode('a+b%20c')", "a b c" },

        // Regular expressions
        { @"regexp_like('1a 2b 14m', '\d+b')", "true" },
        { "regexp_like('ABC', '(?i)abc')", "true" },
        { @"regexp_extract('1a 2b 14m', '\d+')", "1" },
        { @"regexp_extract('1a 2b 14m', '(\d+)([a-z]+)', 2)", "a" },
        { @"regexp_extract('abc', '\d+')", null },
        { @"regexp_replace('1a 2b 14m', '\d+[ab] ')", "14m" },
        { @"regexp_replace('1a 2b 14m', '(\d+)([ab]) ', '3c$2 ')", "3ca 3cb 14m" },
        { @"regexp_split('1a 2b', '\s+')", "[1a, 2b]" },
        { @"regexp_count('1a 2b 14m', '\d+')", "3" },

        // Dates and times
        { "date_diff('second', timestamp '2020-03-01 00:00:00', timestamp '2020-03-02 00:00:00')", "86400" },
        { "date_diff('hour', timestamp '2020-01-01 00:59:00', timestamp '2020-01-01 01:01:00')", "0" },
        { "date_diff('day', timestamp '2020-01-02 23:00:00', timestamp '2020-01-01 01:00:00')", "-1" },
        { "date_add('second', 86, timestamp '2020-03-01 00:00:00')", "2020-03-01 00:01:26" },
        { "cast(date_add('month', 1, date '2020-01-31') as date)", "2020-02-29" },
        { "cast(from_iso8601_timestamp('2020-05-11T13:15:05+02:00') as timestamp)", "2020-05-11 11:15:05" },
        { "from_iso8601_date('2020-05-11')", "2020-05-11" },
        { "cast(from_unixtime(86400) as timestamp)", "1970-01-02 00:00:00" },
        { "to_unixtime(timestamp '1970-01-02 00:00:00')", "86400.0" },
        { "date_parse('2020-01-02 10:30:05', '%Y-%m-%d %H:%i:%s')", "2020-01-02 10:30:05" },
        { "date_format(timestamp '2020-01-02 22:30:05', '%W %e %M %Y, %h:%i %p')", "Thursday 2 January 2020, 10:30 PM" },
        { "day_of_week(date '2020-01-05')", "7" },
        { "day_of_month(date '2020-01-05') + day_of_year(date '2020-02-01')", "37" },
        { "week_of_year(date '2021-01-03')", "53" },
        { "last_day_of_month(date '2020-02-03')", "2020-02-29" },

        // Aggregates
        { "(select approx_distinct(x) from (values (1), (2), (2)) as t(x))", "2" },
        { "(select approx_percentile(x, 0.5) from (values (1), (2), (3)) as t(x))", "2" },
        { "(select arbitrary(x) from (values (null), (2)) as t(x))", "2" },
        { "(select count_if(x > 1) from (values (1), (2), (null)) as t(x))", "1" },
        { "(select count_if(x) from (values (cast(null as boolean))) as t(x))", "0" },
        { "(select every(x > 1) from (values (1), (2)) as t(x))", "false" },
        { "(select max_by(x, y) from (values (null, 9), ('b', 2), ('c', null)) as t(x, y))", null },
        { "(select max_by(x, y, 2) from (values ('a', 1), ('b', 2), ('c', 3)) as t(x, y))", "[c, b]" },
        { "(select min_by(x, y) from (values ('a', 1), ('b', 2)) as t(x, y))", "a" },

        // Comparison, numbers, bytes
        { "greatest(1, 3, 2)", "3" },
        { "greatest(1, cast(null as integer))", null },
        { "least('b', 'a')", "a" },
        { "bitwise_and(6, 3) + bitwise_or(6, 3)", "9" },
        { "truncate(cast(-1.9 as double))", "-1.0" },
        { "7 / 2", "3" },
        { "from_utf8(to_utf8('é'))", "é" },
        { "lower(to_hex(md5(to_utf8('a'))))", "0cc175b9c0f1b6a831c399e269772661" },
        { "lower(to_hex(sha256(to_utf8(''))))", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void DuckDB_answers_as_Athena_does(string expression, string? expected) =>
        Assert.Equal(expected, _duck.Scalar($"select cast({expression} as varchar)"));

    [Fact]
    public void Each_of_these_expressions_is_one_that_Athena_can_read()
    {
        using var folder = new TempFolder();
        File.WriteAllLines(folder["answers.sql"], Answers.Select(answer => $"select {answer.Data.Item1} as answer;"));
        Assert.Equal("", AthenaGrammar.Check("trino", folder["answers.sql"]));
    }

    [Fact]
    public void Every_macro_is_asked_something()
    {
        var asked = string.Join('\n', Answers.Select(answer => answer.Data.Item1));
        var macros = Regex.Matches(Macros, @"create or replace macro (\w+)\(").Select(match => match.Groups[1].Value).Where(name => !name.StartsWith("athena_", StringComparison.Ordinal));
        Assert.All(macros, name => Assert.Matches($@"\b{name}\(", asked));
    }

    [Fact]
    public void The_macros_can_be_loaded_twice() => _duck.Execute(Macros);
}
