using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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

    /// <summary>A 64-bit hash by folded 128-bit multiplication, eight to sixteen bytes a step; for tables in memory only.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> text)
    {
        const ulong seed = 0x9E37_79B9_7F4A_7C15, odd = 0xD6E8_FEB8_6659_FD93;
        var hash = seed ^ (ulong)text.Length;
        var rest = text;
        for (; rest.Length > 16; rest = rest[16..])
            hash = Fold(Read(rest) ^ odd, Read(rest[8..]) ^ hash);
        return rest.Length >= 8
            ? Fold(Read(rest) ^ odd, Read(rest[^8..]) ^ hash)
            : Fold(ReadTail(rest) ^ odd, hash ^ seed);
    }

    static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }

    static ulong Read(ReadOnlySpan<byte> text) => MemoryMarshal.Read<ulong>(text);

    static ulong ReadTail(ReadOnlySpan<byte> text)
    {
        if (text.Length >= 4)
            return MemoryMarshal.Read<uint>(text) | ((ulong)MemoryMarshal.Read<uint>(text[^4..]) << 32);
        return text.IsEmpty ? 0 : text[0] | ((ulong)text[text.Length / 2] << 8) | ((ulong)text[^1] << 16);
    }
}
