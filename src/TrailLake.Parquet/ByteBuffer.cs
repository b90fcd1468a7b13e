using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TrailLake.Parquet;

/// <summary>A growing run of bytes in native memory, cleared and used again. Its memory does not burden the garbage
/// collector, and it moves only when it grows.</summary>
sealed unsafe class ByteBuffer : IDisposable
{
    const int Smallest = 4096;

    byte* _bytes;
    int _capacity;
    int _length;

    public int Length => _length;

    public int Capacity => _capacity;

    public ReadOnlySpan<byte> Written => new(_bytes, _length);

    public void Clear() => _length = 0;

    /// <summary>Forgets what stands behind <paramref name="length"/>.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)_length);
        _length = length;
    }

    /// <summary>Room for <paramref name="count"/> more bytes, with whatever they held before; <see cref="Advance"/> keeps them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Reserve(int count)
    {
        if (count > _capacity - _length)
        {
            Grow(count);
        }
        return new Span<byte>(_bytes + _length, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int count)
    {
        if ((uint)count > (uint)(_capacity - _length))
        {
            ThrowPastReserve();
        }
        _length += count;
    }

    /// <summary>Bytes that were already written, to be changed in place.</summary>
    public Span<byte> At(int offset, int count) => new Span<byte>(_bytes, _length).Slice(offset, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(byte value)
    {
        if (_length == _capacity)
        {
            Grow(1);
        }
        _bytes[_length++] = value;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _length += bytes.Length;
    }

    public void WriteInt32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Reserve(sizeof(int)), value);
        _length += sizeof(int);
    }

    /// <summary>Appends an unsigned LEB128 number, as Thrift and Parquet's encodings have them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void WriteVarint(ulong value)
    {
        if (_capacity - _length < 10)
        {
            Grow(10);
        }
        var at = _bytes + _length;
        while (value >= 0x80)
        {
            *at++ = (byte)(value | 0x80);
            value >>= 7;
        }
        *at++ = (byte)value;
        _length = (int)(at - _bytes);
    }

    /// <summary>Appends a signed number, small ones in few bytes.</summary>
    public void WriteZigZag(long value) => WriteVarint((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Gives memory back that one unusually large use had taken.</summary>
    public void TrimTo(int capacity)
    {
        if (_capacity > capacity && _length <= capacity)
        {
            _bytes = (byte*)NativeMemory.Realloc(_bytes, (nuint)capacity);
            _capacity = capacity;
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(_bytes);
        _bytes = null;
        _capacity = _length = 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Grow(int count)
    {
        var needed = (long)_length + count;
        if (needed > Array.MaxLength)
        {
            throw new ParquetException($"Expected less than 2 GiB of values in one row group, found at least {needed:N0} bytes; use smaller row groups.");
        }
        var capacity = Math.Min(Array.MaxLength, Math.Max(Math.Max(Smallest, needed), _capacity * 2L));
        _bytes = (byte*)NativeMemory.Realloc(_bytes, (nuint)capacity);
        _capacity = (int)capacity;
    }

    static void ThrowPastReserve() => throw new InvalidOperationException("Advanced past what was reserved.");
}
