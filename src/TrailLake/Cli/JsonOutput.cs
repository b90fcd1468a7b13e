using System.Text.Json;
using TrailLake.DuckDb;

namespace TrailLake.Cli;

/// <summary>A JSON array of objects, or one object a line. Values are as <see cref="DuckDbJson"/> has them.</summary>
static class JsonOutput
{
    public static long Write(DuckDbResult result, TextOutput output, bool isLines)
    {
        var names = UniqueNames(result).Select(name => JsonEncodedText.Encode(name, DuckDbJson.Options.Encoder)).ToArray();
        using var json = new Utf8JsonWriter(output.Buffer, DuckDbJson.Options);
        var rows = 0L;
        if (!isLines)
            output.Write("["u8);

        while (result.HasRows && result.ReadChunk())
        {
            for (var row = 0; row < result.RowCount; row++, rows++)
            {
                if (!isLines)
                    output.Write(rows == 0 ? "\n"u8 : ",\n"u8);
                WriteRow(json, result, row, names);
                if (isLines)
                    output.Write("\n"u8);
                output.EndRow();
            }
        }

        if (!isLines)
            output.Write(rows == 0 ? "]\n"u8 : "\n]\n"u8);
        return rows;
    }

    static void WriteRow(Utf8JsonWriter json, DuckDbResult result, int row, JsonEncodedText[] names)
    {
        json.WriteStartObject();
        for (var column = 0; column < names.Length; column++)
        {
            json.WritePropertyName(names[column]);
            DuckDbJson.Write(json, result.Columns[column].Vector, row);
        }

        json.WriteEndObject();
        json.Flush();
        json.Reset(); // else the writer puts a comma before its next value
    }

    // `select 1 as a, 2 as a` is good SQL, but in an object the second would hide the first.
    static List<string> UniqueNames(DuckDbResult result)
    {
        var names = new List<string>(result.Columns.Length);
        foreach (var column in result.Columns)
        {
            var name = column.Name;
            for (var copy = 1; names.Contains(name); copy++)
                name = $"{column.Name}_{copy}";
            names.Add(name);
        }

        return names;
    }
}
