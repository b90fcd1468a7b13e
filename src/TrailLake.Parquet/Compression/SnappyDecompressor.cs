using System.Buffers.Binary;

namespace TrailLake.Parquet.Compression;

/// <summary>Reads what <see cref="SnappyCompressor"/>, or any other, wrote; the format is drawn there.</summary>
static class SnappyDecompressor
{
    /// <summary>The length that the first bytes tell, or -1.</summary>
    public static long SizeOf(ReadOnlySpan<byte> source) => TryLength(source, out var length, out _) ? length : -1;

    /// <summary>Fills the target exactly, or returns false.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> target)
    {
        if (!TryLength(source, out var length, out var at) || length != target.Length)
        {
            return false;
        }
        var filled = 0;
        while (at < source.Length)
        {
            var tag = source[at++];
            var isDone = (tag & 3) == 0
                ? TryLiteral(source, ref at, tag >> 2, target, ref filled)
                : TryCopy(source, ref at, tag, target, ref filled);
            if (!isDone)
            {
                return false;
            }
        }
        return filled == target.Length;
    }

    static bool TryLiteral(ReadOnlySpan<byte> source, ref int at, int last, Span<byte> target, ref int filled)
    {
        var bytes = last - 59; // of a length that stands by itself
        if (bytes > 0)
        {
            if (bytes > source.Length - at)
            {
                return false;
            }
            last = 0;
            for (var i = 0; i < bytes; i++)
            {
                last |= source[at++] << 8 * i;
            }
        }
        var length = (long)(uint)last + 1;
        if (length > source.Length - at || length > target.Length - filled)
        {
            return false;
        }
        source.Slice(at, (int)length).CopyTo(target[filled..]);
        at += (int)length;
        filled += (int)length;
        return true;
    }

    static bool TryCopy(ReadOnlySpan<byte> source, ref int at, byte tag, Span<byte> target, ref int filled)
    {
        var offsetBytes = (tag & 3) switch { 1 => 1, 2 => 2, _ => 4 };
        if (offsetBytes > source.Length - at)
        {
            return false;
        }
        var (length, offset) = (tag & 3) switch
        {
            1 => ((tag >> 2 & 7) + 4, (uint)((tag >> 5) << 8 | source[at])),
            2 => ((tag >> 2) + 1, BinaryPrimitives.ReadUInt16LittleEndian(source[at..])),
            _ => ((tag >> 2) + 1, BinaryPrimitives.ReadUInt32LittleEndian(source[at..])),
        };
        at += offsetBytes;
        if (offset == 0 || offset > (uint)filled || length > target.Length - filled)
        {
            return false;
        }
        // What is copied may reach into what is being written: then it repeats.
        for (var i = 0; i < length; i++)
        {
            target[filled + i] = target[filled + i - (int)offset];
        }
        filled += length;
        return true;
    }

    static bool TryLength(ReadOnlySpan<byte> source, out uint length, out int at)
    {
        (length, at) = (0, 0);
        for (var shift = 0; shift < 35 && at < source.Length; shift += 7)
        {
            var next = source[at++];
            length |= (uint)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return length <= int.MaxValue;
            }
        }
        return false;
    }
}
