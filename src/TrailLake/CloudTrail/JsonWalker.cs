using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TrailLake.CloudTrail;

/// <summary>Walks JSON values by pointer, as strictly as RFC 8259 has it. What it cannot vouch for it gives up: the careful reader then says
/// what is wrong. Its twin in the tests is <c>Utf8JsonReader</c>.</summary>
/// <remarks>Memory must be readable for 64 bytes behind the end and hold a zero there, which ends every walk.</remarks>
static unsafe class JsonWalker
{
    /// <summary>Deeper nesting is given up; a bit for each level says whether it is an object.</summary>
    const int MaxDepth = 63;

    /// <summary>The place of the quote that ends a string, or null where the string is broken.</summary>
    /// <param name="text">Behind the opening quote.</param>
    /// <param name="hasEscapes">Set where it holds a backslash; its escapes are valid.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static byte* StringEnd(byte* text, ref bool hasEscapes)
    {
        var quote = Vector256.Create((byte)'"');
        var backslash = Vector256.Create((byte)'\\');
        var blank = Vector256.Create((byte)' ');
        while (true)
        {
            var block = Vector256.Load(text);
            var special = (Vector256.Equals(block, quote) | Vector256.Equals(block, backslash) | Vector256.LessThan(block, blank)).ExtractMostSignificantBits();
            if (special == 0)
            {
                text += Vector256<byte>.Count;
                continue;
            }
            text += BitOperations.TrailingZeroCount(special);
            if (*text == '"')
                return text;
            if (*text != '\\')
                return null; // a raw control character
            hasEscapes = true;
            text = EscapeEnd(text);
            if (text == null)
                return null;
        }
    }

    /// <summary>The place behind a value without white space between its tokens, or null where it has some, or is broken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static byte* ValueEnd(byte* at)
    {
        var depth = 0;
        var isObject = 0UL; // the innermost level in the lowest bit
        var ignored = false;
    Value:
        switch (*at)
        {
            case (byte)'"':
                at = StringEnd(at + 1, ref ignored);
                if (at == null)
                    return null;
                at++;
                break;
            case (byte)'{':
                if (at[1] == '}')
                {
                    at += 2;
                    break;
                }
                if (++depth > MaxDepth)
                    return null;
                isObject = (isObject << 1) | 1;
                at++;
                goto Name;
            case (byte)'[':
                if (at[1] == ']')
                {
                    at += 2;
                    break;
                }
                if (++depth > MaxDepth)
                    return null;
                isObject <<= 1;
                at++;
                goto Value;
            default:
                at = ScalarEnd(at);
                if (at == null)
                    return null;
                break;
        }
    After:
        if (depth == 0)
            return at;
        if (*at == ',')
        {
            at++;
            if ((isObject & 1) == 0)
                goto Value;
            goto Name;
        }
        if (*at != ((isObject & 1) != 0 ? '}' : ']'))
            return null;
        at++;
        depth--;
        isObject >>= 1;
        goto After;
    Name:
        if (*at != '"')
            return null;
        at = StringEnd(at + 1, ref ignored);
        if (at == null || at[1] != ':')
            return null;
        at += 2;
        goto Value;
    }

    /// <summary>The place behind <c>true</c>, <c>false</c>, <c>null</c> or a number, or null where it is none.</summary>
    public static byte* ScalarEnd(byte* at) => *at switch
    {
        (byte)'t' => Unsafe.ReadUnaligned<uint>(at) == True ? at + 4 : null,
        (byte)'f' => Unsafe.ReadUnaligned<uint>(at + 1) == Alse ? at + 5 : null,
        (byte)'n' => IsNull(at) ? at + 4 : null,
        _ => NumberEnd(at),
    };

    /// <summary>True where <c>null</c> stands.</summary>
    public static bool IsNull(byte* at) => Unsafe.ReadUnaligned<uint>(at) == Null;

    const uint True = 0x65757274, Alse = 0x65736C61, Null = 0x6C6C756E; // "true", "alse", "null" as a little-endian machine reads them

    // RFC 8259, section 6: -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?
    static byte* NumberEnd(byte* at)
    {
        if (*at == '-')
            at++;
        if (*at == '0')
            at++;
        else if (!TakeDigits(ref at))
            return null;
        if (*at == '.')
        {
            at++;
            if (!TakeDigits(ref at))
                return null;
        }
        if ((*at | 0x20) != 'e')
            return at;
        at++;
        if (*at is (byte)'+' or (byte)'-')
            at++;
        return TakeDigits(ref at) ? at : null;
    }

    static bool TakeDigits(ref byte* at)
    {
        var start = at;
        while ((uint)(*at - '0') <= 9)
            at++;
        return at > start;
    }

    static byte* EscapeEnd(byte* at)
    {
        switch (at[1])
        {
            case (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                return at + 2;
            case (byte)'u' when IsHex(at[2]) && IsHex(at[3]) && IsHex(at[4]) && IsHex(at[5]):
                return at + 6;
            default:
                return null;
        }
    }

    static bool IsHex(byte letter) => (uint)(letter - '0') <= 9 || (uint)((letter | 0x20) - 'a') <= 5;
}
