namespace TrailLake.DuckDb;

/// <summary>A DECIMAL, exact up to its 38 digits, which .NET's own decimal (28) cannot hold.</summary>
/// <param name="Unscaled">The value times ten to the power of <paramref name="Scale"/>.</param>
/// <param name="Scale">Digits after the point.</param>
public readonly record struct DuckDbDecimal(Int128 Unscaled, int Scale)
{
    /// <summary>The value as .NET's decimal.</summary>
    /// <exception cref="OverflowException">It has more than 28 digits.</exception>
    public decimal ToDecimal()
    {
        var power = 1m;
        for (var digit = 0; digit < Scale; digit++)
            power *= 10;
        return (decimal)Unscaled / power;
    }

    /// <summary>All digits of the scale, as in <c>1.50</c>.</summary>
    public override string ToString()
    {
        // The magnitude of Int128's least value has no Int128, but DECIMAL stops at 38 digits, which is below it.
        var digits = Int128.Abs(Unscaled).ToString().PadLeft(Scale + 1, '0');
        var sign = Int128.IsNegative(Unscaled) ? "-" : "";
        return Scale == 0 ? sign + digits : $"{sign}{digits[..^Scale]}.{digits[^Scale..]}";
    }
}
