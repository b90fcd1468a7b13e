using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using TrailLake.CloudTrail;
using TrailLake.Storage;

namespace TrailLake.Lake;

/// <summary>What could not become a row, as it was, with its place and the reason: <c>_traillake/quarantine/RUN.jsonl</c>, one JSON object a
/// line.</summary>
/// <remarks>The file appears when the run's rows do, and only where there is something in it.</remarks>
sealed class Quarantine(ObjectStore lake, string runId) : IDisposable
{
    /// <summary>Lines are written together from this many bytes on: a hostile file can hold millions of empty records.</summary>
    const int BlockBytes = 64 * 1024;

    readonly Lock _lock = new();
    readonly ArrayBufferWriter<byte> _lines = new();
    readonly SortedDictionary<string, long> _byReason = new(StringComparer.Ordinal);
    ObjectWrite? _file;
    /// <summary>The folder of these files.</summary>
    public const string Folder = "_traillake/quarantine";

    /// <summary>The columns of the view <c>quarantine</c>: the names of a line's JSON with DuckDB's types.</summary>
    public static IReadOnlyList<(string Name, string Type)> Columns { get; } =
    [
        ("run_id", "varchar"), ("source_object", "varchar"), ("source_index", "bigint"), ("byte_offset", "bigint"), ("reason", "varchar"), ("message", "varchar"),
        ("size_bytes", "bigint"), ("encoding", "varchar"), ("content", "varchar"),
    ];

    /// <summary>How many of each reason.</summary>
    public IReadOnlyDictionary<string, long> ByReason => _byReason;

    /// <summary>Keeps what was found.</summary>
    /// <param name="sourceObject">Its object's key.</param>
    /// <param name="sourceIndex">The record's place there; null for a whole object.</param>
    /// <param name="offset">Where its bytes begin in the unzipped object.</param>
    /// <param name="reason">A short name.</param>
    /// <param name="message">What was expected, and what was found.</param>
    /// <param name="bytes">The bytes as they were; of more than <see cref="Problem.KeptBytes"/> the first.</param>
    /// <param name="wholeBytes">How many bytes it had; more than are kept where it was too large.</param>
    public void Add(string sourceObject, long? sourceIndex, long offset, string reason, string message, ReadOnlySpan<byte> bytes, long wholeBytes)
    {
        lock (_lock)
        {
            _byReason[reason] = _byReason.GetValueOrDefault(reason) + 1;
            WriteLine(sourceObject, sourceIndex, offset, reason, message, bytes[..Math.Min(bytes.Length, Problem.KeptBytes)], wholeBytes);
            if (_lines.WrittenCount >= BlockBytes)
                Flush();
        }
    }

    /// <summary>Drops what a run wrote that crashed before its ledger: the next one meets the same again.</summary>
    public static void Forget(ObjectStore lake, string crashedRun)
    {
        if (!Ledger.IsOf(lake, crashedRun))
            lake.Delete($"{Folder}/{crashedRun}.jsonl");
    }

    /// <summary>Makes the file visible.</summary>
    public void Publish()
    {
        if (_lines.WrittenCount > 0)
            Flush();
        _file?.Commit();
    }

    public void Dispose() => _file?.Dispose();

    void Flush()
    {
        _file ??= lake.BeginWrite($"{Folder}/{runId}.jsonl");
        _file.Append(_lines.WrittenSpan);
        _lines.ResetWrittenCount();
    }

    void WriteLine(string sourceObject, long? sourceIndex, long offset, string reason, string message, ReadOnlySpan<byte> bytes, long wholeBytes)
    {
        using (var json = new Utf8JsonWriter(_lines, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("run_id", runId);
            json.WriteString("source_object", sourceObject);
            if (sourceIndex is { } index)
                json.WriteNumber("source_index", index);
            else
                json.WriteNull("source_index");
            json.WriteNumber("byte_offset", offset);
            json.WriteString("reason", reason);
            json.WriteString("message", message);
            json.WriteNumber("size_bytes", wholeBytes);
            // A NUL is a letter to JSON, but not to every reader of JSON lines.
            var isText = Utf8.IsValid(bytes) && !bytes.Contains((byte)0);
            json.WriteString("encoding", isText ? "utf-8" : "base64");
            if (isText)
                json.WriteString("content", bytes);
            else
                json.WriteBase64String("content", bytes);
            json.WriteEndObject();
        }
        _lines.Write("\n"u8);
    }
}
