using System.Text;
using TrailLake.DuckDb;
using TrailLake.Parquet;

namespace TrailLake.Tests.Parquet;

/// <summary>A table in memory, written to a file and compared with what readers find there. Values are long (also for timestamps), double,
/// bool, string, byte[], and string?[] for a list.</summary>
sealed class TestTable(params IEnumerable<(ParquetColumn Column, object?[] Values)> columns)
{
    readonly (ParquetColumn Column, object?[] Values)[] _columns = [.. columns];

    public ParquetSchema Schema => new(_columns.Select(column => column.Column));

    public int Rows => _columns[0].Values.Length;

    public static (ParquetColumn, object?[]) Texts(string name, params IEnumerable<string?> values) =>
        (new ParquetColumn(name, ParquetType.Text), [.. values]);

    public static (ParquetColumn, object?[]) Integers(string name, params IEnumerable<long?> values) =>
        (new ParquetColumn(name, ParquetType.Int64), [.. values.Select(value => (object?)value)]);

    public static (ParquetColumn, object?[]) Lists(string name, params IEnumerable<string?[]?> values) =>
        (new ParquetColumn(name, ParquetType.Text, isList: true), [.. values]);

    public byte[] Write(ParquetOptions? options = null)
    {
        var stream = new MemoryStream();
        using var writer = new ParquetWriter(stream, Schema, options);
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < _columns.Length; column++)
                Append(writer[column], _columns[column].Values[row]);
            writer.EndRow();
        }
        writer.Complete();
        return stream.ToArray();
    }

    /// <summary>Writes the table, and asserts that this library and DuckDB read the same from it.</summary>
    public void AssertReadBack(ParquetOptions? options = null)
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["table.parquet"], Write(options));
        AssertOurs(folder["table.parquet"]);
        AssertDuckDb(folder["table.parquet"]);
    }

    public void AssertOurs(string path)
    {
        using var reader = ParquetReader.Open(path);
        AssertSame(Spelled(), Spelled(reader), "TrailLake.Parquet");
    }

    public void AssertDuckDb(string path)
    {
        using var duck = DuckDbConnection.OpenInMemory(("threads", "1"));
        using var result = duck.Query("select * from read_parquet(?)", path);
        AssertSame(Spelled(), result.Rows().Select(row => string.Join('\t', row.Select(Spell))), "DuckDB");
    }

    /// <summary>The table's rows as text, a line each, just as other-readers.mjs prints them.</summary>
    public IEnumerable<string> Spelled() =>
        Enumerable.Range(0, Rows).Select(row => string.Join('\t', _columns.Select(column => Spell(column.Values[row]))));

    public static IEnumerable<string> Spelled(ParquetReader reader)
    {
        using var values = new ColumnValues();
        for (var group = 0; group < reader.RowGroups.Length; group++)
        {
            var lines = new string[reader.RowGroups[group].Rows];
            for (var column = 0; column < reader.Schema.Columns.Length; column++)
            {
                reader.Read(group, column, values);
                reader.Check(group, column, values);
                var spelled = Enumerable.Range(0, lines.Length).Select(row => Spell(ValueOf(reader.Schema.Columns[column], values, row))).ToArray();
                for (var row = 0; row < lines.Length; row++)
                    lines[row] = column == 0 ? spelled[row] : $"{lines[row]}\t{spelled[row]}";
            }
            foreach (var line in lines)
                yield return line;
        }
    }

    public static void AssertSame(IEnumerable<string> expected, IEnumerable<string> found, string reader)
    {
        var (wanted, got) = (expected.ToList(), found.ToList());
        for (var row = 0; row < Math.Min(wanted.Count, got.Count); row++)
            Assert.True(wanted[row] == got[row], $"{reader}, row {row}: expected {Shortened(wanted[row])}, found {Shortened(got[row])}");
        Assert.Equal(wanted.Count, got.Count);
    }

    static string Shortened(string line) => line.Length < 500 ? line : $"{line[..500]}… ({line.Length} characters)";

    static object? ValueOf(ParquetColumn column, ColumnValues values, int row) => values.IsNull(row) ? null : column.Type switch
    {
        _ when column.IsList => values.TextList(row),
        ParquetType.Text => values.Text(row),
        ParquetType.Binary => values.Utf8(row).ToArray(),
        ParquetType.Boolean => values.Booleans[row] == 1,
        ParquetType.Double => values.Doubles[row],
        _ => values.Int64s[row],
    };

    static void Append(ColumnBuffer buffer, object? value)
    {
        switch (value)
        {
            case null:
                buffer.AppendNull();
                break;
            case long integer:
                buffer.Append(integer);
                break;
            case double number:
                buffer.Append(number);
                break;
            case bool boolean:
                buffer.Append(boolean);
                break;
            case byte[] bytes:
                buffer.Append(bytes.AsSpan());
                break;
            case string text:
                buffer.Append(text);
                break;
            default:
                buffer.AppendList((string?[])value);
                break;
        }
    }

    // One spelling for all readers and languages: numbers by their digits, doubles and texts by their bytes in hexadecimal.
    public static string Spell(object? value) => value switch
    {
        null => "null",
        bool boolean => boolean ? "true" : "false",
        string text => $"t{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text))}",
        byte[] bytes => $"b{Convert.ToHexStringLower(bytes)}",
        double number => $"d{BitConverter.DoubleToInt64Bits(number):x16}",
        DuckDbTimestamp time => $"{(time.ToDateTime() - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond}",
        object?[] list => $"[{string.Join(',', list.Select(Spell))}]",
        _ => $"{value}",
    };
}
