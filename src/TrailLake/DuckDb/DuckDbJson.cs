using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TrailLake.DuckDb;

/// <summary>Writes a value as JSON: numbers with all their digits, timestamps as ISO 8601, JSON as itself, lists as arrays, structs and maps as
/// objects. NaN and the infinities, which JSON has no number for, become the texts <c>"NaN"</c>, <c>"Infinity"</c>, <c>"-Infinity"</c>:
/// null would make them look absent.</summary>
static class DuckDbJson
{
    /// <summary>Only what JSON itself demands is escaped: ARNs, addresses and names in any script stay readable.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>One value alone.</summary>
    public static string Of(DuckDbVector vector, int row)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
            Write(json, vector, row);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes the value of a row, NULL as null.</summary>
    public static void Write(Utf8JsonWriter json, DuckDbVector vector, int row)
    {
        if (vector.IsNull(row))
        {
            json.WriteNullValue();
            return;
        }

        switch (vector.Type.Kind)
        {
            case DuckDbKind.Boolean:
                json.WriteBooleanValue(vector.Raw<byte>(row) != 0);
                break;
            case DuckDbKind.Varchar when vector.Type.IsJson:
                WriteJson(json, vector.Bytes(row));
                break;
            case DuckDbKind.Varchar:
                json.WriteStringValue(vector.Bytes(row));
                break;
            case DuckDbKind.BigInt:
                json.WriteNumberValue(vector.Raw<long>(row));
                break;
            case DuckDbKind.Integer:
                json.WriteNumberValue(vector.Raw<int>(row));
                break;
            case DuckDbKind.Float:
                WriteFloating(json, vector.Raw<float>(row), DuckDbText.Of(vector, row));
                break;
            case DuckDbKind.Double:
                WriteFloating(json, vector.Raw<double>(row), DuckDbText.Of(vector, row));
                break;
            case DuckDbKind.TinyInt or DuckDbKind.SmallInt or DuckDbKind.HugeInt or DuckDbKind.UTinyInt or DuckDbKind.USmallInt
                or DuckDbKind.UInteger or DuckDbKind.UBigInt or DuckDbKind.UHugeInt or DuckDbKind.BigNum or DuckDbKind.Decimal:
                json.WriteRawValue(vector.Value(row)!.ToString()!, skipInputValidation: true);
                break;
            case DuckDbKind.Timestamp or DuckDbKind.TimestampS or DuckDbKind.TimestampMs or DuckDbKind.TimestampNs or DuckDbKind.TimestampTz:
                json.WriteStringValue(vector.Timestamp(row).ToIso());
                break;
            case DuckDbKind.List or DuckDbKind.Array:
                WriteList(json, vector, row);
                break;
            case DuckDbKind.Map:
                WriteMap(json, vector, row);
                break;
            case DuckDbKind.Struct:
                WriteStruct(json, vector, row);
                break;
            case DuckDbKind.Union:
                Write(json, vector.Children[vector.UnionTag(row)], row);
                break;
            default:
                json.WriteStringValue(DuckDbText.Of(vector, row));
                break;
        }
    }

    static void WriteFloating(Utf8JsonWriter json, double value, string text)
    {
        if (double.IsFinite(value))
            json.WriteRawValue(text, skipInputValidation: true);
        else
            json.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
    }

    // DuckDB keeps the white space of JSON text. A line break can only stand between tokens, and would break JSON lines.
    static void WriteJson(Utf8JsonWriter json, ReadOnlySpan<byte> utf8)
    {
        if (utf8.IndexOfAny((byte)'\n', (byte)'\r') < 0)
        {
            json.WriteRawValue(utf8, skipInputValidation: true);
            return;
        }

        var oneLine = utf8.ToArray();
        oneLine.AsSpan().Replace((byte)'\n', (byte)' ');
        oneLine.AsSpan().Replace((byte)'\r', (byte)' ');
        json.WriteRawValue(oneLine, skipInputValidation: true);
    }

    static void WriteList(Utf8JsonWriter json, DuckDbVector vector, int row)
    {
        var (first, count) = vector.Elements(row);
        json.WriteStartArray();
        for (var index = first; index < first + count; index++)
            Write(json, vector.Children[0], index);
        json.WriteEndArray();
    }

    static void WriteMap(Utf8JsonWriter json, DuckDbVector vector, int row)
    {
        var (first, count) = vector.Elements(row);
        json.WriteStartObject();
        for (var index = first; index < first + count; index++)
        {
            json.WritePropertyName(DuckDbText.Of(vector.Children[0], index));
            Write(json, vector.Children[1], index);
        }

        json.WriteEndObject();
    }

    static void WriteStruct(Utf8JsonWriter json, DuckDbVector vector, int row)
    {
        // row(1, 'a') makes a struct whose fields have no names; an object would lose all but one of them.
        if (vector.Type.FieldNames.All(name => name.Length == 0))
        {
            json.WriteStartArray();
            foreach (var field in vector.Children)
                Write(json, field, row);
            json.WriteEndArray();
            return;
        }

        json.WriteStartObject();
        for (var field = 0; field < vector.Children.Length; field++)
        {
            json.WritePropertyName(vector.Type.FieldNames[field]);
            Write(json, vector.Children[field], row);
        }

        json.WriteEndObject();
    }
}
