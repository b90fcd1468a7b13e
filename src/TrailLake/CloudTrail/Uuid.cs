using System.Buffers.Binary;

namespace TrailLake.CloudTrail;

/// <summary>A UUID in the one spelling that CloudTrail gives its ids: 36 letters, lower case. Ordered as its text is.</summary>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential, Pack = 4)]
readonly record struct Uuid(ulong High, ulong Low)
{
    /// <summary>Length of the text.</summary>
    public const int TextLength = 36;

    /// <summary>Reads the canonical spelling; false for any other, which is then kept as text.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Uuid uuid)
    {
        uuid = default;
        if (text.Length != TextLength || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' || text.IndexOfAnyInRange((byte)'A', (byte)'F') >= 0)
            return false;
        Span<byte> letters = stackalloc byte[32];
        text[..8].CopyTo(letters);
        text[9..13].CopyTo(letters[8..]);
        text[14..18].CopyTo(letters[12..]);
        text[19..23].CopyTo(letters[16..]);
        text[24..].CopyTo(letters[20..]);
        Span<byte> bytes = stackalloc byte[16];
        if (Convert.FromHexString(letters, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        uuid = new Uuid(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        return true;
    }

    /// <summary>Writes the canonical spelling, 36 bytes.</summary>
    public void Format(Span<byte> target)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        Span<byte> letters = stackalloc byte[32];
        Convert.TryToHexStringLower(bytes, letters, out _);
        target[8] = target[13] = target[18] = target[23] = (byte)'-';
        letters[..8].CopyTo(target);
        letters[8..12].CopyTo(target[9..]);
        letters[12..16].CopyTo(target[14..]);
        letters[16..20].CopyTo(target[19..]);
        letters[20..].CopyTo(target[24..]);
    }
}
