using System.CommandLine;

namespace TrailLake.Cli;

/// <summary>The option <c>--service</c>: names as the folders of a lake have them, in lower case, however they are typed.</summary>
static class ServiceOption
{
    public static Option<string[]> Create(string description = "Events of this service, such as s3; may be given again.") => new("--service")
    {
        Description = description,
        HelpName = "NAME",
        DefaultValueFactory = _ => [],
        CustomParser = argument => [.. argument.Tokens.Select(token => token.Value.ToLowerInvariant())],
    };
}
