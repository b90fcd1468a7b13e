using System.CommandLine;

namespace TrailLake.Cli;

/// <summary><c>traillake athena</c>: the lake on Amazon Athena.</summary>
static class AthenaCommand
{
    public static Command Create() => new("athena", "Create the lake's database on Amazon Athena, print it, or query it.")
    {
        AthenaSqlCommand.Create(),
        AthenaDeployCommand.Create(),
        AthenaQueryCommand.Create(),
    };
}
