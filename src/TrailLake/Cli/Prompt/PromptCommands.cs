namespace TrailLake.Cli.Prompt;

/// <summary>The prompt's own commands, which begin with a dot.</summary>
static class PromptCommands
{
    static readonly (string Name, string Argument, string Meaning)[] All =
    [
        (".views", "[WORD]", "the views and what each answers; with a word, those that have it"),
        (".columns", "VIEW", "the columns of a view or table, with their types"),
        (".format", "[FORMAT]", $"{string.Join(", ", OutputFormat.Names)}; alone: a table, or what the file's name says"),
        (".output", "[FILE]", "write each answer to a file, in place of the last one; alone: to the terminal"),
        (".timer", "on|off", "say how long each answer took"),
        (".help", "", "this"),
        (".quit", "", "leave; so does Ctrl-D"),
    ];

    public static IEnumerable<string> Names => All.Select(command => command.Name);

    public static string Help =>
        "SQL runs when it ends with a semicolon; Enter before that begins another line. Up and down bring back what was typed, Ctrl-R looks\n"
        + "for a word in it, Tab completes, Ctrl-C ends a query, or drops what is typed.\n\n"
        + string.Concat(All.Select(command => $"  {$"{command.Name} {command.Argument}",-20}{command.Meaning}\n"));
}
