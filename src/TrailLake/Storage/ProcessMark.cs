using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace TrailLake.Storage;

/// <summary>Names a process so that others can tell later whether it is gone.</summary>
/// <param name="Place">The processes among which its number means one: the machine since its last start, and the container. Empty where that cannot be told.</param>
/// <param name="Pid">Its number.</param>
/// <param name="Start">When it began, in the system's own ticks: its number may come again.</param>
sealed record ProcessMark(string Place, int Pid, string Start)
{
    /// <summary>This process.</summary>
    public static ProcessMark Own() => new(PlaceOf(), Environment.ProcessId, StartOf(Environment.ProcessId) ?? "");

    /// <summary>True where the process is surely gone; false where it lives, or cannot be seen from here.</summary>
    public bool IsGone => IsOfHere && (StartOf(Pid) is { } start ? start != Start : !IsThere(Pid));

    /// <summary>True where the process surely lives; false where it is gone, or cannot be seen from here.</summary>
    public bool IsAlive => IsOfHere && Start.Length > 0 && StartOf(Pid) == Start;

    bool IsOfHere => Place is { Length: > 0 } && Place == PlaceOf();

    const string Ended = ""; // and not yet waited for by who started it

    // The numbers of processes count anew in each container (its pid namespace) and after each start of the machine.
    static string PlaceOf()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() + "/" + (File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name ?? "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return OperatingSystem.IsLinux() ? "" : Environment.MachineName; // elsewhere containers are Linux of their own
        }
    }

    // /proc/PID/stat: the 22nd field is the start; the second, the name in brackets, may hold anything.
    static string? StartOf(int pid)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
            {
                using var process = Process.GetProcessById(pid);
                return process.StartTime.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
            }
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? Ended : fields[19]; // a zombie writes no more
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    // Other users' processes may be hidden in /proc (hidepid, ProtectProc=): of those this is all that can be told.
    static bool IsThere(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
