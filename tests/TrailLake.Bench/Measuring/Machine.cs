using System.Runtime.InteropServices;
using TrailLake.DuckDb;

namespace TrailLake.Bench.Measuring;

/// <summary>What the bench ran on, and with.</summary>
sealed record Machine(string Cpu, int Processors, double MemoryGigabytes, string System, string Load, string Versions)
{
    public static Machine Describe(string program, string scratch)
    {
        // Its own first word, and what it was built from.
        var version = ChildProcess.Run($"{ChildProcess.Quote(program)} --version", scratch).Output.Split('\n')[0].Trim();
        var commit = ChildProcess.Run("git describe --always --dirty 2>/dev/null || echo unknown", scratch).Output.Trim();
        var zcat = ChildProcess.Run("zcat --version | head -n 1", scratch).Output.Trim();
        return new(
            Line("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
            Environment.ProcessorCount,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9,
            RuntimeInformation.OSDescription,
            File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]) : "unknown",
            $"traillake {version} ({commit}), {RuntimeInformation.FrameworkDescription}, DuckDB {DuckDbConnection.Version}, {zcat}");
    }

    /// <summary>A file's name for the CPU's results.</summary>
    public string FileName => string.Join('-', Cpu.ToLowerInvariant().Split([' ', '/', '(', ')', '@', '.'], StringSplitOptions.RemoveEmptyEntries)) + ".md";

    static string? Line(string file, string name) => !File.Exists(file) ? null
        : File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
}
