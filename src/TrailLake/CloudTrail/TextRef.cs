using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace TrailLake.CloudTrail;

/// <summary>UTF-8 bytes that stand somewhere in native memory, with part of their hash. Whoever hands one out says how long it lives.</summary>
unsafe struct TextRef
{
    public byte* Start;
    public int Length;
    public uint Hash;

    public readonly ReadOnlySpan<byte> Span => new(Start, Length);

    public readonly bool Is(ReadOnlySpan<byte> text, uint hash) => Hash == hash && Span.SequenceEqual(text);

    /// <summary>Points at bytes that do not move: a log file's window, or an arena.</summary>
    public static TextRef To(ReadOnlySpan<byte> native, ulong hash) => new()
    {
        Start = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(native)),
        Length = native.Length,
        Hash = (uint)(hash >> 32),
    };

    /// <summary>A 64-bit hash by folded 128-bit multiplication, in two lanes of sixteen bytes a step; for tables in memory only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong HashOf(ReadOnlySpan<byte> text)
    {
        const ulong seed = 0x9E37_79B9_7F4A_7C15, odd = 0xD6E8_FEB8_6659_FD93;
        ref var at = ref MemoryMarshal.GetReference(text);
        var rest = (uint)text.Length;
        var hash = seed ^ rest;
        if (rest > 32)
        {
            for (var second = hash; ; rest -= 32, at = ref Unsafe.Add(ref at, 32))
            {
                if (rest <= 32)
                {
                    hash ^= second;
                    break;
                }
                hash = Fold(Read(ref at, 0) ^ odd, Read(ref at, 8) ^ hash);
                second = Fold(Read(ref at, 16) ^ seed, Read(ref at, 24) ^ second);
            }
        }
        if (rest > 16)
        {
            hash = Fold(Read(ref at, 0) ^ odd, Read(ref at, 8) ^ hash);
            at = ref Unsafe.Add(ref at, rest - 16);
            rest = 16;
        }
        return rest >= 8
            ? Fold(Read(ref at, 0) ^ odd, Read(ref at, rest - 8) ^ hash)
            : Fold(ReadShort(ref at, rest) ^ odd, hash ^ seed);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Fold(ulong a, ulong b)
    {
        if (Bmi2.X64.IsSupported) // compiled ahead of time, BigMul is a call of its fallback: 1 % of a run
        {
            ulong product;
            return Bmi2.X64.MultiplyNoFlags(a, b, &product) ^ product;
        }
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Read(ref byte at, uint offset) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref at, offset));

    static ulong ReadShort(ref byte at, uint length)
    {
        if (length >= 4)
            return Unsafe.ReadUnaligned<uint>(ref at) | ((ulong)Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref at, length - 4)) << 32);
        return length == 0 ? 0 : at | ((ulong)Unsafe.Add(ref at, length / 2) << 8) | ((ulong)Unsafe.Add(ref at, length - 1) << 16);
    }
}
