using System.Runtime.CompilerServices;

namespace TrailLake.Parquet.Thrift;

/// <summary>Reads Thrift structs of bytes that nobody vouches for: every length is checked against what is there.</summary>
ref struct ThriftReader(ReadOnlySpan<byte> source, ReadPlace place)
{
    const int MostDepth = 32; // Parquet's metadata nests about eight deep

    readonly ReadOnlySpan<byte> _source = source;
    int _last;

    /// <summary>How many bytes were read.</summary>
    public int Position { get; private set; }

    /// <summary>Begins a struct; give what it returns to <see cref="End"/> after its fields.</summary>
    public int Begin()
    {
        var outer = _last;
        _last = 0;
        return outer;
    }

    public void End(int outer) => _last = outer;

    /// <summary>The next field of a struct; false at its end.</summary>
    public bool Next(out int id, out ThriftType type)
    {
        var header = Byte();
        type = (ThriftType)(header & 15);
        id = 0;
        if (type == ThriftType.Stop)
        {
            return false;
        }
        id = _last = header >> 4 != 0 ? _last + (header >> 4) : (short)ZigZag();
        return true;
    }

    public int Int32(ThriftType type)
    {
        var value = Int64(type);
        return value == (int)value ? (int)value : throw place.Wrong("a 32-bit integer in the metadata", $"{value}");
    }

    public long Int64(ThriftType type)
    {
        if (type is not (ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64))
        {
            throw place.Wrong("an integer in the metadata", $"Thrift type {(int)type}");
        }
        return ZigZag();
    }

    /// <summary>A boolean field, whose value is its type.</summary>
    public readonly bool Bool(ThriftType type) => type switch
    {
        ThriftType.True => true,
        ThriftType.False => false,
        _ => throw place.Wrong("a boolean in the metadata", $"Thrift type {(int)type}"),
    };

    public ReadOnlySpan<byte> Binary(ThriftType type)
    {
        Require(type, ThriftType.Binary);
        return Take(Varint());
    }

    /// <summary>A list's length and its elements' type; each element takes a byte at least, so the length is believable.</summary>
    public int List(ThriftType type, out ThriftType element)
    {
        Require(type, ThriftType.List);
        var header = Byte();
        element = (ThriftType)(header & 15);
        var count = header >> 4 < 15 ? (ulong)(header >> 4) : Varint();
        if (count > (ulong)(_source.Length - Position))
        {
            throw place.Wrong($"at most {_source.Length - Position} list elements in the metadata", $"{count}");
        }
        return (int)count;
    }

    public readonly void Require(ThriftType found, ThriftType expected)
    {
        if (found != expected)
        {
            throw place.Wrong($"Thrift type {(int)expected} in the metadata", $"{(int)found}");
        }
    }

    /// <summary>Passes over a list's elements, and gives their bytes.</summary>
    public ReadOnlySpan<byte> PassElements(int count, ThriftType element)
    {
        var start = Position;
        for (var i = 0; i < count; i++)
        {
            Skip(element);
        }
        return _source[start..Position];
    }

    /// <summary>Passes over a field's value.</summary>
    public void Skip(ThriftType type, int depth = 0)
    {
        if (depth > MostDepth)
        {
            throw place.Wrong($"metadata that nests at most {MostDepth} deep", "deeper");
        }
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                break;
            case ThriftType.Byte:
                Byte();
                break;
            case ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64:
                Varint();
                break;
            case ThriftType.Double:
                Take(sizeof(double));
                break;
            case ThriftType.Binary:
                Take(Varint());
                break;
            case ThriftType.List or ThriftType.Set:
                SkipList(depth);
                break;
            case ThriftType.Struct:
                var outer = Begin();
                while (Next(out _, out var field))
                {
                    Skip(field, depth + 1);
                }
                End(outer);
                break;
            default:
                throw place.Wrong("a Thrift type that Parquet uses", $"{(int)type}");
        }
    }

    void SkipList(int depth)
    {
        var count = List(ThriftType.List, out var element);
        for (var i = 0; i < count; i++)
        {
            // In a list a boolean is a byte, other than in a field.
            Skip(element is ThriftType.True or ThriftType.False ? ThriftType.Byte : element, depth + 1);
        }
    }

    long ZigZag()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
        throw place.Wrong("a number of at most ten bytes in the metadata", "a longer one");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    byte Byte() => Position < _source.Length ? _source[Position++] : throw place.Wrong("metadata that is whole", $"its end after {_source.Length} bytes");

    ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_source.Length - Position))
        {
            throw place.Wrong($"{length} more bytes of metadata", $"{_source.Length - Position}");
        }
        var bytes = _source.Slice(Position, (int)length);
        Position += (int)length;
        return bytes;
    }
}
