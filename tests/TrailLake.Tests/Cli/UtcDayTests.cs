using System.CommandLine;
using TrailLake.Cli;

namespace TrailLake.Tests.Cli;

public sealed class UtcDayTests
{
    static readonly DateOnly Today = new(2024, 3, 1);

    [Theory]
    [InlineData("2023-12-31", "2023-12-31")]
    [InlineData("today", "2024-03-01")]
    [InlineData("yesterday", "2024-02-29")]
    [InlineData("-0d", "2024-03-01")]
    [InlineData("-7d", "2024-02-23")]
    public void A_day_is_given_by_date_or_by_distance(string text, string day) =>
        Assert.Equal(DateOnly.Parse(day), UtcDay.Of(text, Today));

    [Theory]
    [InlineData("")]
    [InlineData("2024-02-30")]
    [InlineData("2024-1-1")]
    [InlineData("01/02/2024")]
    [InlineData("-d")]
    [InlineData("--7d")]
    [InlineData("-99999999d")]
    [InlineData("tomorrow")]
    public void What_is_no_day_is_refused(string text) => Assert.Null(UtcDay.Of(text, Today));

    [Fact]
    public void The_command_line_takes_a_distance_for_a_value_and_names_what_it_refuses()
    {
        var since = UtcDay.Option("--since", "");
        var command = new RootCommand { since };
        Assert.NotNull(command.Parse(["--since", "-7d"]).GetValue(since));
        Assert.Contains("expected a day such as 2024-01-31", Assert.Single(command.Parse(["--since", "soon"]).Errors).Message, StringComparison.Ordinal);
    }
}
