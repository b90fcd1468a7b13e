using System.Text;
using TrailLake.DuckDb;

namespace TrailLake.Cli;

/// <summary>CSV as RFC 4180 quotes it. NULL is nothing between the commas and '' is <c>""</c>; lines end in LF, as the tools that a pipe
/// leads to expect; nested values are JSON.</summary>
static class CsvOutput
{
    public static long Write(DuckDbResult result, TextOutput output)
    {
        for (var column = 0; column < result.Columns.Length; column++)
        {
            Separate(output, column);
            WriteField(output, Encoding.UTF8.GetBytes(result.Columns[column].Name));
        }

        output.Write("\n"u8);
        var rows = 0L;
        for (; result.ReadChunk(); rows += result.RowCount)
        {
            for (var row = 0; row < result.RowCount; row++)
                WriteRow(result, row, output);
        }

        return rows;
    }

    static void WriteRow(DuckDbResult result, int row, TextOutput output)
    {
        for (var index = 0; index < result.Columns.Length; index++)
        {
            Separate(output, index);
            var column = result.Columns[index];
            if (column.IsNull(row))
                continue;
            WriteField(output, column.Type.Kind == DuckDbKind.Varchar ? column.GetBytes(row) : Encoding.UTF8.GetBytes(column.GetText(row)!));
        }

        output.Write("\n"u8);
        output.EndRow();
    }

    static void Separate(TextOutput output, int column)
    {
        if (column > 0)
            output.Write(","u8);
    }

    static void WriteField(TextOutput output, ReadOnlySpan<byte> text)
    {
        if (text.Length > 0 && text.IndexOfAny(",\"\r\n"u8) < 0)
        {
            output.Write(text);
            return;
        }

        output.Write("\""u8);
        for (var quote = text.IndexOf((byte)'"'); quote >= 0; quote = text.IndexOf((byte)'"'))
        {
            output.Write(text[..(quote + 1)]);
            output.Write("\""u8);
            text = text[(quote + 1)..];
        }

        output.Write(text);
        output.Write("\""u8);
    }
}
