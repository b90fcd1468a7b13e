using System.Text;
using System.Text.Json;
using TrailLake.Cli;
using TrailLake.DuckDb;

namespace TrailLake.Tests.Cli;

public sealed class OutputFormatTests : IDisposable
{
    readonly DuckDbConnection _duck = DuckDbConnection.OpenInMemory();

    public void Dispose() => _duck.Dispose();

    string Write(string format, string sql)
    {
        using var result = _duck.Query(sql);
        using var stream = new MemoryStream();
        OutputFormat.Write(format, result, stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    string Table(string sql, int screen)
    {
        using var result = _duck.Query(sql);
        using var stream = new MemoryStream();
        using (var output = new TextOutput(stream))
            TableOutput.Write(result, output, screen, "--format jsonl has all of it");
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [Theory]
    [InlineData("select 'a,b' as x, 'say \"hi\"' as y, 'two' || chr(10) || 'lines' as z", "x,y,z\n\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\n")]
    [InlineData("select null as x, '' as y, 'null' as z", "x,y,z\n,\"\",null\n")]
    [InlineData("select 1 as \"a,b\"", "\"a,b\"\n1\n")]
    [InlineData("select [1, null] as l, {'k': 'v'} as s", "l,s\n\"[1,null]\",\"{\"\"k\"\":\"\"v\"\"}\"\n")]
    [InlineData("select timestamp '2024-01-31 12:00:00.5' as t, 1.50::decimal(9,2) as d, true as b, date '2024-02-29' as e", "t,d,b,e\n2024-01-31 12:00:00.5,1.50,true,2024-02-29\n")]
    [InlineData("select 1 as a where false", "a\n")]
    public void CSV_is_quoted_as_RFC_4180_says(string sql, string expected) => Assert.Equal(expected, Write("csv", sql));

    [Fact]
    public void DuckDB_reads_our_CSV_back_with_nulls_and_empty_texts_apart()
    {
        using var folder = new TempFolder();
        const string Rows = "select i, case when i % 5 = 0 then null when i % 5 = 1 then '' else 'a\"b,' || chr(13) || chr(10) || chr(9) || 'é' || i end as t from range(5000) r(i)";
        File.WriteAllText(folder["a.csv"], Write("csv", Rows));
        // A NULL is an empty field without quotes, which DuckDB tells apart only when asked.
        _duck.Execute($"create table back as from read_csv('{folder["a.csv"]}', all_varchar = true, allow_quoted_nulls = false, header = true, quote = '\"', escape = '\"', delim = ',', auto_detect = false, columns = {{'i': 'varchar', 't': 'varchar'}})");
        Assert.Equal(0L, _duck.Scalar($"select count(*) from (({Rows}) except all select i::bigint, t from back)"));
        Assert.Equal(5000L, _duck.Scalar("select count(*) from back"));
    }

    [Theory]
    [InlineData("json", "select 1 as a where false", "[]\n")]
    [InlineData("json", "select 1 as a, 2 as a", "[\n{\"a\":1,\"a_1\":2}\n]\n")]
    [InlineData("json", "select i from range(2) t(i)", "[\n{\"i\":0},\n{\"i\":1}\n]\n")]
    [InlineData("json", "create table j (a integer)", "[]\n")]
    [InlineData("jsonl", "select i from range(2) t(i)", "{\"i\":0}\n{\"i\":1}\n")]
    [InlineData("jsonl", "select '{\"a\":' || chr(10) || '1}' as t, ('{\"a\":' || chr(10) || '1}')::json as j", "{\"t\":\"{\\\"a\\\":\\n1}\",\"j\":{\"a\": 1}}\n")]
    [InlineData("jsonl", "select 'nan'::double as n, null as z, '' as e, 12345678901234567890123456789012345678::hugeint as h, 0.10::decimal(3,2) as d", "{\"n\":\"NaN\",\"z\":null,\"e\":\"\",\"h\":12345678901234567890123456789012345678,\"d\":0.10}\n")]
    [InlineData("jsonl", "select timestamp '2024-01-31 12:00:00' as t, '\\x00A'::blob as b, interval '1 day' as i, map {'k': [1]} as m", "{\"t\":\"2024-01-31T12:00:00\",\"b\":\"\\\\x00A\",\"i\":\"1 day\",\"m\":{\"k\":[1]}}\n")]
    public void JSON_keeps_numbers_exact_and_nests(string format, string sql, string expected) => Assert.Equal(expected, Write(format, sql));

    [Fact]
    public void Every_line_of_JSON_lines_is_JSON_whatever_type_a_column_has()
    {
        var lines = Write("jsonl", "select * from test_all_types()").TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => JsonDocument.Parse(line).Dispose());
        using var array = JsonDocument.Parse(Write("json", "select * from test_all_types()"));
        Assert.Equal(3, array.RootElement.GetArrayLength());
    }

    [Fact]
    public void Markdown_escapes_what_would_end_a_cell() =>
        Assert.Equal("| a\\|b | n |\n| --- | ---: |\n| x\\|y<br>&lt;z> | 1 |\n|  | 2 |\n", Write("markdown", "select 'x|y' || chr(10) || '<z>' as \"a|b\", 1 as n union all select null, 2 order by n"));

    [Theory]
    [InlineData("""["arn:aws:s3:::b/*","s3:Get*"]""", """["arn:aws:s3:::b/\*","s3:Get\*"]""")]
    [InlineData("`id` ~x~ a_b __init__ _", "\\`id\\` \\~x\\~ a_b \\_\\_init\\_\\_ \\_")]
    [InlineData("&lt;b> a=1&b=2;c &#42;", "&amp;lt;b> a=1&b=2;c &amp;#42;")]
    [InlineData("![click](https://example.com) [1](2)", "![click\\](https://example.com) [1\\](2)")]
    public void Letters_that_Markdown_would_take_for_its_own_are_escaped(string text, string expected) =>
        Assert.Equal($"| v |\n| --- |\n| {expected} |\n", Write("markdown", $"select '{text}' as v"));

    [Fact]
    public void A_table_sets_numbers_to_the_right_and_counts_its_rows() =>
        Assert.Equal("""
            name   n
            ────  ──
            aé     1
            中文  10
            NULL   2
            (3 rows)

            """, Table("select * from (values ('aé', 1), ('中文', 10), (null, 2)) t(name, n)", 80));

    [Fact]
    public void Wide_content_is_cut_and_the_table_stays_within_the_screen()
    {
        var table = Table("select i, repeat('wide ', 100) as a, 'short' as b, repeat('中', 300) as c from range(3) t(i)", 60);
        Assert.All(table.TrimEnd().Split('\n'), line => Assert.True(TableCell.Width(line) <= 60, line));
        Assert.Contains("…", table, StringComparison.Ordinal);
        Assert.Contains("short", table, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_or_a_time_is_never_cut()
    {
        var table = Table("select 1234567890123456789 as n, repeat('wide ', 100) as a, timestamp '2024-01-31 12:00:00' as t", 60);
        Assert.Contains("1234567890123456789  wide wide", table, StringComparison.Ordinal);
        Assert.Contains("…  2024-01-31 12:00:00\n", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_too_many_columns_become_blocks()
    {
        var columns = string.Join(", ", Enumerable.Range(0, 40).Select(index => $"'some longer value {index}' as column_{index}"));
        var table = Table($"select {columns}", 80);
        Assert.StartsWith("── row 1 ──\ncolumn_0   some longer value 0\n", table, StringComparison.Ordinal);
        Assert.EndsWith("(1 row)\n", table, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(2000)]
    public void A_value_too_long_for_any_table_is_said_to_be_cut(int screen)
    {
        var table = Table("select repeat('x', 1001) as a, 'short' as b, 'short' as c, 'short' as d, 'short' as e, 'short' as f", screen);
        Assert.Contains("x…", table, StringComparison.Ordinal);
        Assert.EndsWith("(1 row)\n… is cut: --format jsonl has all of it\n", table, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_cannot_command_the_terminal()
    {
        var table = Table("select 'red ' || chr(27) || '[31m' || chr(7) || chr(10) || chr(8238) || 'x' as user_agent", 80);
        Assert.Contains("red \\u001b[31m\\u0007\\n\\u202ex", table, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', table);
    }

    [Fact]
    public void A_name_of_a_column_cannot_command_the_terminal_either()
    {
        const string Name = "\"red\u001b[31m\u0007\n\"";
        Assert.StartsWith("red\\u001b[31m\\u0007\\n\n────", Table($"select 1 as {Name}", 80), StringComparison.Ordinal);
        var columns = string.Join(", ", Enumerable.Range(0, 40).Select(index => $"'some longer value {index}' as column_{index}"));
        Assert.Contains("red\\u001b[31m\\u0007\\n  1\n", Table($"select 1 as {Name}, {columns}", 80), StringComparison.Ordinal);
        Assert.Equal("| red\\u001b[31m\\u0007<br> |\n| --- |\n| \\u202ex\ty |\n", Write("markdown", $"select chr(8238) || 'x' || chr(9) || 'y' as {Name}"));
    }

    [Theory]
    [InlineData("plain é 中", "plain é 中", "plain é 中")]
    [InlineData("a\nb\tc\r\nd\re", "a\\nb\\tc\\u000d\\nd\\u000de", "a\nb\tc\r\nd\\u000de")]
    [InlineData("\u001b]0;x\u0007\u009b1m", "\\u001b]0;x\\u0007\\u009b1m", "\\u001b]0;x\\u0007\\u009b1m")]
    public void Control_characters_are_spelt_out_and_lines_only_where_they_would_be_others(string text, string inLine, string inLines) =>
        Assert.Equal((inLine, inLines), (TerminalText.Of(text), TerminalText.Of(text, keepsLines: true)));

    [Fact]
    public void A_long_table_streams_past_its_sample()
    {
        var lines = Table("select range as n from range(5000)", 80).TrimEnd().Split('\n');
        Assert.Equal("(5000 rows)", lines[^1]);
        Assert.Equal(5003, lines.Length);
        Assert.Equal("4999", lines[^2].Trim());
    }

    [Fact]
    public void A_plan_is_printed_as_it_is_drawn() => Assert.StartsWith("┌", Table("explain select 1", 80), StringComparison.Ordinal);
}
