using System.Text.RegularExpressions;
using TrailLake.Cli;

namespace TrailLake.Tests.Cli;

public sealed partial class HelpTests
{
    public static TheoryData<string> Verbs => new(VerbLines().Matches(TraillakeProcess.Run("--help").Output.Split("Commands:")[1].Split("Examples:")[0]).Select(line => line.Groups[1].Value));

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Help_for_a_verb_ends_with_calls_of_it(string verb)
    {
        var help = TraillakeProcess.Run("help", verb);
        Assert.Equal((0, ""), (help.Status, help.Errors));
        var calls = help.Output.Split("Examples:\n")[1].TrimEnd().Split('\n');
        Assert.All(calls, call => Assert.Contains($"traillake {verb} ", call, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Help_names_each_option_that_an_example_uses(string verb)
    {
        var help = TraillakeProcess.Run("help", verb).Output.Split("Examples:");
        Assert.All(Options().Matches(help[1]), option => Assert.Contains(option.Value, help[0], StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Help_shows_no_default_but_as_it_is_typed(string verb) =>
        Assert.DoesNotMatch(@"\[default: (\d{4,}|[A-Z]\w*|)\]", TraillakeProcess.Run("help", verb).Output);

    [Theory]
    [InlineData("Did you mean query?", "qurey", "LAKE")]
    [InlineData("Did you mean ingest?", "help", "ingets")]
    [InlineData("Did you mean --format?", "query", "LAKE", "--formt", "csv")]
    [InlineData("Did you mean --since?", "export", "LAKE", "OUT", "--sinc", "today")]
    [InlineData("Did you mean --quiet?", "ingest", "SOURCE", "LAKE", "--qiuet")]
    public void What_is_mistyped_is_answered_with_the_nearest(string expected, params string[] arguments)
    {
        var ran = TraillakeProcess.Run(arguments);
        Assert.Equal((64, ""), (ran.Status, ran.Output));
        Assert.Contains(expected, ran.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("qurey", "query")]
    [InlineData("EVNTS", "events")]
    [InlineData("comp", "compact")]
    [InlineData("ab", null)]
    [InlineData("something_else", null)]
    public void The_nearest_word_is_near(string word, string? expected) => Assert.Equal(expected, Nearest.To(word, ["query", "events", "compact", "ingest"]));

    [Theory]
    [InlineData("Did you mean root_activity?", "query", "--view", "root_activty")]
    [InlineData("Did you mean root_activity?", "views", "--show", "rot_activity")]
    [InlineData("Did you mean \"root_activity\"?", "query", "select * from root_activty")]
    [InlineData("Candidate bindings: \"event_name\"", "query", "select evnt_name from events")]
    public void A_mistyped_view_or_column_is_answered_with_the_nearest(string expected, string verb, params string[] arguments)
    {
        using var empty = new TempFolder();
        Directory.CreateDirectory(empty["_traillake"]);
        Assert.Contains(expected, TraillakeProcess.Run([verb, empty.Root, .. arguments]).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_names_what_a_report_of_a_bug_needs() =>
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\ncommit +\S+\nDuckDB +v\d+\.\d+\.\d+\nParquet +zstd\n\.NET +10\.", TraillakeProcess.Run("--version").Output);

    [GeneratedRegex("^  ([a-z]+) ", RegexOptions.Multiline)]
    private static partial Regex VerbLines();

    [GeneratedRegex("--[a-z-]+")]
    private static partial Regex Options();
}
