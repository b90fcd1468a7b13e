using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrailLake.Lake;

/// <summary>Who holds a lock, as its object says.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Owner">The user.</param>
/// <param name="Host">The machine's name.</param>
/// <param name="Pid">The process.</param>
/// <param name="Place">The processes among which that number means one: the machine since its last start, and the container.</param>
/// <param name="ProcessStart">When the process began, in the system's own ticks: its number may come again.</param>
/// <param name="StartedAt">When the lock was asked for.</param>
/// <param name="HeartbeatAt">Its last sign of life.</param>
/// <param name="IsHeld">False while its owner still looks for others.</param>
sealed record LockOwner(string RunId, string Owner, string Host, int Pid, string Place, string ProcessStart, DateTimeOffset StartedAt, DateTimeOffset HeartbeatAt, bool IsHeld)
{
    public static LockOwner Me(string runId, DateTimeOffset now) => new(
        runId, Environment.UserName, Environment.MachineName, Environment.ProcessId, PlaceOf(), StartOf(Environment.ProcessId) ?? "", now, now, IsHeld: false);

    /// <summary>True where the process is surely gone; false where it lives, or cannot be seen from here.</summary>
    public bool IsGone => Place.Length > 0 && Place == PlaceOf() && StartOf(Pid) != ProcessStart;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, LockJson.Default.LockOwner);

    /// <summary>The owner that an object names; null where it names none.</summary>
    public static LockOwner? Parse(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, LockJson.Default.LockOwner);
        }
        catch (JsonException)
        {
            return null;
        }
    }

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
            return fields[0] is "Z" or "X" ? null : fields[19]; // a zombie writes no more
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(LockOwner))]
sealed partial class LockJson : JsonSerializerContext;
