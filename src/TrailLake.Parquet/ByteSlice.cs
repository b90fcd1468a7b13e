using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TrailLake.Parquet;

/// <summary>Bytes that somebody else owns, in memory that does not move: a pointer and a length. Given to a
/// <see cref="RowGroupEncoder"/>, they must stay valid until that call returns.</summary>
public readonly unsafe struct ByteSlice
{
    /// <summary>The first byte; anything where <see cref="Length"/> is 0.</summary>
    public readonly byte* Pointer;

    /// <summary>How many bytes.</summary>
    public readonly int Length;

    /// <summary>A slice of memory that does not move: native memory, a pinned array, a mapped file.</summary>
    public ByteSlice(byte* pointer, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Pointer = pointer;
        Length = length;
    }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Pointer, Length);
    }

    /// <summary>A slice of a span whose memory the caller keeps from moving.</summary>
    public static ByteSlice OfFixed(ReadOnlySpan<byte> span) =>
        new((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(span)), span.Length);
}
