using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using TrailLake.CloudTrail;
using TrailLake.Storage;

namespace TrailLake.Lake;

/// <summary>What could not become a row, as it was, with its place and the reason: <c>_traillake/quarantine/RUN.jsonl</c>, one JSON object a
/// line.</summary>
/// <remarks>The file appears when the run's rows do, and only where there is something in it; <see cref="PartName"/> names those of a run
/// that publishes in parts. What is found of an object comes with the part of the ledger that the object is in.</remarks>
sealed class Quarantine(ObjectStore lake, string runId) : IDisposable
{
    /// <summary>Lines are written together from this many bytes on: a hostile file can hold millions of empty records.</summary>
    const int BlockBytes = 64 * 1024;

    readonly Lock _lock = new();
    readonly ArrayBufferWriter<byte> _lines = new();
    readonly SortedDictionary<string, long> _byReason = new(StringComparer.Ordinal);
    ObjectWrite? _file;
    readonly List<(int End, long Bytes)> _settled = [(0, 0)]; // where the lines end of objects up to one
    long _fileBytes;

    /// <summary>The folder of these files.</summary>
    public const string Folder = LakeFolders.Notes + "/quarantine";

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

    /// <summary>Drops what a run published that crashed before the ledger that goes with it: the next one meets the same again.</summary>
    public static void Forget(ObjectStore lake, string crashedRun)
    {
        foreach (var file in lake.List($"{Folder}/{crashedRun}").ToList())
        {
            var name = Path.GetFileNameWithoutExtension(file.Key.AsSpan());
            if (PartName.PartOf(crashedRun, name) is { } part && !Ledger.Has(lake, crashedRun, part))
                lake.Delete(file.Key);
        }
    }

    /// <summary>Says that what was added so far is of the objects before one, and what is added from now on of it and later ones.</summary>
    public void Settle(int end)
    {
        Flush();
        _settled.Add((end, _fileBytes));
    }

    /// <summary>Makes what was found in the objects before one visible as a part of the run; the rest begins the file anew.</summary>
    /// <remarks>Just these: what a part has of objects that its ledger does not name would come twice after a crash, or never.</remarks>
    /// <param name="end">One that was settled.</param>
    public void Publish(int part, int end)
    {
        Flush();
        if (part == PartName.Last)
        {
            _file?.Commit();
            return;
        }
        var bytes = _settled.Single(settled => settled.End == end).Bytes;
        _settled.RemoveAll(settled => settled.End < end);
        if (bytes == 0)
            return;
        using var whole = _file!;
        using var settled = lake.BeginWrite(KeyOf(part));
        Copy(whole, 0, bytes, settled);
        _file = _fileBytes == bytes ? null : lake.BeginWrite(KeyOf(PartName.Last));
        if (_file is not null)
            Copy(whole, bytes, _fileBytes, _file);
        settled.Commit();
        _fileBytes -= bytes;
        for (var i = 0; i < _settled.Count; i++)
            _settled[i] = _settled[i] with { Bytes = _settled[i].Bytes - bytes };
    }

    public void Dispose() => _file?.Dispose();

    string KeyOf(int part) => $"{Folder}/{PartName.Of(runId, part)}.jsonl";

    static void Copy(ObjectWrite from, long start, long end, ObjectWrite to)
    {
        var block = new byte[BlockBytes];
        for (; start < end; start += block.Length)
        {
            var length = (int)Math.Min(block.Length, end - start);
            from.ReadBack(start, block.AsSpan(0, length));
            to.Append(block.AsSpan(0, length));
        }
    }

    void Flush()
    {
        if (_lines.WrittenCount == 0)
            return;
        _file ??= lake.BeginWrite(KeyOf(PartName.Last));
        _file.Append(_lines.WrittenSpan);
        _fileBytes += _lines.WrittenCount;
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
