namespace TrailLake.Cli.Prompt;

/// <summary>The prompt's own commands, which begin with a dot.</summary>
static class PromptCommands
{
    static readonly (string Name, string Argument, string Meaning)[] All =
    [
        (".views", "[WORD]", "the views, or those with a word, and what they answer"),
        (".columns", "VIEW", "the columns of a view or table, with their types"),
        (".format", "[FORMAT]", $"{string.Join(", ", OutputFormat.Names)}; alone: auto"),
        (".output", "[FILE]", "each answer goes to a file; alone: to the terminal again"),
        (".timer", "on|off", "say how long each answer took"),
        (".help", "", "this"),
        (".quit", "", "leave; so does Ctrl-D"),
    ];

    public static IEnumerable<string> Names => All.Select(command => command.Name);

    public static string Help =>
        "SQL runs when it ends with a semicolon; Enter before that begins another line.\n"
        + "Up and down bring back what was typed, Ctrl-R looks for a word in it. Tab\n"
        + "completes. Ctrl-C ends a query, or drops what is typed.\n\n"
        + string.Concat(All.Select(command => $"  {$"{command.Name} {command.Argument}",-20}{command.Meaning}\n"));
}
