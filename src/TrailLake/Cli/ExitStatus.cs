namespace TrailLake.Cli;

/// <summary>What the program's exit status says; scheduled jobs decide by it.</summary>
static class ExitStatus
{
    /// <summary>All done.</summary>
    public const int Done = 0;

    /// <summary>Done, but something was quarantined, found wrong, or returned by <c>--fail-if-rows</c>.</summary>
    public const int Found = 1;

    /// <summary>Failed; nothing is lost, run it again.</summary>
    public const int Failed = 2;

    /// <summary>Wrong usage: sysexits.h's EX_USAGE.</summary>
    public const int Usage = 64;
}
