using System.Text.Json;
using System.Text.Json.Serialization;
using TrailLake.Storage;

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
    public static LockOwner Me(string runId, DateTimeOffset now)
    {
        var me = ProcessMark.Own();
        return new(runId, Environment.UserName, Environment.MachineName, me.Pid, me.Place, me.Start, now, now, IsHeld: false);
    }

    /// <summary>True where the process is surely gone; false where it lives, or cannot be seen from here.</summary>
    public bool IsGone => new ProcessMark(Place, Pid, ProcessStart).IsGone;

    /// <summary>True where the process surely lives, be it stopped.</summary>
    public bool IsAlive => new ProcessMark(Place, Pid, ProcessStart).IsAlive;

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
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(LockOwner))]
sealed partial class LockJson : JsonSerializerContext;
