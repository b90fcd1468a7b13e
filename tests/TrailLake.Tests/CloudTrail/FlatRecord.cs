using System.Runtime.InteropServices;
using System.Text;
using TrailLake.CloudTrail;

namespace TrailLake.Tests.CloudTrail;

/// <summary>One record as the record reader flattens it: its table, and its columns' values by name.</summary>
sealed class FlatRecord
{
    /// <summary>Which reader reads.</summary>
    public enum Way
    {
        AsUsual,
        Fast,
        Careful,
    }

    readonly Dictionary<string, object> _values = [];

    FlatRecord(LakeTable table) => Table = table;

    public LakeTable Table { get; }

    /// <summary>A text, a boolean, or a time in milliseconds; null where the column is NULL.</summary>
    public object? this[string column] => _values.GetValueOrDefault(column);

    /// <summary>The columns that have a value.</summary>
    public IReadOnlyCollection<string> Names => _values.Keys;

    /// <summary>Table and columns as text, to compare.</summary>
    public override string ToString() => $"{Table} " + string.Join("\n", _values.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} = {pair.Value}"));

    /// <summary>Flattens a record that must be a good one.</summary>
    public static FlatRecord Of(string json) => Read(Encoding.UTF8.GetBytes(json), Way.AsUsual, out var problem) ?? throw new InvalidOperationException(problem!.Message);

    /// <summary>The reason for which a record is no row.</summary>
    public static string? ProblemOf(string json) => ProblemOf(Encoding.UTF8.GetBytes(json));

    public static string? ProblemOf(byte[] json)
    {
        Read(json, Way.AsUsual, out var problem);
        return problem?.Reason;
    }

    /// <summary>Flattens a record the fast way, the careful way, or as the program does; null where there is a problem, or where the fast
    /// way declines.</summary>
    public static unsafe FlatRecord? Read(ReadOnlySpan<byte> json, Way way, out RecordProblem? problem)
    {
        var readers = t_readers ??= new Readers();
        readers.Batch.Clear();
        var native = (byte*)NativeMemory.AllocZeroed((nuint)json.Length + 128);
        try
        {
            json.CopyTo(new Span<byte>(native, json.Length));
            return readers.Read(new ReadOnlySpan<byte>(native, json.Length), way, out problem);
        }
        finally
        {
            NativeMemory.Free(native);
        }
    }

    [ThreadStatic]
    static Readers? t_readers;

    /// <summary>What a thread reads with, record after record, as a worker does.</summary>
    sealed class Readers : IDisposable
    {
        readonly RecordReader _reader;
        readonly FastReader _fast;

        public Readers()
        {
            Batch = new RowBatch(new SharedValues(64 << 20));
            _reader = new RecordReader(Batch);
            _fast = new FastReader(Batch);
        }

        public RowBatch Batch { get; }

        public void Dispose()
        {
            _fast.Dispose();
            _reader.Dispose();
            Batch.Dispose();
            Batch.Shared.Dispose();
        }

        public FlatRecord? Read(ReadOnlySpan<byte> json, Way way, out RecordProblem? problem)
        {
            problem = null;
            if (way == Way.Fast)
                return System.Text.Unicode.Utf8.IsValid(json) && _fast.TryRead(json, 0, 0) ? Take(Batch) : null;
            problem = way == Way.Careful ? _reader.ReadCarefully(json, 0, 0) : _reader.Read(json, 0, 0);
            return problem is null ? Take(Batch) : null;
        }
    }

    static FlatRecord Take(RowBatch batch) =>
        Of(batch, batch.Places.Length == 1 ? batch.Places[0] : throw new InvalidOperationException($"expected one row, found {batch.Places.Length}"));

    /// <summary>A row of a batch.</summary>
    public static FlatRecord Of(RowBatch batch, RowPlace place)
    {
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
        foreach (var cell in Expand(batch, place.Words))
            flat._values.Add(Columns.All[cell.Column].Name, ValueOf(cell, batch));
        return flat;
    }

    static Cell[] Expand(RowBatch batch, int words) =>
        [.. batch.Cells(words).ToArray().SelectMany(cell => cell.IsFragment ? batch.Shared.Fragments[cell.Id].Cells.ToArray() : [cell])];

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
