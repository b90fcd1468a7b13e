using System.Text;

namespace TrailLake.DuckDb;

/// <summary>One column of a result, and its values in the chunk that was read last.</summary>
public sealed class DuckDbColumn
{
    readonly DuckDbVector _vector;
    int _rows;

    internal DuckDbColumn(string name, DuckDbType type)
    {
        (Name, Type) = (name, type);
        _vector = new DuckDbVector(type);
    }

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>The column's type.</summary>
    public DuckDbType Type { get; }

    internal void Bind(nint vector, int rows)
    {
        _vector.Bind(vector);
        _rows = rows;
    }

    /// <summary>Forgets the chunk before its memory goes.</summary>
    internal void Unbind() => _rows = 0;

    /// <summary>The vector, for what reads many values at once.</summary>
    internal DuckDbVector Vector => _vector;

    /// <summary>True where the row has no value.</summary>
    public bool IsNull(int row) => _vector.IsNull(Checked(row));

    /// <summary>The value as .NET has it, null for NULL: <c>bool</c>; <c>sbyte</c> to <c>ulong</c>, <c>Int128</c>, <c>UInt128</c>, <c>BigInteger</c>;
    /// <c>float</c>, <c>double</c>; <see cref="DuckDbDecimal"/>; <c>string</c> for VARCHAR, JSON, ENUM and BIT; <c>byte[]</c>; <c>Guid</c>; <see cref="DuckDbDate"/>,
    /// <see cref="DuckDbTime"/>, <see cref="DuckDbTimeTz"/>, <see cref="DuckDbTimestamp"/>, <see cref="DuckDbInterval"/>; <c>object[]</c> for LIST and ARRAY; arrays of
    /// pairs for MAP and STRUCT, in their order; for UNION the value of its member.</summary>
    public object? GetValue(int row) => _vector.Value(Checked(row));

    /// <summary>A VARCHAR, JSON, or ENUM as it is, any other value as DuckDB spells it; null for NULL.</summary>
    public string? GetText(int row) => IsNull(row) ? null : DuckDbText.Of(_vector, row);

    /// <summary>The UTF-8 of a VARCHAR or the bytes of a BLOB, without a copy: it dies with the chunk. Empty for NULL.</summary>
    public ReadOnlySpan<byte> GetBytes(int row)
    {
        if (Type.Kind is not (DuckDbKind.Varchar or DuckDbKind.Blob))
            throw NotA("VARCHAR or BLOB");
        return IsNull(row) ? default : _vector.Bytes(row);
    }

    /// <summary>A boolean.</summary>
    public bool GetBoolean(int row) => Type.Kind == DuckDbKind.Boolean ? Present(row) && _vector.Raw<byte>(row) != 0 : throw NotA("BOOLEAN");

    /// <summary>Any integer or whole decimal that fits 64 bits; a count or a sum.</summary>
    /// <exception cref="OverflowException">It does not fit.</exception>
    public long GetInt64(int row) => Present(row) ? Type.Kind switch
    {
        DuckDbKind.BigInt => _vector.Raw<long>(row),
        DuckDbKind.Integer => _vector.Raw<int>(row),
        DuckDbKind.SmallInt => _vector.Raw<short>(row),
        DuckDbKind.TinyInt => _vector.Raw<sbyte>(row),
        DuckDbKind.UTinyInt => _vector.Raw<byte>(row),
        DuckDbKind.USmallInt => _vector.Raw<ushort>(row),
        DuckDbKind.UInteger => _vector.Raw<uint>(row),
        DuckDbKind.UBigInt => checked((long)_vector.Raw<ulong>(row)),
        DuckDbKind.HugeInt => checked((long)_vector.Raw<Int128>(row)),
        DuckDbKind.UHugeInt => checked((long)_vector.Raw<UInt128>(row)),
        DuckDbKind.Decimal when Type.Scale == 0 => checked((long)_vector.Decimal(row).Unscaled),
        _ => throw NotA("integer"),
    } : 0;

    /// <summary>A float, double, decimal or integer, as near as a double comes.</summary>
    public double GetDouble(int row) => Present(row) ? Type.Kind switch
    {
        DuckDbKind.Double => _vector.Raw<double>(row),
        DuckDbKind.Float => _vector.Raw<float>(row),
        DuckDbKind.Decimal => double.Parse(_vector.Decimal(row).ToString()),
        _ => GetInt64(row),
    } : 0;

    /// <summary>A timestamp of any precision, or a date's midnight, as UTC.</summary>
    public DateTime GetDateTime(int row) => Present(row) ? _vector.Value(row) switch
    {
        DuckDbTimestamp timestamp => timestamp.ToDateTime(),
        DuckDbDate date => date.ToDateOnly().ToDateTime(default, DateTimeKind.Utc),
        _ => throw NotA("TIMESTAMP or DATE"),
    } : default;

    // A wrong guess at nulls is a bug of the caller's and must not read as nought.
    bool Present(int row) =>
        IsNull(row) ? throw new DuckDbException($"column {Name}: row {row} is NULL; ask IsNull first, or GetValue or GetText, which have null.") : true;

    int Checked(int row) =>
        (uint)row < (uint)_rows ? row : throw new ArgumentOutOfRangeException(nameof(row), row, $"column {Name}: the chunk has {_rows} rows.");

    DuckDbException NotA(string expected) => new($"column {Name}: expected {expected}, found {Type}.");
}
