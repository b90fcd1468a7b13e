using System.Globalization;
using System.Text;

namespace TrailLake.DuckDb;

/// <summary>Spells a value as DuckDB's own cast to VARCHAR does, but that nested values become JSON, which has readers.</summary>
static class DuckDbText
{
    /// <summary>The text of a value that is not NULL.</summary>
    public static string Of(DuckDbVector vector, int row) => vector.Type.Kind switch
    {
        DuckDbKind.Boolean => vector.Raw<byte>(row) != 0 ? "true" : "false",
        DuckDbKind.Float => Float(vector.Raw<float>(row)),
        DuckDbKind.Double => Double(vector.Raw<double>(row)),
        DuckDbKind.Blob or DuckDbKind.Geometry => Blob(vector.Bytes(row)),
        DuckDbKind.List or DuckDbKind.Array or DuckDbKind.Map or DuckDbKind.Struct => DuckDbJson.Of(vector, row),
        DuckDbKind.Union => UnionText(vector, row),
        _ => vector.Value(row)!.ToString()!,
    };

    static string UnionText(DuckDbVector vector, int row)
    {
        var member = vector.Children[vector.UnionTag(row)];
        return member.IsNull(row) ? "NULL" : Of(member, row);
    }

    /// <summary>Shortest digits that read back as the same number; always a point or an exponent, so that it stays a double.</summary>
    public static string Double(double value) => Relay(value, value.ToString("E16", CultureInfo.InvariantCulture), value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>The same for 32 bits.</summary>
    public static string Float(float value) => Relay(value, value.ToString("E8", CultureInfo.InvariantCulture), value.ToString("R", CultureInfo.InvariantCulture));

    // .NET turns to exponents at 1E+15 (floats: 1E+08) and below 1E-05, DuckDB at 1e+16 and below 1e-04.
    static string Relay(double value, string scientific, string shortest)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        if (value == 0)
            return double.IsNegative(value) ? "-0.0" : "0.0";

        var sign = shortest[0] == '-' ? "-" : "";
        var mantissa = shortest.AsSpan(sign.Length);
        var at = mantissa.IndexOf('E');
        var digits = (at < 0 ? mantissa : mantissa[..at]).ToString().Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        var exponent = ExponentOf(shortest, scientific);

        if (exponent is < -4 or >= 16)
            return $"{sign}{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        if (exponent < 0)
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        if (digits.Length <= exponent + 1)
            return $"{sign}{digits.PadRight(exponent + 1, '0')}.0";
        return $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    static int ExponentOf(string shortest, string scientific)
    {
        // "E16" rounds 9.9999…5 up to 1E+1 where the shortest form does not, so its exponent serves only where there is no other.
        var at = shortest.IndexOf('E', StringComparison.Ordinal);
        if (at >= 0)
            return int.Parse(shortest.AsSpan(at + 1), CultureInfo.InvariantCulture);

        var digits = shortest.AsSpan().TrimStart('-');
        var point = digits.IndexOf('.');
        if (digits[0] != '0')
            return (point < 0 ? digits.Length : point) - 1;

        var first = digits[2..].IndexOfAnyExcept('0');
        return first >= 0 ? -first - 1 : int.Parse(scientific.AsSpan(scientific.IndexOf('E', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
    }

    static string Blob(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length * 2);
        foreach (var value in bytes)
        {
            if (value is >= 32 and <= 126 and not (byte)'\\' and not (byte)'\'' and not (byte)'"')
                text.Append((char)value);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\x{value:X2}");
        }

        return text.ToString();
    }
}
