using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace TrailLake.DuckDb;

// A vector is a column of one chunk, up to 2,048 rows: `data`, one fixed-width value a row, and `validity`, one bit a row
// (64-bit words, lowest bit first; no array at all means no nulls). What a row's value is, by type:
//   VARCHAR, BLOB, BIT, BIGNUM   16 bytes: length (4) | up to 12 bytes of it, or 4 of its first bytes and a pointer (8)
//   DECIMAL                      2, 4, 8 or 16 bytes by its width: up to 4, 9, 18, 38 digits
//   UUID                         16 bytes, the first bit turned so that it sorts as a signed number
//   ENUM                         1, 2 or 4 bytes by the size of its dictionary
//   LIST, MAP                    offset (8) | length (8) into the one child vector; MAP's child is a STRUCT(key, value)
//   ARRAY                        nothing; row r has the child's values r·n up to r·n + n
//   STRUCT                       nothing; one child vector a field.   UNION: a STRUCT whose first child is the tag (1 byte)

/// <summary>Reads the values of one column, or of the values inside it, of the chunk that it is bound to.</summary>
sealed unsafe class DuckDbVector(DuckDbType type)
{
    readonly DuckDbVector[] _children = ChildrenOf(type);
    byte* _data;
    ulong* _validity;

    public DuckDbType Type => type;

    /// <summary>The element of a list or array; a map's key and value; a struct's fields; a union's members.</summary>
    public ReadOnlySpan<DuckDbVector> Children => _children;

    static DuckDbVector[] ChildrenOf(DuckDbType type) => [.. type.Inner.Select(inner => new DuckDbVector(inner))];

    /// <summary>Points at another chunk's vector; nothing is copied, so all spans die with the chunk.</summary>
    public void Bind(nint vector)
    {
        _data = (byte*)DuckDbNative.VectorData(vector);
        _validity = (ulong*)DuckDbNative.VectorValidity(vector);
        switch (type.Kind)
        {
            case DuckDbKind.List:
                _children[0].Bind(DuckDbNative.ListChild(vector));
                break;
            case DuckDbKind.Array:
                _children[0].Bind(DuckDbNative.ArrayChild(vector));
                break;
            case DuckDbKind.Map:
                var entries = DuckDbNative.ListChild(vector);
                _children[0].Bind(DuckDbNative.StructChild(entries, 0));
                _children[1].Bind(DuckDbNative.StructChild(entries, 1));
                break;
            case DuckDbKind.Struct:
                BindFields(vector, 0);
                break;
            case DuckDbKind.Union:
                _data = (byte*)DuckDbNative.VectorData(DuckDbNative.StructChild(vector, 0));
                BindFields(vector, 1);
                break;
            default:
                break;
        }
    }

    void BindFields(nint vector, int first)
    {
        for (var field = 0; field < _children.Length; field++)
            _children[field].Bind(DuckDbNative.StructChild(vector, (ulong)(field + first)));
    }

    public bool IsNull(int row) =>
        type.Kind == DuckDbKind.SqlNull || (_validity != null && (_validity[row >> 6] >> (row & 63) & 1) == 0);

    /// <summary>The row's value as it lies in memory.</summary>
    public T Raw<T>(int row)
        where T : unmanaged => Unsafe.ReadUnaligned<T>(_data + (long)row * sizeof(T));

    /// <summary>The bytes of a VARCHAR (UTF-8), BLOB, BIT, BIGNUM or GEOMETRY.</summary>
    public ReadOnlySpan<byte> Bytes(int row)
    {
        var text = _data + (long)row * 16;
        var length = *(int*)text;
        return new(length <= 12 ? text + 4 : *(byte**)(text + 8), length);
    }

    /// <summary>Where the elements of a LIST, MAP or ARRAY stand in the children.</summary>
    public (int First, int Count) Elements(int row)
    {
        if (type.Kind == DuckDbKind.Array)
            return (row * type.ArraySize, type.ArraySize);

        var entry = (ulong*)(_data + (long)row * 16);
        return ((int)entry[0], (int)entry[1]);
    }

    /// <summary>Which member of a UNION the row holds.</summary>
    public int UnionTag(int row) => _data[row];

    public string EnumText(int row) => type.EnumValues[type.EnumValues.Length switch
    {
        <= 0x100 => Raw<byte>(row),
        <= 0x10000 => Raw<ushort>(row),
        _ => (int)Raw<uint>(row),
    }];

    public DuckDbDecimal Decimal(int row) => new(type.Width switch
    {
        <= 4 => Raw<short>(row),
        <= 9 => Raw<int>(row),
        <= 18 => Raw<long>(row),
        _ => Raw<Int128>(row),
    }, type.Scale);

