using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace TrailLake.Parquet;

/// <summary>xxHash64 with seed 0, which Parquet's bloom filters are made of.
/// https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md</summary>
public static class XxHash64
{
    const ulong P1 = 0x9E3779B185EBCA87, P2 = 0xC2B2AE3D27D4EB4F, P3 = 0x165667B19E3779F9, P4 = 0x85EBCA77C2B2AE63, P5 = 0x27D4EB2F165667C5;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = P5;
        var rest = bytes;
        if (rest.Length >= 32)
        {
            ulong a = unchecked(P1 + P2), b = P2, c = 0, d = unchecked(0 - P1);
            do
            {
                a = Round(a, Word(rest));
                b = Round(b, Word(rest[8..]));
                c = Round(c, Word(rest[16..]));
                d = Round(d, Word(rest[24..]));
                rest = rest[32..];
            }
            while (rest.Length >= 32);
            hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
            hash = Merge(Merge(Merge(Merge(hash, a), b), c), d);
        }
        hash += (ulong)bytes.Length;
        for (; rest.Length >= 8; rest = rest[8..])
        {
            hash = BitOperations.RotateLeft(hash ^ Round(0, Word(rest)), 27) * P1 + P4;
        }
        if (rest.Length >= 4)
        {
            hash = BitOperations.RotateLeft(hash ^ BinaryPrimitives.ReadUInt32LittleEndian(rest) * P1, 23) * P2 + P3;
            rest = rest[4..];
        }
        foreach (var value in rest)
        {
            hash = BitOperations.RotateLeft(hash ^ value * P5, 11) * P1;
        }
        hash = (hash ^ hash >> 33) * P2;
        hash = (hash ^ hash >> 29) * P3;
        return hash ^ hash >> 32;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Round(ulong lane, ulong word) => BitOperations.RotateLeft(lane + word * P2, 31) * P1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Merge(ulong hash, ulong lane) => (hash ^ Round(0, lane)) * P1 + P4;
}
