using System.Text.RegularExpressions;
using TrailLake.DuckDb;

namespace TrailLake.Cli;

/// <summary>What a failure says to the user, where the words of .NET and DuckDB do not say what to do.</summary>
static partial class FailureText
{
    const int DiskFullUnix = 28; // ENOSPC

    public static string Of(Exception failure) => failure switch
    {
        AggregateException { InnerException: { } inner } => Of(inner),
        UnauthorizedAccessException when DeniedPath().Match(failure.Message) is { Success: true } denied => $"{denied.Groups[1].Value}: permission denied; grant it to the user that runs this, or name another place.",
        UnauthorizedAccessException when failure.Message == "Access to the path is denied." => StandardOutput.Closed, // .NET's words for a number of no open file; of a file it knows the path
        IOException { HResult: DiskFullUnix } when !failure.Message.Contains('/', StringComparison.Ordinal) => "standard output: expected room for the answer, found the disk full; free some space, or write elsewhere.",
        DuckDbException when ReportFile().IsMatch(failure.Message) => $"{failure.Message.TrimEnd()} Remove the file; the lake's rows do not depend on it.",
        DuckDbException when DamagedFile().IsMatch(failure.Message) => $"{failure.Message.TrimEnd()}. `traillake verify LAKE` tells what is damaged in a lake, and what to do; where that is nothing, a run was replacing the file: ask again.",
        _ => failure.Message.TrimEnd(),
    };

    [GeneratedRegex("^Access to the path '(.+)' is denied", RegexOptions.Singleline)]
    private static partial Regex DeniedPath();

    [GeneratedRegex(@"^Invalid Input Error: Malformed JSON in file .*/_traillake/runs/", RegexOptions.Singleline)]
    private static partial Regex ReportFile();

    // Of a page's header DuckDB does not say in which file it is.
    [GeneratedRegex(@"^(Invalid Input|Invalid|IO|Serialization|Corruption) Error: .*\.parquet\b|^Invalid Error: (TProtocolException|don't know what type|Out of buffer)", RegexOptions.Singleline)]
    private static partial Regex DamagedFile();
}
