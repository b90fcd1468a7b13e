using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TrailLake.Bench.Measuring;

/// <summary>What a run of a whole process took, its children included.</summary>
/// <param name="WallSeconds">From start to end.</param>
/// <param name="UserSeconds">CPU in the program.</param>
/// <param name="SystemSeconds">CPU in the kernel.</param>
/// <param name="PeakBytes">The largest resident set of any of its processes.</param>
/// <param name="Output">What it wrote to standard output.</param>
sealed record ProcessUse(double WallSeconds, double UserSeconds, double SystemSeconds, long PeakBytes, string Output)
{
    public double CpuSeconds => UserSeconds + SystemSeconds;
}

/// <summary>Runs a shell command as a child and asks the kernel what it took: getrusage(2) as wait4(2) gives it.</summary>
/// <remarks>Not .NET's Process, which tells only what is left when the child has ended: nothing. A child's peak begins with its parent's, which it has
/// until exec: so whatever takes much memory (generating, reading back, DuckDB) is a child, and this process stays small.</remarks>
static partial class ChildProcess
{
    const int Interrupted = 4; // EINTR

    /// <summary>Runs a command line of /bin/sh.</summary>
    /// <param name="command">As one would type it.</param>
    /// <param name="scratch">A folder for what it writes.</param>
    /// <exception cref="BenchException">It ended with another status than 0.</exception>
    public static ProcessUse Run(string command, string scratch)
    {
        var (output, errors) = (Path.Combine(scratch, "stdout"), Path.Combine(scratch, "stderr"));
        string?[] arguments = ["/bin/sh", "-c", $"exec >{Quote(output)} 2>{Quote(errors)}; {command}", null];
        var environment = Marshal.ReadIntPtr(NativeLibrary.GetExport(NativeLibrary.Load("libc"), "environ"));

        var start = Stopwatch.GetTimestamp();
        if (Spawn(out var child, "/bin/sh", 0, 0, arguments, environment) is not 0 and var reason)
            throw new BenchException($"/bin/sh: expected to start it, found error {reason}.");
        Usage usage;
        int status;
        while (Wait(child, out status, 0, out usage) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
                throw new BenchException($"wait4: error {Marshal.GetLastPInvokeError()} while waiting for: {command}");
        }
        var wall = Stopwatch.GetElapsedTime(start).TotalSeconds;

        if (status != 0)
            throw new BenchException($"expected exit status 0, found {(status & 0x7f) switch { 0 => $"{status >> 8}", var signal => $"signal {signal}" }} of: {command}\n{Tail(errors)}");
        return new(wall, usage.User.Seconds, usage.System.Seconds, usage.MaxResident * (OperatingSystem.IsMacOS() ? 1 : 1024), File.ReadAllText(output));
    }

    /// <summary>A word that the shell leaves alone.</summary>
    public static string Quote(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    static string Tail(string file) => File.ReadAllText(file) is { Length: > 4000 } text ? text[^4000..] : File.ReadAllText(file);

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Spawn(out int child, string path, nint fileActions, nint attributes, string?[] arguments, nint environment);

    [LibraryImport("libc", EntryPoint = "wait4", SetLastError = true)]
    private static partial int Wait(int child, out int status, int options, out Usage usage);

    [StructLayout(LayoutKind.Sequential)]
    struct Time
    {
        public long Whole;
        public long Micros; // an int and padding on macOS, which is the same while it is little-endian and the padding nought

        public readonly double Seconds => Whole + Micros / 1e6;
    }

    // struct rusage: two times and fourteen longs.
    [StructLayout(LayoutKind.Sequential, Size = 2 * 16 + 14 * 8)]
    struct Usage
    {
        public Time User;
        public Time System;
        public long MaxResident;
    }
}
