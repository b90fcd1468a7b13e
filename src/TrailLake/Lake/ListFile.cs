using System.Runtime.InteropServices;
using System.Text;
using TrailLake.CloudTrail;
using TrailLake.Parquet;

namespace TrailLake.Lake;

/// <summary>A list of things as a Parquet file of one row each.</summary>
/// <param name="schema">The columns.</param>
/// <param name="values">By column the value of a thing: a text or a number, null for none.</param>
sealed class ListFile<T>(ParquetSchema schema, params ListFile<T>.Value[] values) : IDisposable
{
    /// <summary>What a column holds: a text or a number of each thing.</summary>
    public readonly record struct Value(Func<T, string?>? Text, Func<T, long?>? Number)
    {
        public static implicit operator Value(Func<T, string?> text) => new(text, null);

        public static implicit operator Value(Func<T, long?> number) => new(null, number);
    }

    /// <summary>Rows of a row group.</summary>
    const int MaxRows = 100_000;

    readonly NativeArena _texts = new(1 << 20);
    readonly RowGroupEncoder _encoder = new();

    /// <summary>The file's bytes.</summary>
    public byte[] Encode(IReadOnlyList<T> things)
    {
        using var file = new MemoryStream();
        var footer = new ParquetFooter(schema, new ParquetOptions());
        foreach (var rows in things.Chunk(MaxRows))
        {
            _encoder.Begin(footer, rows.Length);
            foreach (var value in values)
            {
                if (value.Text is not null)
                    WriteText(rows, value.Text);
                else
                    WriteNumber(rows, value.Number!);
            }
            file.Write(_encoder.End());
            _texts.Reset();
        }
        file.Write(footer.Encode());
        return file.ToArray();
    }

    public void Dispose()
    {
        _texts.Dispose();
        _encoder.Dispose();
    }

    void WriteNumber(T[] rows, Func<T, long?> value)
    {
        var present = Array.ConvertAll(rows, row => value(row) is null ? (byte)0 : (byte)1);
        _encoder.WriteInt64(Array.ConvertAll(rows, row => value(row) ?? 0), present);
    }

    void WriteText(T[] rows, Func<T, string?> value)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var distinct = new List<ByteSlice>();
        var indexes = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            var text = value(rows[i]);
            indexes[i] = -1;
            if (text is not null && !places.TryGetValue(text, out indexes[i]))
            {
                places.Add(text, indexes[i] = distinct.Count);
                distinct.Add(ByteSlice.OfFixed(_texts.Keep(Encoding.UTF8.GetBytes(text))));
            }
        }
        _encoder.WriteText(CollectionsMarshal.AsSpan(distinct), indexes);
    }
}
