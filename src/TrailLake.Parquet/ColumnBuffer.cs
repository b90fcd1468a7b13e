using System.Runtime.InteropServices;
using System.Text;
using TrailLake.Parquet.Buffers;

namespace TrailLake.Parquet;

/// <summary>The values of one column that wait for their row group. A value is appended for each row; a row without one is null.</summary>
public sealed class ColumnBuffer : IDisposable
{
    readonly TextDictionary? _texts;
    readonly List<byte> _present = [];
    readonly List<long> _numbers = [];
    readonly List<int> _indexes = []; // of texts by row; of lists by element
    readonly List<int> _lengths = [];
    byte[] _utf8 = new byte[256];

    internal ColumnBuffer(ParquetColumn column)
    {
        Column = column;
        _texts = column.Physical == PhysicalType.ByteArray ? new TextDictionary() : null;
    }

    /// <summary>The column.</summary>
    public ParquetColumn Column { get; }

    /// <summary>The rows that have been given a value or null.</summary>
    internal int Rows => Column.IsList ? _lengths.Count : Column.Physical == PhysicalType.ByteArray ? _indexes.Count : _numbers.Count;

    /// <summary>The memory that the values take.</summary>
    internal long Bytes => _numbers.Count * 9L + (_indexes.Count + _lengths.Count) * 4L + (_texts?.Bytes ?? 0);

    /// <summary>Appends a null.</summary>
    public void AppendNull()
    {
        if (Column.IsList)
        {
            _lengths.Add(-1);
        }
        else if (Column.Physical == PhysicalType.ByteArray)
        {
            _indexes.Add(-1);
        }
        else
        {
            _numbers.Add(0);
            _present.Add(0);
        }
    }

    /// <summary>Appends an integer, or a time in milliseconds since 1970; to doubles as well.</summary>
    public void Append(long value)
    {
        if (Column.Type == ParquetType.Double)
        {
            Append((double)value);
            return;
        }
        var fits = Column.Type switch
        {
            ParquetType.Int64 or ParquetType.TimestampMillis => true,
            ParquetType.Int32 => value == (int)value,
            _ => false,
        };
        AppendNumber(value, fits, "an integer");
    }

    /// <summary>Appends a double.</summary>
    public void Append(double value) =>
        AppendNumber(BitConverter.DoubleToInt64Bits(value), Column.Type == ParquetType.Double, "a double");

    /// <summary>Appends a boolean.</summary>
    public void Append(bool value) =>
        AppendNumber(value ? 1 : 0, Column.Type == ParquetType.Boolean, "a boolean");

    /// <summary>Appends a time, to the millisecond. A local time is turned to UTC; one of no kind is taken as it stands.</summary>
    public void Append(DateTime value)
    {
        var time = value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : value;
        AppendNumber((long)Math.Floor((time - DateTime.UnixEpoch).TotalMilliseconds), Column.Type == ParquetType.TimestampMillis, "a time");
    }

    /// <summary>Appends a text, or null.</summary>
    public void Append(string? value)
    {
        if (value is null)
        {
            AppendNull();
            return;
        }
        Append(ToUtf8(value));
    }

    /// <summary>Appends a text as UTF-8, which is not looked at, or the bytes of a binary column.</summary>
    public void Append(ReadOnlySpan<byte> utf8)
    {
        Require(_texts is not null && !Column.IsList, "a text");
        _indexes.Add(Number(utf8));
    }

    /// <summary>Appends a list of texts, which may be empty and may hold nulls.</summary>
    public void AppendList(params ReadOnlySpan<string?> values)
    {
        Require(Column.IsList, "a list");
        _lengths.Add(values.Length);
        foreach (var value in values)
        {
            _indexes.Add(value is null ? -1 : Number(ToUtf8(value)));
        }
    }

    internal void WriteTo(RowGroupEncoder encoder)
    {
        var numbers = CollectionsMarshal.AsSpan(_numbers);
        var present = CollectionsMarshal.AsSpan(_present);
        var indexes = CollectionsMarshal.AsSpan(_indexes);
        switch (Column.Physical)
        {
            case PhysicalType.ByteArray when Column.IsList:
                encoder.WriteTextList(_texts!.Texts, CollectionsMarshal.AsSpan(_lengths), indexes);
                break;
            case PhysicalType.ByteArray:
                encoder.WriteText(_texts!.Texts, indexes);
                break;
            case PhysicalType.Int64:
                encoder.WriteInt64(numbers, present);
                break;
            case PhysicalType.Int32:
                encoder.WriteInt32(Array.ConvertAll(numbers.ToArray(), value => (int)value), present);
                break;
            case PhysicalType.Double:
                encoder.WriteDouble(MemoryMarshal.Cast<long, double>(numbers), present);
                break;
            default:
                var booleans = new byte[numbers.Length];
                for (var row = 0; row < booleans.Length; row++)
                {
                    booleans[row] = present[row] == 0 ? (byte)255 : (byte)numbers[row];
                }
                encoder.WriteBooleans(booleans);
                break;
        }
    }

    internal void Clear()
    {
        _numbers.Clear();
        _present.Clear();
        _indexes.Clear();
        _lengths.Clear();
        _texts?.Clear();
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _texts?.Dispose();

    void AppendNumber(long bits, bool fits, string kind)
    {
        Require(fits, kind);
        _numbers.Add(bits);
        _present.Add(1);
    }

    int Number(ReadOnlySpan<byte> utf8) => Column.NeverDictionary ? _texts!.Add(utf8) : _texts!.Find(utf8);

    ReadOnlySpan<byte> ToUtf8(string value)
    {
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (_utf8.Length < most)
        {
            _utf8 = new byte[most];
        }
        return _utf8.AsSpan(0, Encoding.UTF8.GetBytes(value, _utf8));
    }

    void Require(bool isRight, string found)
    {
        if (!isRight)
        {
            throw new ParquetException($"Column {Column.Name}: expected {(Column.IsList ? "a list of " : "a value of ")}{Column.Type}, found {found} that is none.");
        }
    }
}
