using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Unicode;
using System.Text;

namespace TrailLake.CloudTrail;

/// <summary>Why a record could not become a row; it goes to quarantine as it was.</summary>
/// <param name="Reason">One of <see cref="Reasons"/>.</param>
/// <param name="Message">What was expected and what was found.</param>
sealed record RecordProblem(string Reason, string Message);

/// <summary>Flattens one record: walks its JSON once, and puts each value into its column or, where no column gives it back exactly, into
/// <c>extra</c>.</summary>
/// <remarks>It forgives the contents (any type may stand anywhere) and is strict about the form: RFC 8259 JSON, valid UTF-8, no name
/// twice in the envelope, and a time that can be read. One reader a worker.</remarks>
sealed class RecordReader(RowBatch batch) : IDisposable
{
    /// <summary>Brackets may be nested this deep; CloudTrail's own records reach eleven.</summary>
    public const int MaxDepth = 10_000;

    /// <summary>RFC 8259, and nothing more.</summary>
    internal static readonly JsonReaderOptions Strict = new() { MaxDepth = MaxDepth };

    readonly FastReader _fast = new(batch);
    nint _declined; // where the record stands that the fast reader could not read: it need not try twice

    readonly TableReader[] _tables =
    [
        new(LakeTable.Events, batch), new(LakeTable.Aggregates, batch), new(LakeTable.Insights, batch),
    ];

    /// <summary>Adds the record's row to the batch.</summary>
    /// <param name="json">The bytes of one JSON object, in memory that does not move while the batch is in use, and is readable for 128 bytes more.</param>
    /// <param name="objectOrdinal">The source object.</param>
    /// <param name="index">The record's place in it.</param>
    /// <returns>Null, or why there is no row.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public RecordProblem? Read(ReadOnlySpan<byte> json, int objectOrdinal, long index)
    {
        if (!Utf8.IsValid(json))
            return new RecordProblem(Reasons.InvalidUtf8, "the record's bytes are not valid UTF-8");
        if (!IsDeclined(json) && _fast.TryRead(json, objectOrdinal, index))
            return null;
        return ReadCarefully(json, objectOrdinal, index);
    }

    /// <summary>Reads an ordinary event that begins at a place, without knowing where it ends: the place behind it, or null where it must be read with
    /// <see cref="Read"/>. Its row is then in the making: <see cref="Keep"/> it, or <see cref="Drop"/> it.</summary>
    /// <param name="start">Valid UTF-8 up to the limit.</param>
    internal unsafe byte* TryBegin(byte* start, byte* limit, int objectOrdinal, long index)
    {
        _declined = (nint)start;
        return _fast.TryBegin(start, limit, objectOrdinal, index);
    }

    internal void Keep() => _fast.Keep();

    internal void Drop() => _fast.Drop();

    unsafe bool IsDeclined(ReadOnlySpan<byte> json)
    {
        fixed (byte* start = json)
            return (nint)start == _declined;
    }

    /// <summary>True where rows must be taken before more are read.</summary>
    internal bool IsFull => batch.IsFull;

    /// <summary>As <see cref="Read"/>, without the short way for ordinary events; its judge.</summary>
    internal RecordProblem? ReadCarefully(ReadOnlySpan<byte> json, int objectOrdinal, long index)
    {
        var problem = TryRead(json, objectOrdinal, index);
        if (problem is not null)
            batch.Drop();
        return problem;
    }

    /// <summary>Forgets what records shared, since a new epoch begins.</summary>
    public void ForgetShared() => _fast.ForgetShared();

    public void Dispose() => _fast.Dispose();

    RecordProblem? TryRead(ReadOnlySpan<byte> json, int objectOrdinal, long index)
    {
        try
        {
            // Most records are events. One that turns out to be of another table is read again with that table's columns.
            foreach (var table in _tables)
            {
                var reader = new Utf8JsonReader(json, Strict);
                batch.Begin(objectOrdinal, index);
                var outcome = table.Read(ref reader, json);
                if (!outcome.IsOtherTable)
                    return outcome.Problem;
            }
            throw new InvalidOperationException("a record belongs to no table");
        }
        catch (JsonException e)
        {
            return e.Message.Contains("maximum configured depth", StringComparison.Ordinal) // of an object that does not end it says "Expected depth to be zero"
                ? new RecordProblem(Reasons.TooDeep, $"brackets are nested more than {MaxDepth:N0} deep")
                : new RecordProblem(Reasons.InvalidJson, $"not valid JSON at byte {e.BytePositionInLine} of line {e.LineNumber + 1}: {FirstSentence(e.Message)}");
        }
    }

    static string FirstSentence(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}
