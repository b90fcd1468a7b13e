using System.Buffers.Binary;
using System.Numerics;
using TrailLake.Parquet.Encodings;

namespace TrailLake.Parquet.Reading;

/// <summary>Undoes the encodings of <see cref="Encodings"/>. Nothing is believed: a page that says more than it holds is an error.</summary>
ref struct PageDecoder(ReadOnlySpan<byte> body, ReadPlace place)
{
    readonly ReadOnlySpan<byte> _body = body;
    int _at;

    public readonly int Remaining => _body.Length - _at;

    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > Remaining)
        {
            throw place.Wrong($"{count} more bytes in the page", $"{Remaining}");
        }
        var bytes = _body.Slice(_at, (int)count);
        _at += (int)count;
        return bytes;
    }

    /// <summary>Levels of a data page, version 1: their length in four bytes, then the hybrid.</summary>
    public void ReadLevels(Span<int> levels, int width)
    {
        var inner = new PageDecoder(Take(BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)))), place);
        inner.ReadHybrid(levels, width);
    }

    /// <summary>Runs and bit-packed stretches, see <see cref="RleHybrid"/>.</summary>
    public void ReadHybrid(Span<int> values, int width)
    {
        if (width is < 0 or > 32)
        {
            throw place.Wrong("a bit width of at most 32", $"{width}");
        }
        while (values.Length > 0)
        {
            var header = ReadVarint();
            if ((header & 1) == 0)
            {
                var run = (int)Math.Min(header >> 1, (ulong)values.Length);
                if (run == 0)
                {
                    throw place.Wrong("a run of at least one value", "none");
                }
                values[..run].Fill(ReadRunValue(width));
                values = values[run..];
                continue;
            }
            var groups = header >> 1;
            if (groups == 0 || groups > (ulong)_body.Length || groups * (ulong)width > (ulong)Remaining)
            {
                throw place.Wrong($"bit-packed groups that fit in {Remaining} bytes", $"{groups} groups of {width} bits");
            }
            var packed = Take((long)groups * width);
            var count = (int)Math.Min(groups * 8, (ulong)values.Length);
            BitPacking.Unpack(packed, values[..count], width);
            values = values[count..];
        }
    }

    int ReadRunValue(int width)
    {
        var value = 0u;
        var bytes = Take((width + 7) / 8);
        for (var i = 0; i < bytes.Length; i++)
        {
            value |= (uint)bytes[i] << 8 * i;
        }
        return width == 32 || value < 1u << width ? (int)value : throw place.Wrong($"a value of {width} bits", $"{value}");
    }

    /// <summary>See <see cref="DeltaBinaryPacked"/>.</summary>
    public void ReadDeltas(Span<long> values, bool are32Bits)
    {
        var (blockSize, miniBlocks, count) = (ReadVarint(), ReadVarint(), ReadVarint());
        if (blockSize is 0 or > 1 << 20 || miniBlocks is 0 or > 1024 || blockSize % (miniBlocks * 32) != 0 || count != (ulong)values.Length)
        {
            throw place.Wrong($"differences of {values.Length} values", $"{count} in blocks of {blockSize} with {miniBlocks} parts");
        }
        var value = ReadZigZag();
        if (values.Length > 0)
        {
            values[0] = value;
            values = values[1..];
        }
        var perMini = (int)(blockSize / miniBlocks);
        while (values.Length > 0)
        {
            var least = ReadZigZag();
            var widths = Take((long)miniBlocks);
            for (var mini = 0; mini < widths.Length && values.Length > 0; mini++)
            {
                var width = widths[mini];
                if (width > 64)
                {
                    throw place.Wrong("a bit width of at most 64", $"{width}");
                }
                var packed = Take((long)perMini / 8 * width);
                var part = values[..Math.Min(perMini, values.Length)];
                for (var i = 0; i < part.Length; i++)
                {
                    var difference = width == 0 ? 0 : (long)BitPacking.Read(packed, (long)i * width, width);
                    value += least + difference;
                    part[i] = value = are32Bits ? (int)value : value;
                }
                values = values[part.Length..];
            }
        }
    }

    /// <summary>One PLAIN byte array's bytes.</summary>
    public ReadOnlySpan<byte> ReadByteArray() => Take(BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int))));

    public void ReadPlain(Span<long> values, int size)
    {
        var bytes = Take((long)values.Length * size);
        for (var i = 0; i < values.Length; i++, bytes = bytes[size..])
        {
            values[i] = size == sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes);
        }
    }

    public void ReadBits(Span<long> values)
    {
        var bytes = Take((values.Length + 7) / 8);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = bytes[i >> 3] >> (i & 7) & 1;
        }
    }

    public byte ReadByte() => Take(1)[0];

    long ReadZigZag()
    {
        var value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
        throw place.Wrong("a number of at most ten bytes in the page", "a longer one");
    }
}
