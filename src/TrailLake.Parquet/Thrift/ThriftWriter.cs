using System.Runtime.CompilerServices;

namespace TrailLake.Parquet.Thrift;

// Thrift's compact protocol, as Parquet's metadata has it:
//   field header: 4 bits of id (difference to the field before, 1..15) | 4 bits of type
//   i32, i64: zigzag varint     binary: varint length | bytes     struct: fields | 00
//   list: 4 bits of size (15: a varint follows) | 4 bits of element type | elements
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
enum ThriftType : byte
{
    Stop = 0,
    True = 1,
    False = 2,
    Byte = 3,
    Int16 = 4,
    Int32 = 5,
    Int64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Set = 10,
    Map = 11,
    Struct = 12,
}

/// <summary>Writes Thrift structs to a buffer. Ids must rise within a struct by 15 at most, as they do in parquet.thrift.</summary>
ref struct ThriftWriter(ByteBuffer target)
{
    readonly ByteBuffer _target = target;
    int _last;

    /// <summary>Begins a struct that is a field; give what it returns to <see cref="End"/>.</summary>
    public int Struct(int id)
    {
        Header(id, ThriftType.Struct);
        return Element();
    }

    /// <summary>Begins a struct that is an element of a list, or the outermost.</summary>
    public int Element()
    {
        var outer = _last;
        _last = 0;
        return outer;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void End(int outer)
    {
        _target.Write((byte)ThriftType.Stop);
        _last = outer;
    }

    public void EmptyStruct(int id) => End(Struct(id));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Int32(int id, int value)
    {
        Header(id, ThriftType.Int32);
        _target.WriteZigZag(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Int64(int id, long value)
    {
        Header(id, ThriftType.Int64);
        _target.WriteZigZag(value);
    }

    public void Bool(int id, bool value) => Header(id, value ? ThriftType.True : ThriftType.False);

    public void Binary(int id, scoped ReadOnlySpan<byte> value)
    {
        Header(id, ThriftType.Binary);
        Binary(value);
    }

    /// <summary>An element of a list of texts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Binary(scoped ReadOnlySpan<byte> value)
    {
        _target.WriteVarint((uint)value.Length);
        _target.Write(value);
    }

    /// <summary>An element of a list of integers.</summary>
    public readonly void Integer(long value) => _target.WriteZigZag(value);

    /// <summary>An element of a list of booleans.</summary>
    public readonly void Bool(bool value) => _target.Write((byte)(value ? ThriftType.True : ThriftType.False));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void List(int id, ThriftType element, int count)
    {
        Header(id, ThriftType.List);
        if (count < 15)
        {
            _target.Write((byte)(count << 4 | (int)element));
            return;
        }
        _target.Write((byte)(0xF0 | (int)element));
        _target.WriteVarint((uint)count);
    }

    void Header(int id, ThriftType type)
    {
        _target.Write((byte)(id - _last << 4 | (int)type));
        _last = id;
    }
}
