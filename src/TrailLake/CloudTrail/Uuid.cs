using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TrailLake.CloudTrail;

/// <summary>A UUID in the one spelling that CloudTrail gives its ids: 36 letters, lower case. Ordered as its text is.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
readonly record struct Uuid(ulong High, ulong Low)
{
    /// <summary>Length of the text.</summary>
    public const int TextLength = 36;

    static ReadOnlySpan<byte> Digits => "0123456789abcdef"u8;

    /// <summary>Reads the canonical spelling; false for any other, which is then kept as text.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Uuid uuid)
    {
        uuid = default;
        if (text.Length != TextLength || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
            return false;
        return TryPack(Vector256.Create(Read64(text, 0), Join(text, 9, 14), Join(text, 19, 24), Read64(text, 28)).AsByte(), out uuid);
    }

    static ulong Read64(ReadOnlySpan<byte> text, int at) => MemoryMarshal.Read<ulong>(text[at..]);

    static ulong Join(ReadOnlySpan<byte> text, int first, int second) =>
        MemoryMarshal.Read<uint>(text[first..]) | ((ulong)MemoryMarshal.Read<uint>(text[second..]) << 32);

    // All 32 letters at once: each to its value, then pairs of values to bytes.
    static bool TryPack(Vector256<byte> letters, out Uuid uuid)
    {
        var digit = letters - Vector256.Create((byte)'0');
        var letter = letters - Vector256.Create((byte)'a');
        var isDigit = Vector256.LessThan(digit, Vector256.Create((byte)10));
        var isLetter = Vector256.LessThan(letter, Vector256.Create((byte)6));
        var values = Vector256.ConditionalSelect(isDigit, digit, letter + Vector256.Create((byte)10)).AsUInt16();
        var pairs = ((values << 4) | (values >>> 8)) & Vector256.Create((ushort)0xFF); // the first of two letters is the high half
        var bytes = Vector128.Narrow(pairs.GetLower(), pairs.GetUpper()).AsUInt64();
        uuid = new Uuid(BinaryPrimitives.ReverseEndianness(bytes[0]), BinaryPrimitives.ReverseEndianness(bytes[1]));
        return (isDigit | isLetter) == Vector256<byte>.AllBitsSet;
    }

    /// <summary>Writes the canonical spelling, 36 bytes.</summary>
    public void Format(Span<byte> target)
    {
        var bytes = Vector128.Create(BinaryPrimitives.ReverseEndianness(High), BinaryPrimitives.ReverseEndianness(Low)).AsByte();
        var digits = Vector128.Create(Digits);
        var (first, second) = (Shuffle(digits, bytes >>> 4), Shuffle(digits, bytes & Vector128.Create((byte)15)));
        var upper = (Vector128.WidenLower(first) | (Vector128.WidenLower(second) << 8)).AsUInt64();
        var lower = (Vector128.WidenUpper(first) | (Vector128.WidenUpper(second) << 8)).AsUInt64();
        Write(target, 0, upper[0]);
        Write(target, 9, (uint)upper[1]);
        Write(target, 14, (uint)(upper[1] >> 32));
        Write(target, 19, (uint)lower[0]);
        Write(target, 24, (uint)(lower[0] >> 32));
        Write(target, 28, lower[1]);
        target[8] = target[13] = target[18] = target[23] = (byte)'-';
    }

    // The same for indexes below 16; compiled ahead of time, the portable one is a call.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<byte> Shuffle(Vector128<byte> values, Vector128<byte> indexes) =>
        Ssse3.IsSupported ? Ssse3.Shuffle(values, indexes) : Vector128.Shuffle(values, indexes);

    static void Write<T>(Span<byte> target, int at, T letters)
        where T : unmanaged => MemoryMarshal.Write(target[at..], letters);
}
