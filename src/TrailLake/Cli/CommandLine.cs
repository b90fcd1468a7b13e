using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using TrailLake.Storage;

namespace TrailLake.Cli;

/// <summary>The whole command line: verbs in, exit status out, and every failure as one clear line on standard error.</summary>
static partial class CommandLine
{
    // A verb is one file of this folder and one line here.
    static Command[] Verbs() =>
    [
        IngestCommand.Create(),
        QueryCommand.Create(),
        ViewsCommand.Create(),
        StatusCommand.Create(),
        VerifyCommand.Create(),
        CompactCommand.Create(),
        ExportCommand.Create(),
        ReportCommand.Create(),
        PullCommand.Create(),
        AthenaCommand.Create(),
        CompletionCommand.Create(),
        RenderSqlCommand.Create(),
    ];

    /// <summary>Parses and runs.</summary>
    public static int Run(string[] args)
    {
        StandardError.Use();
        try
        {
            return Dispatch(args);
        }
        catch (UsageException e)
        {
            return Complain(e.Message, ExitStatus.Usage);
        }
        catch (StoreException e) when (e.IsMisnamed)
        {
            return Complain(e.Message, ExitStatus.Usage);
        }
        catch (BrokenPipeException)
        {
            return ExitStatus.Done; // who reads has seen enough, as `head` does
        }
        catch (Exception e) when (e is OperationCanceledException || (e is AggregateException all && all.Flatten().InnerExceptions.All(inner => inner is OperationCanceledException)))
        {
            return Complain("interrupted; nothing is lost, run it again.", ExitStatus.Failed);
        }
        catch (Exception e) // the last line of defence: a user never sees a stack trace
        {
            return Complain(FailureText.Of(e), ExitStatus.Failed);
        }
    }

    static int Dispatch(string[] args)
    {
        var root = new RootCommand("Flattens AWS CloudTrail log files into a Parquet lake, and asks it SQL.");
        foreach (var verb in Verbs())
            root.Subcommands.Add(verb);
        Examples.AddTo(root);
        VersionText.AddTo(root);
        var asIs = new ParserConfiguration { ResponseFileTokenReplacer = null }; // a folder's name may begin with @
        if (args is [['[', 's', 'u', 'g', 'g', 'e', 's', 't', ..], ..]) // a shell asks what could come next
            return root.Parse(args, asIs).Invoke();

        if (args is ["help", var asked, ..] && root.Subcommands.All(verb => verb.Name != asked) && !asked.StartsWith('-'))
            throw new UsageException($"no verb is called {asked}.{Nearest.Question(asked, VerbsOf(root))} `traillake --help` lists them.");
        // `traillake help query` is `traillake query --help`.
        var parsed = root.Parse(args is ["help", .. var rest] ? [.. rest, "--help"] : args.Length == 0 ? ["--help"] : args, asIs);
        if (parsed.Errors.Count > 0 || UnknownOption(parsed) is not null)
            throw new UsageException(UsageOf(parsed));
        UtcDay.RequireOrder(parsed, NameOf(parsed.CommandResult));

        var status = parsed.Invoke(new() { EnableDefaultExceptionHandler = false });
        return args.Length == 0 ? ExitStatus.Usage : status;
    }

    // A misspelt option is taken for the next argument, if there is room for one.
    static string? UnknownOption(ParseResult parsed) => parsed.CommandResult.Children.OfType<ArgumentResult>()
        .SelectMany(argument => argument.Tokens).Select(token => token.Value).Concat(parsed.UnmatchedTokens)
        .Select(token => LooksLikeOption().Match(token)).FirstOrDefault(match => match.Success)?.Groups[1].Value;

    static string UsageOf(ParseResult parsed)
    {
        var (name, called) = (NameOf(parsed.CommandResult), parsed.CommandResult.Command);
        var command = $"traillake {name}".TrimEnd();
        var complaint = UnknownOption(parsed) is { } option ? $"{(name.Length == 0 ? command : name)} has no option {option}.{Nearest.Question(option, OptionsOf(called))}"
            : parsed.UnmatchedTokens is [var unmatched, ..] ? $"{Unexpected(name, called, unmatched)}.{Nearest.Question(unmatched, VerbsOf(called))}"
            : $"{ComplaintOf(name, parsed.Errors[0])}.";
        return $"{complaint} `{command} --help` says how to call it.";
    }

    // A verb of a verb has both names: athena deploy.
    static string NameOf(CommandResult result) => result.Command is RootCommand ? "" : result.Parent is CommandResult parent ? $"{NameOf(parent)} {result.Command.Name}".TrimStart() : result.Command.Name;

    static string Unexpected(string name, Command called, string found) =>
        name.Length == 0 ? $"no verb is called {found}"
        : called.Subcommands.Count > 0 ? $"{name}: found {found}, expected one of {string.Join(", ", VerbsOf(called))}"
        : $"{name}: found {found}, expected nothing more{(called.Name == "query" && !found.Contains(' ', StringComparison.Ordinal) ? "; SQL is one argument, in quotes" : "")}";

    static IEnumerable<string> VerbsOf(Command command) => command.Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name);

    static IEnumerable<string> OptionsOf(Command command) => command.Options.Select(option => option.Name).Where(name => name.StartsWith("--", StringComparison.Ordinal));

    // The parser's own words name .NET types; ours begin with what was expected.
    static string ComplaintOf(string command, ParseError error) => error.SymbolResult switch
    {
        OptionResult option when error.Message.StartsWith("expected ", StringComparison.Ordinal) => $"{command}: {option.Option.Name}: {error.Message.TrimEnd('.')}",
        OptionResult { Tokens: [] } option => $"{command}: {option.Option.Name}: expected a value, found none",
        OptionResult { Tokens: [.., var token] } option => $"{command}: {option.Option.Name}: expected {WordOf(option.Option.ValueType)}, found {token.Value}",
        CommandResult { Command.Subcommands: { Count: > 0 } verbs } => $"{command}: expected one of {string.Join(", ", verbs.Select(verb => verb.Name))}, found nothing",
        ArgumentResult { Tokens: [] } argument => $"{command}: expected {argument.Argument.Name}, found nothing",
        _ => $"{command}: {error.Message.TrimEnd('.')}",
    };

    static string WordOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is var value && value == typeof(string) ? "one value"
        : value == typeof(DateOnly) ? "a day such as 2024-01-31, today, yesterday or -7d"
        : value.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(value)).ToLowerInvariant()}"
        : "a number";

    [GeneratedRegex("^(--?[A-Za-z][A-Za-z-]*)(?:=.*)?$", RegexOptions.Singleline)]
    private static partial Regex LooksLikeOption();

    static int Complain(string message, int status)
    {
        Console.Error.WriteLine($"traillake: {TerminalText.Of(message.TrimEnd(), keepsLines: true)}"); // DuckDB quotes values in its errors
        return status;
    }
}
