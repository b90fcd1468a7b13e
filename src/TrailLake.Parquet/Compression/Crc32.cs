using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TrailLake.Parquet.Compression;

/// <summary>The CRC-32 of gzip (polynomial 0x04C11DB7, reflected) that guards each page, parquet.thrift: PageHeader.crc.</summary>
static class Crc32
{
    static readonly uint[] Table = MakeTable();

    /// <summary>The checksum of these bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => Pclmulqdq.IsSupported && bytes.Length >= 64 ? Folded(bytes) : OfPlain(bytes);

    /// <summary>The plain twin: a table look-up a byte.</summary>
    internal static uint OfPlain(ReadOnlySpan<byte> bytes) => ~Continue(uint.MaxValue, bytes);

    static uint Continue(uint crc, ReadOnlySpan<byte> bytes)
    {
        var table = Table;
        foreach (var value in bytes)
        {
            crc = table[(byte)(crc ^ value)] ^ crc >> 8;
        }
        return crc;
    }

    // Folds 64, then 16 bytes at a time by carry-less multiplication with powers of x modulo the polynomial, and lets the table
    // reduce the last 16: Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel 2009.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static uint Folded(ReadOnlySpan<byte> bytes)
    {
        var by64 = Vector128.Create(0x0154442bd4UL, 0x01c6e41596UL);
        var by16 = Vector128.Create(0x01751997d0UL, 0x00ccaa009eUL);
        var a = At(bytes, 0) ^ Vector128.CreateScalar((ulong)uint.MaxValue);
        var (b, c, d) = (At(bytes, 16), At(bytes, 32), At(bytes, 48));
        var at = 64;
        for (; at + 64 <= bytes.Length; at += 64)
        {
            a = Fold(a, by64, At(bytes, at));
            b = Fold(b, by64, At(bytes, at + 16));
            c = Fold(c, by64, At(bytes, at + 32));
            d = Fold(d, by64, At(bytes, at + 48));
        }
        a = Fold(Fold(Fold(a, by16, b), by16, c), by16, d);
        for (; at + 16 <= bytes.Length; at += 16)
        {
            a = Fold(a, by16, At(bytes, at));
        }
        Span<byte> last = stackalloc byte[16];
        a.AsByte().CopyTo(last);
        return ~Continue(Continue(0, last), bytes[at..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ulong> At(ReadOnlySpan<byte> bytes, int at) =>
        Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(bytes), (nuint)at).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ulong> Fold(Vector128<ulong> value, Vector128<ulong> power, Vector128<ulong> next) =>
        Pclmulqdq.CarrylessMultiply(value, power, 0x00) ^ Pclmulqdq.CarrylessMultiply(value, power, 0x11) ^ next;

    static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB88320;
            }
            table[i] = crc;
        }
        return table;
    }
}
