using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TrailLake.CloudTrail;

/// <summary>
/// Finds where JSON values end, without looking at what they hold. Blocks of 64 bytes become four bit masks; a
/// carry-less product turns the quotes into "is inside a string", and only brackets outside of strings are counted.
/// </summary>
/// <remarks>Memory must be readable for <see cref="Padding"/> bytes behind the end; what stands there does not matter.</remarks>
static unsafe class JsonScanner
{
    public const int Padding = 128;
    const int Block = 64;

    /// <summary>
    /// The place behind the bracket that closes the one at <paramref name="start"/>, or null if it is not closed
    /// before the end. Only this kind of bracket counts, so that a stray one of the other kind does no harm.
    /// </summary>
    /// <param name="start">Where to begin: at a bracket, or, with a depth, behind it.</param>
    /// <param name="end">Where the bytes end.</param>
    /// <param name="open">The opening bracket.</param>
    /// <param name="close">The closing bracket.</param>
    /// <param name="depth">How many brackets are open before the start.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static byte* FindClose(byte* start, byte* end, byte open, byte close, int depth = 0)
    {
        var carryEscape = 0UL;
        var carryString = 0UL;
        for (var at = start; at < end; at += Block)
        {
            ReadMasks(at, open, close, out var quotes, out var backslashes, out var opens, out var closes);
            if ((backslashes | carryEscape) != 0)
            {
                quotes &= ~Escaped(backslashes, ref carryEscape);
            }
            var inString = PrefixXor(quotes) ^ carryString;
            carryString = (ulong)((long)inString >> 63);
            opens &= ~inString;
            closes &= ~inString;
            if (BitOperations.PopCount(closes) < depth)
            {
                depth += BitOperations.PopCount(opens) - BitOperations.PopCount(closes);
                continue;
            }
            for (var either = opens | closes; either != 0; either &= either - 1)
            {
                var bit = either & (0 - either);
                depth += (opens & bit) != 0 ? 1 : -1;
                if (depth == 0)
                {
                    var found = at + BitOperations.TrailingZeroCount(bit) + 1;
                    return found <= end ? found : null;
                }
            }
        }
        return null;
    }

    /// <summary>The place behind the string that begins at <paramref name="start"/>, or null if it does not end.</summary>
    public static byte* FindStringEnd(byte* start, byte* end)
    {
        for (var at = start + 1; at < end; at++)
        {
            var skip = new ReadOnlySpan<byte>(at, (int)Math.Min(end - at, int.MaxValue)).IndexOfAny((byte)'"', (byte)'\\');
            if (skip < 0)
            {
                return null;
            }
            at += skip;
            if (*at == '"')
            {
                return at + 1;
            }
            at++;
        }
        return null;
    }

    /// <summary>
    /// The place behind the value that begins at <paramref name="start"/>, or null if the end comes first. What is
    /// no value (a bare word) ends where something else could begin.
    /// </summary>
    public static byte* FindValueEnd(byte* start, byte* end)
    {
        switch (*start)
        {
            case (byte)'{':
                return FindClose(start, end, (byte)'{', (byte)'}');
            case (byte)'[':
                return FindClose(start, end, (byte)'[', (byte)']');
            case (byte)'"':
                return FindStringEnd(start, end);
            default:
                var at = start;
                while (at < end && *at is not ((byte)',' or (byte)']' or (byte)'}' or (byte)'{' or (byte)'[' or (byte)'"' or (byte)':') && !IsSpace(*at))
                {
                    at++;
                }
                return at < end ? at : null;
        }
    }

    public static byte* SkipSpace(byte* at, byte* end)
    {
        while (at < end && IsSpace(*at))
        {
            at++;
        }
        return at;
    }

    public static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void ReadMasks(byte* at, byte open, byte close, out ulong quotes, out ulong backslashes, out ulong opens, out ulong closes)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            var block = Vector512.Load(at);
            quotes = Vector512.Equals(block, Vector512.Create((byte)'"')).ExtractMostSignificantBits();
            backslashes = Vector512.Equals(block, Vector512.Create((byte)'\\')).ExtractMostSignificantBits();
            opens = Vector512.Equals(block, Vector512.Create(open)).ExtractMostSignificantBits();
            closes = Vector512.Equals(block, Vector512.Create(close)).ExtractMostSignificantBits();
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            quotes = Mask256(at, (byte)'"');
            backslashes = Mask256(at, (byte)'\\');
            opens = Mask256(at, open);
            closes = Mask256(at, close);
        }
        else
        {
            quotes = Mask128(at, (byte)'"');
            backslashes = Mask128(at, (byte)'\\');
            opens = Mask128(at, open);
            closes = Mask128(at, close);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Mask256(byte* at, byte value) =>
        Vector256.Equals(Vector256.Load(at), Vector256.Create(value)).ExtractMostSignificantBits()
        | ((ulong)Vector256.Equals(Vector256.Load(at + 32), Vector256.Create(value)).ExtractMostSignificantBits() << 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Mask128(byte* at, byte value)
    {
        var wanted = Vector128.Create(value);
        return Vector128.Equals(Vector128.Load(at), wanted).ExtractMostSignificantBits()
            | ((ulong)Vector128.Equals(Vector128.Load(at + 16), wanted).ExtractMostSignificantBits() << 16)
            | ((ulong)Vector128.Equals(Vector128.Load(at + 32), wanted).ExtractMostSignificantBits() << 32)
            | ((ulong)Vector128.Equals(Vector128.Load(at + 48), wanted).ExtractMostSignificantBits() << 48);
    }

    // Which bytes a backslash escapes: those at an odd distance from the begin of a run of backslashes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Escaped(ulong backslashes, ref ulong carry)
    {
        const ulong EvenPlaces = 0x5555_5555_5555_5555;
        backslashes &= ~carry;
        var follows = (backslashes << 1) | carry;
        var oddStarts = backslashes & ~EvenPlaces & ~follows;
        var runs = oddStarts + backslashes; // the sum carries through each run to the place behind it
        carry = runs < oddStarts ? 1UL : 0UL;
        return (EvenPlaces ^ (runs << 1)) & follows;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong PrefixXor(ulong bits)
    {
        if (Pclmulqdq.IsSupported)
        {
            return Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar();
        }
        return PrefixXorPlain(bits);
    }

    internal static ulong PrefixXorPlain(ulong bits)
    {
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        return bits ^ (bits << 32);
    }
}
