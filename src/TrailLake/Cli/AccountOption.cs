using System.CommandLine;
using TrailLake.CloudTrail;

namespace TrailLake.Cli;

/// <summary>The option <c>--account</c>. A mistyped number would be looked for each night, and nothing found.</summary>
static class AccountOption
{
    /// <summary>Accounts as the keys of log files have them.</summary>
    public static Option<string[]> OfSource(string description = "Files of this account; may be given again.") => Create(description, name => LogKey.IsAccount(name));

    /// <summary>Accounts as records have them: in redacted ones they are words.</summary>
    public static Option<string[]> OfLake() => Create("Events of this account; may be given again.", name => LogKey.IsAccount(name) || !name.All(letter => char.IsAsciiDigit(letter) || letter is '-' or ' '));

    static Option<string[]> Create(string description, Func<string, bool> isAccount)
    {
        var option = IngestCommand.Names("--account", description);
        option.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => !isAccount(token.Value)) is { } other)
                result.AddError($"expected an account's 12 digits, found {other.Value}.");
        });
        return option;
    }
}