    public Guid Uuid(int row)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, Raw<UInt128>(row) ^ (UInt128.One << 127));
        return new(bytes, bigEndian: true);
    }

    public DuckDbTimeTz TimeTz(int row)
    {
        // 40 bits of microseconds, then 24 of the offset, turned round so that the later offset sorts first.
        const int LargestOffset = 16 * 60 * 60 - 1;
        var bits = Raw<ulong>(row);
        return new((long)(bits >> 24), LargestOffset - (int)(bits & 0xFF_FFFF));
    }

    public DuckDbTimestamp Timestamp(int row) => new(Raw<long>(row), type.Kind switch
    {
        DuckDbKind.TimestampS => 1,
        DuckDbKind.TimestampMs => 1_000,
        DuckDbKind.TimestampNs => 1_000_000_000,
        _ => 1_000_000,
    }, type.Kind == DuckDbKind.TimestampTz);

    public DuckDbInterval Interval(int row)
    {
        var parts = (int*)(_data + (long)row * 16);
        return new(parts[0], parts[1], *(long*)(parts + 2));
    }

    /// <summary>A BIT as noughts and ones. Its first byte says how many of the next one's bits are padding.</summary>
    public string Bits(int row)
    {
        var bytes = Bytes(row);
        var text = new StringBuilder(bytes.Length * 8);
        for (var bit = 8 + bytes[0]; bit < bytes.Length * 8; bit++)
            text.Append((bytes[bit >> 3] >> (7 - (bit & 7)) & 1) == 0 ? '0' : '1');
        return text.ToString();
    }

    /// <summary>A BIGNUM: three bytes of header whose first bit is set for positive numbers, then the magnitude, largest byte
    /// first; all bits of a negative number are turned.</summary>
    public BigInteger BigNum(int row)
    {
        var bytes = Bytes(row);
        var isNegative = (bytes[0] & 0x80) == 0;
        var magnitude = bytes[3..].ToArray();
        if (isNegative)
        {
            foreach (ref var part in magnitude.AsSpan())
                part = (byte)~part;
        }

        var value = new BigInteger(magnitude, isUnsigned: true, isBigEndian: true);
        return isNegative ? -value : value;
    }

    /// <summary>The value as an object: what <see cref="DuckDbColumn.GetValue"/> documents.</summary>
    public object? Value(int row) => IsNull(row) ? null : type.Kind switch
    {
        DuckDbKind.Boolean => Raw<byte>(row) != 0,
        DuckDbKind.TinyInt => Raw<sbyte>(row),
        DuckDbKind.SmallInt => Raw<short>(row),
        DuckDbKind.Integer => Raw<int>(row),
        DuckDbKind.BigInt => Raw<long>(row),
        DuckDbKind.HugeInt => Raw<Int128>(row),
        DuckDbKind.UTinyInt => Raw<byte>(row),
        DuckDbKind.USmallInt => Raw<ushort>(row),
        DuckDbKind.UInteger => Raw<uint>(row),
        DuckDbKind.UBigInt => Raw<ulong>(row),
        DuckDbKind.UHugeInt => Raw<UInt128>(row),
        DuckDbKind.Float => Raw<float>(row),
        DuckDbKind.Double => Raw<double>(row),
        DuckDbKind.Decimal => Decimal(row),
        DuckDbKind.BigNum => BigNum(row),
        DuckDbKind.Varchar => Encoding.UTF8.GetString(Bytes(row)),
        DuckDbKind.Blob or DuckDbKind.Geometry => Bytes(row).ToArray(),
        DuckDbKind.Bit => Bits(row),
        DuckDbKind.Enum => EnumText(row),
        DuckDbKind.Uuid => Uuid(row),
        DuckDbKind.Date => new DuckDbDate(Raw<int>(row)),
        DuckDbKind.Time => new DuckDbTime(Raw<long>(row) * 1000),
        DuckDbKind.TimeNs => new DuckDbTime(Raw<long>(row)),
        DuckDbKind.TimeTz => TimeTz(row),
        DuckDbKind.Timestamp or DuckDbKind.TimestampS or DuckDbKind.TimestampMs or DuckDbKind.TimestampNs or DuckDbKind.TimestampTz => Timestamp(row),
        DuckDbKind.Interval => Interval(row),
        DuckDbKind.List or DuckDbKind.Array => ListValue(row),
        DuckDbKind.Map => MapValue(row),
        DuckDbKind.Struct => StructValue(row),
        DuckDbKind.Union => _children[UnionTag(row)].Value(row),
        _ => throw new DuckDbException($"a value of the type {type} (DuckDB's number {(int)type.Kind}) cannot be read here; cast it to VARCHAR."),
    };

    object?[] ListValue(int row)
    {
        var (first, count) = Elements(row);
        var list = new object?[count];
        for (var index = 0; index < count; index++)
            list[index] = _children[0].Value(first + index);
        return list;
    }

    KeyValuePair<object, object?>[] MapValue(int row)
    {
        var (first, count) = Elements(row);
        var map = new KeyValuePair<object, object?>[count];
        for (var index = 0; index < count; index++)
            map[index] = new(_children[0].Value(first + index)!, _children[1].Value(first + index));
        return map;
    }

    KeyValuePair<string, object?>[] StructValue(int row)
    {
        var fields = new KeyValuePair<string, object?>[_children.Length];
        for (var field = 0; field < fields.Length; field++)
            fields[field] = new(type.FieldNames[field], _children[field].Value(row));
        return fields;
    }
}
