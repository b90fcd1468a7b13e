using System.Runtime.InteropServices;
using System.Text;
using TrailLake.CloudTrail;
using TrailLake.Parquet;
using TrailLake.Storage;

namespace TrailLake.Lake;

/// <summary>A list of things as a Parquet file of one row each.</summary>
/// <param name="schema">The columns.</param>
/// <param name="values">By column the value of a thing: a text or a number, null for none.</param>
sealed class ListFile<T>(ParquetSchema schema, params ListFile<T>.Value[] values) : IDisposable
{
    /// <summary>What a column holds: of each thing a text or a number, or bytes that no other has and that do not move.</summary>
    public readonly record struct Value(Func<T, string?>? Text, Func<T, long?>? Number, Func<T, ByteSlice>? Distinct)
    {
        public static implicit operator Value(Func<T, string?> text) => new(text, null, null);

        public static implicit operator Value(Func<T, long?> number) => new(null, number, null);

        public static implicit operator Value(Func<T, ByteSlice> distinct) => new(null, null, distinct);
    }

    /// <summary>Rows of a row group: more would take memory, when a run has least of it, and save little.</summary>
    const int MaxRows = 20_000;

    readonly NativeArena _texts = new(1 << 18);
    readonly RowGroupEncoder _encoder = new();
    readonly List<ByteSlice> _distinct = [];
    long[] _numbers = [];
    byte[] _present = [];
    int[] _indexes = [];

    /// <summary>Appends the file's bytes.</summary>
    public void Write(ObjectWrite target, IReadOnlyList<T> things)
    {
        var footer = new ParquetFooter(schema, new ParquetOptions());
        foreach (var rows in things.Chunk(MaxRows))
        {
            _encoder.Begin(footer, rows.Length);
            if (_numbers.Length < rows.Length)
                (_numbers, _present, _indexes) = (new long[rows.Length], new byte[rows.Length], new int[rows.Length]);
            foreach (var value in values)
                Write(rows, value);
            target.Append(_encoder.End());
            _texts.Reset();
        }
        target.Append(footer.Encode());
    }

    public void Dispose()
    {
        _texts.Dispose();
        _encoder.Dispose();
    }

    void Write(T[] rows, Value value)
    {
        if (value.Text is not null)
            WriteText(rows, value.Text);
        else if (value.Number is not null)
            WriteNumber(rows, value.Number);
        else
            WriteDistinct(rows, value.Distinct!);
    }

    void WriteNumber(T[] rows, Func<T, long?> value)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            var number = value(rows[i]);
            _present[i] = number is null ? (byte)0 : (byte)1;
            _numbers[i] = number ?? 0;
        }
        _encoder.WriteInt64(_numbers.AsSpan(0, rows.Length), _present.AsSpan(0, rows.Length));
    }

    void WriteText(T[] rows, Func<T, string?> value)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        _distinct.Clear();
        for (var i = 0; i < rows.Length; i++)
        {
            var text = value(rows[i]);
            _indexes[i] = -1;
            if (text is not null && !places.TryGetValue(text, out _indexes[i]))
            {
                places.Add(text, _indexes[i] = _distinct.Count);
                _distinct.Add(ByteSlice.OfFixed(_texts.Keep(Encoding.UTF8.GetBytes(text))));
            }
        }
        _encoder.WriteText(CollectionsMarshal.AsSpan(_distinct), _indexes.AsSpan(0, rows.Length));
    }

    void WriteDistinct(T[] rows, Func<T, ByteSlice> value)
    {
        _distinct.Clear();
        for (var i = 0; i < rows.Length; i++)
        {
            _indexes[i] = i;
            _distinct.Add(value(rows[i]));
        }
        _encoder.WriteText(CollectionsMarshal.AsSpan(_distinct), _indexes.AsSpan(0, rows.Length));
    }
}
