using System.CommandLine;

namespace TrailLake.Cli;

/// <summary>The option <c>--service</c>: names as the folders of a lake have them, the first label in lower case, also where they are typed as records have
/// them (<c>s3.amazonaws.com</c>): no folder is called so.</summary>
static class ServiceOption
{
    public static Option<string[]> Create(string description = "Events of this service, such as s3; may be given again.") => new("--service")
    {
        Description = description,
        HelpName = "NAME",
        DefaultValueFactory = _ => [],
        CustomParser = argument => [.. argument.Tokens.Select(token => LabelOf(token.Value.ToLowerInvariant()))],
    };

    static string LabelOf(string source) => source.IndexOf('.') is > 0 and var dot ? source[..dot] : source;
}
