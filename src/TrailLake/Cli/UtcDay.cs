using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace TrailLake.Cli;

/// <summary>Days as they are given on the command line: <c>2024-01-31</c>, <c>today</c>, <c>yesterday</c>, or <c>-7d</c> for
/// a week ago; all in UTC.</summary>
static class UtcDay
{
    /// <summary>An option that takes a day.</summary>
    public static Option<DateOnly?> Option(string name, string description) =>
        new(name) { Description = description, HelpName = "DAY", CustomParser = Parse };

    /// <summary>Throws where a call has a last day before its first: whatever it asked for, nothing would answer, as if there were nothing.</summary>
    /// <param name="verb">As messages name it.</param>
    /// <exception cref="UsageException">It has.</exception>
    public static void RequireOrder(ParseResult line, string verb)
    {
        if (DayOf("--since") is { } since && DayOf("--until") is { } until && since > until)
            throw new UsageException($"{verb}: expected --since {since:yyyy-MM-dd} to be no later than --until {until:yyyy-MM-dd}.");

        DateOnly? DayOf(string name) => line.CommandResult.Command.Options.OfType<Option<DateOnly?>>().FirstOrDefault(option => option.Name == name) is { } option ? line.GetValue(option) : null;
    }

    /// <summary>The day that a text names, seen from another; null where it names none.</summary>
    public static DateOnly? Of(string text, DateOnly today) => text switch
    {
        "today" => today,
        "yesterday" => today.AddDays(-1),
        ['-', .. var days, 'd'] when int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= today.DayNumber => today.AddDays(-count),
        _ => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null,
    };

    static DateOnly? Parse(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        var day = Of(text, DateOnly.FromDateTime(DateTime.UtcNow));
        if (day is null)
            argument.AddError($"expected a day such as 2024-01-31, today, yesterday or -7d, found {text}.");
        return day;
    }
}
