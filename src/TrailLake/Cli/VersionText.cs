using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TrailLake.DuckDb;
using TrailLake.Parquet;

namespace TrailLake.Cli;

/// <summary>What <c>traillake --version</c> prints: what a report of a bug needs.</summary>
static class VersionText
{
    const int CommitDigits = 12;

    /// <summary>Lets <c>--version</c> print it.</summary>
    public static void AddTo(RootCommand root) => root.Options.OfType<VersionOption>().Single().Action = new Print();

    static string Of()
    {
        var full = typeof(VersionText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        var (version, commit) = full.Split('+') is [var first, var second, ..] ? (first, second) : (full, "unknown");
        return $"""
            {version}
            commit   {commit[..Math.Min(commit.Length, CommitDigits)]}
            DuckDB   {DuckDbVersion()}
            Parquet  {new ParquetOptions().EffectiveCodec.ToString().ToLowerInvariant()}{(ParquetOptions.HasZstd ? "" : ": libzstd is not on this machine")}
            .NET     {Environment.Version} on {RuntimeInformation.RuntimeIdentifier}, compiled {(RuntimeFeature.IsDynamicCodeCompiled ? "as it runs" : "ahead of time")}
            """;
    }

    static string DuckDbVersion()
    {
        try
        {
            return DuckDbConnection.Version;
        }
        catch (DuckDbException e)
        {
            return $"none: {e.Message}";
        }
    }

    sealed class Print : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parsed)
        {
            parsed.InvocationConfiguration.Output.WriteLine(Of());
            return ExitStatus.Done;
        }
    }
}
