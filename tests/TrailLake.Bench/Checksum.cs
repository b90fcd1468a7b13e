using System.Buffers.Binary;

namespace TrailLake.Bench;

/// <summary>A 64-bit hash of a value, to add up over all events in any order. It is not the hash of the code that it judges.</summary>
static class Checksum
{
    const ulong Secret = 0xA0761D6478BD642F, Step = 0xE7037ED1A0B428DB;

    public static ulong Of(ReadOnlySpan<byte> value)
    {
        var hash = Secret ^ (ulong)value.Length;
        for (; value.Length >= 8; value = value[8..])
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(value), Step);

        var last = 0UL;
        for (var index = 0; index < value.Length; index++)
            last |= (ulong)value[index] << 8 * index;
        return Fold(Fold(hash ^ last, Step) ^ Secret, Step);
    }

    /// <summary>Carries a row's hash on to its next column, so that values which changed places between rows are seen.</summary>
    public static ulong Then(ulong row, ulong value) => Fold(row ^ Secret, value ^ Step);

    static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
