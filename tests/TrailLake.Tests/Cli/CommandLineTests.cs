using System.Diagnostics;

namespace TrailLake.Tests.Cli;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("no verb is called flattten", "flattten")]
    [InlineData("query: expected LAKE", "query")]
    [InlineData("query has no option --fromat", "query", "LAKE", "--fromat")]
    [InlineData("query has no option --fromat", "query", "LAKE", "--fromat", "csv", "select 1")]
    [InlineData("--threads: expected a number, found many", "query", "LAKE", "select 1", "--threads", "many")]
    [InlineData("--threads: expected a number from 1 to 256, found x", "ingest", "SOURCE", "LAKE", "--threads", "x")]
    [InlineData("--threads: expected a number from 1 to 256, found 0", "ingest", "SOURCE", "LAKE", "--threads", "0")]
    [InlineData("--memory: expected at least 64MiB, found 1", "ingest", "SOURCE", "LAKE", "--memory", "1")]
    [InlineData("--memory: expected a size such as 384MiB, found lots", "ingest", "SOURCE", "LAKE", "--memory", "lots")]
    [InlineData("--account: expected an account's 12 digits, found 11112222333", "ingest", "SOURCE", "LAKE", "--account", "111122223333", "--account", "11112222333")]
    [InlineData("query: --account: expected an account's 12 digits, found 11112222333", "query", "LAKE", "--view", "root_activity", "--fail-if-rows", "--account", "11112222333")]
    [InlineData("export: --account: expected an account's 12 digits, found 1111-2222-3333", "export", "LAKE", "OUT", "--account", "1111-2222-3333")]
    [InlineData("--compression: expected one of none, snappy, gzip, zstd, found lzma", "ingest", "SOURCE", "LAKE", "--compression", "lzma")]
    [InlineData("--format: expected a value", "query", "LAKE", "select 1", "--format")]
    [InlineData("--format: expected one of table, csv, json, jsonl, markdown, parquet, found xml", "query", "LAKE", "select 1", "--format", "xml")]
    [InlineData("query: expected one of --json and --format, found both, and --format csv", "query", "LAKE", "select 1", "--json", "--format", "csv")]
    [InlineData("query: expected one of --json and --format, found both, and --format nonsense", "query", "LAKE", "select 1", "--format", "nonsense", "--json")]
    [InlineData("athena query: expected one of --json and --format, found both, and --format csv", "athena", "query", "LAKE", "select 1", "--json", "--format", "csv")]
    [InlineData("views: expected --sql alone, found --output with it", "views", "LAKE", "--sql", "-o", "FILE")]
    [InlineData("views: expected --sql alone, found --service with it", "views", "LAKE", "--sql", "--service", "s3")]
    [InlineData("views: expected --sql alone, found --json with it", "views", "LAKE", "--sql", "--json")]
    [InlineData("ingest: expected --since 2024-01-02 to be no later than --until 2024-01-01", "ingest", "SOURCE", "LAKE", "--since", "2024-01-02", "--until", "2024-01-01")]
    [InlineData("query: expected --since 2024-01-02 to be no later than --until 2024-01-01", "query", "LAKE", "select 1", "--since", "2024-01-02", "--until", "2024-01-01")]
    [InlineData("export: expected --since 2024-01-02 to be no later than --until 2024-01-01", "export", "LAKE", "OUT", "--since", "2024-01-02", "--until", "2024-01-01")]
    [InlineData("pull: expected --since 2024-01-02 to be no later than --until 2024-01-01", "pull", "LAKE", "DIR", "--since", "2024-01-02", "--until", "2024-01-01")]
    [InlineData("compact: expected --since 2024-01-02 to be no later than --until 2024-01-01", "compact", "LAKE", "--since", "2024-01-02", "--until", "2024-01-01")]
    [InlineData("report: expected --since 2024-01-02 to be no later than --until 2024-01-01", "report", "LAKE", "OUT", "--since", "2024-01-02", "--until", "2024-01-01")]
    [InlineData("expected nothing more", "query", "LAKE", "select 1", "select 2")]
    public void Wrong_usage_is_one_line_with_a_hint_and_exit_64(string expected, params string[] arguments)
    {
        var ran = TraillakeProcess.Run(arguments);
        Assert.Equal(64, ran.Status);
        Assert.Equal("", ran.Output);
        Assert.StartsWith("traillake: ", ran.Errors, StringComparison.Ordinal);
        Assert.Contains(expected, ran.Errors, StringComparison.Ordinal);
        Assert.Single(ran.Errors.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("help")]
    [InlineData("--help")]
    [InlineData("-h")]
    public void Help_lists_the_verbs(string argument)
    {
        var ran = TraillakeProcess.Run(argument);
        Assert.Equal(0, ran.Status);
        Assert.Contains("query <LAKE>", ran.Output, StringComparison.Ordinal);
        Assert.Contains("views <LAKE>", ran.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("render-sql", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_for_a_verb_lists_its_options() =>
        Assert.Contains("--fail-if-rows", TraillakeProcess.Run("help", "query").Output, StringComparison.Ordinal);

    [Fact]
    public void No_verb_at_all_is_wrong_usage() => Assert.Equal(64, TraillakeProcess.Run().Status);

    [Fact]
    public void The_version_is_a_number() => Assert.Matches(@"^\d+\.\d+\.\d+", TraillakeProcess.Run("--version").Output);

    [Fact]
    public void A_missing_DuckDB_is_named_with_what_to_do()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["_traillake"]);
        var ran = TraillakeProcess.RunIn(new Dictionary<string, string> { ["TRAILLAKE_DUCKDB"] = folder["nowhere"] }, "query", folder.Root, "select 1");
        Assert.Matches(@"^traillake: DuckDB: TRAILLAKE_DUCKDB is \S+nowhere: expected \S+duckdb\S+ .*, found none\. Run `make build`", ran.Errors);
        Assert.Equal(2, ran.Status);
    }
}
