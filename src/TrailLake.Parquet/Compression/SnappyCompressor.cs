using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace TrailLake.Parquet.Compression;

// Snappy's raw format, https://github.com/google/snappy/blob/main/format_description.txt:
//   varint length of the whole | elements
//   literal: (length - 1) << 2 | 0, or 60..63 << 2 with the length in the next 1..4 bytes | bytes
//   copy: offset's bits 8-10 << 5 | (length - 4) << 2 | 1 | offset's low byte       4 to 11 bytes, back less than 2,048
//   copy: (length - 1) << 2 | 2 | offset in two bytes                               1 to 64 bytes, back less than 65,536
sealed class SnappyCompressor : Compressor
{
    const int BlockSize = 1 << 16; // matches reach back within a block, so that offsets take two bytes at most
    const int MostHashBits = 14;

    readonly ushort[] _table = new ushort[1 << MostHashBits];

    public override ParquetCodec Codec => ParquetCodec.Snappy;

    public override int Compress(ReadOnlySpan<byte> source, ByteBuffer target, bool lettersOnly)
    {
        var start = target.Length;
        target.WriteVarint((uint)source.Length);
        for (var at = 0; at < source.Length; at += BlockSize)
        {
            CompressBlock(source.Slice(at, Math.Min(BlockSize, source.Length - at)), target);
        }
        return target.Length - start;
    }

    public override void Dispose() { }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void CompressBlock(ReadOnlySpan<byte> block, ByteBuffer target)
    {
        var bits = Math.Clamp(BitOperations.Log2((uint)block.Length) + 1, 8, MostHashBits);
        var table = _table.AsSpan(0, 1 << bits);
        table.Clear();
        var (literalFrom, at) = (0, 1);
        while (at + 8 <= block.Length)
        {
            var word = Word(block, at);
            ref var slot = ref table[(int)(word * 0x1E35A7BD >> (32 - bits))];
            var candidate = (int)slot;
            slot = (ushort)at;
            if (Word(block, candidate) != word)
            {
                at += 1 + (at - literalFrom >> 5); // the longer nothing matches, the larger the steps
                continue;
            }
            var length = 4 + block[(at + 4)..].CommonPrefixLength(block[(candidate + 4)..]);
            Literal(target, block[literalFrom..at]);
            Copy(target, at - candidate, length);
            at += length;
            literalFrom = at;
        }
        Literal(target, block[literalFrom..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint Word(ReadOnlySpan<byte> block, int at) => BinaryPrimitives.ReadUInt32LittleEndian(block[at..]);

    static void Literal(ByteBuffer target, ReadOnlySpan<byte> bytes)
    {
        var last = bytes.Length - 1;
        switch (last)
        {
            case < 0:
                return;
            case < 60:
                target.Write((byte)(last << 2));
                break;
            case < 256:
                target.Write(60 << 2);
                target.Write((byte)last);
                break;
            default: // a block's literals are at most 65,536 bytes
                target.Write(61 << 2);
                target.Write((byte)last);
                target.Write((byte)(last >> 8));
                break;
        }
        target.Write(bytes);
    }

    static void Copy(ByteBuffer target, int offset, int length)
    {
        while (length > 0)
        {
            var part = length > 64 && length < 68 ? length - 4 : Math.Min(length, 64); // what is left must not fall below 4
            if (part is >= 4 and <= 11 && offset < 2048)
            {
                target.Write((byte)(offset >> 8 << 5 | part - 4 << 2 | 1));
                target.Write((byte)offset);
            }
            else
            {
                target.Write((byte)(part - 1 << 2 | 2));
                target.Write((byte)offset);
                target.Write((byte)(offset >> 8));
            }
            length -= part;
        }
    }
}
