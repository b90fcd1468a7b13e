using System.Runtime.InteropServices;
using System.Text;
using TrailLake.CloudTrail;

namespace TrailLake.Tests.CloudTrail;

/// <summary>One record as the record reader flattens it: its table, and its columns' values by name.</summary>
sealed class FlatRecord
{
    readonly Dictionary<string, object> _values = [];

    FlatRecord(LakeTable table) => Table = table;

    public LakeTable Table { get; }

    /// <summary>A text, a boolean, or a time in milliseconds; null where the column is NULL.</summary>
    public object? this[string column] => _values.GetValueOrDefault(column);

    /// <summary>The columns that have a value.</summary>
    public IReadOnlyCollection<string> Names => _values.Keys;

    /// <summary>Flattens a record that must be a good one.</summary>
    public static FlatRecord Of(string json) => Read(Encoding.UTF8.GetBytes(json), out var problem) ?? throw new InvalidOperationException(problem!.Message);

    /// <summary>The reason for which a record is no row.</summary>
    public static string? ProblemOf(string json) => ProblemOf(Encoding.UTF8.GetBytes(json));

    public static string? ProblemOf(byte[] json)
    {
        Read(json, out var problem);
        return problem?.Reason;
    }

    static unsafe FlatRecord? Read(byte[] json, out RecordProblem? problem)
    {
        using var texts = new SharedValues(1 << 20);
        using var batch = new RowBatch(texts);
        var native = (byte*)NativeMemory.AllocZeroed((nuint)json.Length + 128);
        try
        {
            json.CopyTo(new Span<byte>(native, json.Length));
            problem = new RecordReader(batch).Read(new ReadOnlySpan<byte>(native, json.Length), 0, 0);
            return problem is null ? Take(batch) : null;
        }
        finally
        {
            NativeMemory.Free(native);
        }
    }

    static FlatRecord Take(RowBatch batch)
    {
        var place = Assert.Single(batch.Places.ToArray());
        var flat = new FlatRecord(place.Table);
        ref var header = ref batch.Header(place.Words);
        flat._values.Add(Columns.TimeOf(place.Table).Name, header.Time);
        if (header.Has(RowFlags.HasEventId))
            flat._values.Add("event_id", TextOf(header.EventId));
        if (header.Has(RowFlags.HasRequestId))
            flat._values.Add("request_id", TextOf(header.RequestId));
        for (var column = 0; column < Columns.All.Length; column++)
        {
            if (EnvelopeFacts.FlagOf(column) is not RowFlags.None and var flag && place.Table == LakeTable.Events)
                flat._values.Add(Columns.All[column].Name, header.Has(flag));
        }
        foreach (var cell in batch.Cells(place.Words))
            flat._values.Add(Columns.All[cell.Column].Name, ValueOf(cell, batch));
        return flat;
    }

    static object ValueOf(Cell cell, RowBatch batch)
    {
        var type = Columns.All[cell.Column].Type;
        if (type is ColumnType.Boolean or ColumnType.BooleanText)
            return cell.Id == 1;
        var text = cell.IsLocal ? batch.Local(cell.Id).Span : batch.Shared.Texts[cell.Id].Span;
        return type == ColumnType.Timestamp ? MemoryMarshal.Read<long>(text) : Encoding.UTF8.GetString(text);
    }

    static string TextOf(Uuid uuid)
    {
        Span<byte> text = stackalloc byte[Uuid.TextLength];
        uuid.Format(text);
        return Encoding.UTF8.GetString(text);
    }
}
